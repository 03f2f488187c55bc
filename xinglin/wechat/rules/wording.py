"""How what a reader types is made comparable with what a librarian entered.

Full and half width, capitals and blanks make no difference on a phone keyboard; characters do. Traditional
and simplified forms are left apart: opencc costs more than the whole matching.
"""

import unicodedata

_INVISIBLE = dict.fromkeys((8203, 8204, 8205, 8288, 65279))


def tidy(text: str) -> str:
    """Return a text as its writer meant it: NFKC, no invisible marks, no blanks around."""
    return unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).strip()


def foldable(text: str) -> str:
    """Return a text for comparison: tidy, lower case, without blanks."""
    return "".join(tidy(text).casefold().split())
