"""Documents in plain Python: the tree that pages and PDF are made from, council papers, and orders of long documents."""
