"""Chinese and Latin text, made comparable."""

import re
import unicodedata
from functools import lru_cache

import opencc

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@lru_cache(maxsize=1)
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def plain(text: str) -> str:
    """Return text as it may be stored: no NUL, no control or direction marks, lone surrogates replaced."""
    if text.isprintable():  # nothing of that sort is: nearly every text, at a tenth of the cost
        return text
    repaired = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _INVISIBLE.sub("", repaired)


def comparable(text: str) -> str:
    """Return text for comparison: NFKC, simplified characters, lower case, single spaces."""
    folded = unicodedata.normalize("NFKC", plain(text))
    simplified = folded if folded.isascii() else _to_simplified().convert(folded)
    return " ".join(simplified.casefold().split())


def shortened(text: str, *, characters: int) -> str:
    """Return text cut to a length with an ellipsis that counts as one character."""
    return text if len(text) <= characters else text[: characters - 1].rstrip() + "…"
