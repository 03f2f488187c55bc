"""Names of databases, made findable and sortable: pinyin, initials, and the letter they stand under."""

from pypinyin import Style, lazy_pinyin

from xinglin.commons.text import comparable

OTHER_LETTER = "#"


def name_key_of(*names: str) -> str:
    """Return what a database is found and sorted by: pinyin first, then the names and their initials.

    The database has no ICU to sort Chinese by (DESIGN.md, "Embedded default").
    """
    whole = " ".join(spoken(name) for name in names if name)
    initials = " ".join("".join(each[:1] for each in _syllables(name)) for name in names if name)
    written = " ".join(comparable(name) for name in names if name)
    return f"{whole} {written} {initials}"[:600]


def letter_of(name_key: str) -> str:
    """Return the letter a database stands under in the list from A to Z."""
    first = name_key[:1].upper()
    return first if "A" <= first <= "Z" else OTHER_LETTER


def spoken(name: str) -> str:
    """Return a name as it is spoken: Chinese by its pinyin, the rest as it is. A name's key begins so."""
    return "".join(_syllables(name))


def _syllables(name: str) -> list[str]:
    return lazy_pinyin(comparable(name), style=Style.NORMAL)
