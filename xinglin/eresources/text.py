"""Names of databases, made findable and sortable: pinyin, initials, and the letter they stand under."""

from pypinyin import Style, lazy_pinyin

from xinglin.commons.text import comparable

OTHER_LETTER = "#"


def name_key_of(*names: str) -> str:
    """Return what a database is found and sorted by: pinyin first, then the names and their initials.

    The database has no ICU to sort Chinese by (DESIGN.md, "Embedded default").
    """
    spoken = [lazy_pinyin(comparable(name), style=Style.NORMAL) for name in names if name]
    whole = " ".join("".join(syllables) for syllables in spoken)
    initials = " ".join("".join(syllable[:1] for syllable in syllables) for syllables in spoken)
    written = " ".join(comparable(name) for name in names if name)
    return f"{whole} {written} {initials}"[:600]


def letter_of(name_key: str) -> str:
    """Return the letter a database stands under in the list from A to Z."""
    first = name_key[:1].upper()
    return first if "A" <= first <= "Z" else OTHER_LETTER
