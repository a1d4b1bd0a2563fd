"""The public log of a ballot: what is written into it, how it is hashed, signed and witnessed. docs/open-data.md says it all in prose.

Nothing here knows a database or the web, and ``verify/verify.py`` shares no line with it: two readings of one description.
"""
