"""Small repairs that every reader needs: markup, padding, dates, names, lists in one line."""

import re
from collections.abc import Iterable
from html import unescape

from xinglin.commons.text import plain
from xinglin.literature.articles import Author

_MARKUP = re.compile(
    r"</?(?:i|b|em|strong|sub|sup|u|sc|jats:[a-z-]+|span|p|title|font)\b[^<>]{0,200}>", re.IGNORECASE
)
_CNKI_SCRIPT = re.compile(r"[~_]\(([^()]{1,12})\)")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12,
}  # fmt: skip
_DATE = re.compile(r"(1[5-9]\d\d|20\d\d)\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2}))?")
_NAMED = re.compile(r"(1[5-9]\d\d|20\d\d)[\s/-]+([A-Za-z]{3})[a-z]*\.?(?:[\s/-]+(\d{1,2}))?(?!\d)")
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def clean(text: str | None) -> str:
    """Return one line of text: entities and inline markup resolved, white space single."""
    if not text:
        return ""
    bare = unescape(_MARKUP.sub("", plain(unescape(text)))) if "<" in text or "&" in text else plain(text)
    return " ".join(bare.split())


def clean_chinese(text: str | None) -> str:
    """Return ``clean`` text without the marks of CNKI: ``<正>``, ``~([1-3])``, ``(#br)``, ``Ca~(2+)``."""
    bare = clean(text).replace("<正>", "").replace("(#br)", " ")
    return " ".join(_CNKI_SCRIPT.sub(r"\1", bare).split())


def year_in(text: str) -> int | None:
    """Return the first year in a text."""
    found = _YEAR.search(text)
    return int(found[1]) if found else None


def date_in(text: str) -> str:
    """Return a date as 2020, 2020-03 or 2020-03-07, as far as the text tells it."""
    text = text.strip()
    if found := _DATE.search(text):
        month, day = int(found[2]), int(found[3] or 0)
    elif (found := _NAMED.search(text)) and found[2].lower() in _MONTHS:
        month, day = _MONTHS[found[2].lower()], int(found[3] or 0)
    else:
        year = year_in(text)
        return str(year) if year else ""
    if not 1 <= month <= 12:
        return found[1]
    return f"{found[1]}-{month:02d}" + (f"-{day:02d}" if 1 <= day <= 31 else "")


def pieces(texts: Iterable[str], separators: str = ";；") -> tuple[str, ...]:
    """Return the parts of lists written in one line each; doubled separators and empty parts are dropped."""
    found = (clean(part) for text in texts for part in re.split(f"[{re.escape(separators)}]+", text))
    return tuple(dict.fromkeys(part for part in found if part))


def chinese_list(texts: Iterable[str]) -> tuple[str, ...]:
    """Return names of a Chinese list: ``;`` between them, or ``,`` where there is no ``;`` and all are Chinese."""
    found: list[str] = []
    for text in texts:
        if not re.search("[;；]", text) and HAN.search(text) and re.search("[,，、]", text):
            found.extend(pieces([text], ",，、"))
        else:
            found.extend(pieces([text]))
    return tuple(dict.fromkeys(found))


def author(name: str, *, affiliations: tuple[str, ...] = ()) -> Author:
    """Return an author from one written name: "Smith, John A", "SMITH JA", "张三", "WHO Working Group"."""
    name = clean(name).strip(" ,;")
    family, comma, given = name.partition(",")
    if comma and given.strip():
        return Author(name=name, family=family.strip(), given=given.strip(), affiliations=affiliations)
    words = name.split()
    initials = re.compile(r"^(?:[A-Z]\.?-?){1,4}$")
    if 1 < len(words) <= 5 and initials.match(words[-1]) and not HAN.search(name):
        at = next(i for i in range(len(words) - 1, 0, -1) if i == 1 or not initials.match(words[i - 1]))
        family, given = " ".join(words[:at]), " ".join(words[at:])
        return Author(name=name, family=family, given=given, affiliations=affiliations)
    if HAN.search(name) and 2 <= len(name) <= 4:
        return Author(name=name, family=name[0], given=name[1:], affiliations=affiliations)
    return Author(name=name, affiliations=affiliations, is_group=_is_group(name))


def _is_group(name: str) -> bool:
    words = (
        "group",
        "committee",
        "consortium",
        "association",
        "society",
        "team",
        "organization",
        "organisation",
    )
    chinese = ("委员会", "学会", "协会", "协作组", "学组", "中心", "医院", "大学", "组织", "编辑部", "研究所")
    return any(word in name.casefold() for word in words) or any(name.endswith(word) for word in chinese)
