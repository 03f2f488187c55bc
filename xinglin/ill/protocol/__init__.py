"""ISO 18626:2017 (version 1.2), pure: no database, no network.

vocabulary   its closed lists of words
messages     what is said, as values
reading      bytes in, a message out, or the reason for refusing it; liberal
writing      a message in, bytes out that the schema accepts; strict
requester    what a requesting library may become, and by which message or hand: a table, and how it is applied
supplier     the same for a supplying library
"""
