"""What a reader of tagged PDF finds in its structure tree."""

import pypdf


def tags(node):
    """The kinds of all elements of the structure tree."""
    node = node.get_object()
    if isinstance(node, pypdf.generic.DictionaryObject):
        if "/S" in node:
            yield str(node["/S"]).removeprefix("/")
        if "/K" in node:
            yield from tags(node["/K"])
    elif isinstance(node, pypdf.generic.ArrayObject):
        for each in node:
            yield from tags(each)


def alternatives(node):
    node = node.get_object()
    if isinstance(node, pypdf.generic.DictionaryObject):
        return {str(node["/Alt"])} if "/Alt" in node else alternatives(node["/K"]) if "/K" in node else set()
    if isinstance(node, pypdf.generic.ArrayObject):
        return set().union(*(alternatives(each) for each in node))
    return set()
