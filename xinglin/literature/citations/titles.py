"""References without a type mark: where the title ends is told by the year, the journal's numbers, or quotes."""

import re

from xinglin.literature.articles import Article, Author, Kind
from xinglin.literature.cleaning import HAN, author, year_in

_YEAR = r"(?:1[5-9]|20)\d{2}[a-z]?"
_PAGES = r"[A-Za-z]{0,2}\d+\w*(?:\s*[-–—]\s*[A-Za-z]?\d+\w*)?"
# Vancouver and AMA: Authors. Title. Journal. 2020 Mar 3;12(3):1-9.
_VANCOUVER = re.compile(
    rf"^(?P<people>[^.?!]+?(?:et al)?)\.\s+(?P<title>.+?[.?!])\s+(?P<journal>[^.;]+?(?:\.\s?[^.;\d]+?)*?)[.,]?\s+"
    rf"(?P<year>{_YEAR})(?:\s+[A-Z][a-z]{{2}}(?:-[A-Z][a-z]{{2}})?(?:\s+\d{{1,2}})?)?\s*[;:,]\s*"
    rf"(?P<volume>[A-Za-z]?\d+\w*)?\s*(?:\((?P<issue>[^)]+)\))?\s*(?::\s*(?P<pages>{_PAGES}))?"
)
# APA and Harvard: Author, A. B., & Other, C. (2020). Title. Journal, 12(3), 1-9.
_APA = re.compile(
    rf"^(?P<people>.+?)\s*\((?P<year>{_YEAR})(?:,[^)]*)?\)[.,]?\s*(?P<title>.+?[.?!])\s+(?P<journal>[^,]+?),\s*"
    rf"(?:vol\.?\s*)?(?P<volume>[A-Za-z]?\d+)\s*(?:\((?P<issue>[^)]+)\)|,\s*no\.?\s*(?P<number>\d+))?"
    rf"(?:\s*[,:]\s*(?:pp?\.?\s*)?(?P<pages>{_PAGES}))?",
    re.IGNORECASE,
)
# MLA and Chicago: Author. "Title." Journal 12.3 (2020): 1-9.
_QUOTED = re.compile(
    rf"^(?P<people>[^\"“”]+?)[.,]?\s*[\"“](?P<title>[^\"“”]+?)[.,]?[\"”]\s*[.,]?\s*(?P<journal>[^\d(]+),?\s*"
    rf"(?:vol\.\s*)?(?P<volume>\d+)?(?:(?:\.|,\s*no\.\s*|\()(?P<issue>\d+)\)?)?"
    rf"(?:.*?(?P<year>{_YEAR}))?(?:\)?\s*[:,]\s*(?:pp?\.?\s*)?(?P<pages>{_PAGES}))?"
)
_CHINESE = re.compile(
    rf"^(?P<people>[^.．。:：]+?)\s*[.．。:：]\s*(?P<title>[^.．。]+?)\s*[.．。]\s*(?P<journal>[^,，.．。\d]+?)\s*[,，.．。]\s*"
    rf"(?P<year>{_YEAR})\s*年?\s*[,，;；]?\s*(?:第?\s*(?P<volume>\d+)\s*卷?)?\s*"
    rf"(?:[(（]\s*第?\s*(?P<issue>[^()（）]+?)\s*期?\s*[)）]|第\s*(?P<number>\d+)\s*期)?\s*(?:[:：,，]\s*(?P<pages>{_PAGES}))?"
)
_STYLES = (("chinese", _CHINESE), ("apa", _APA), ("quoted", _QUOTED), ("vancouver", _VANCOUVER))


def loose(body: str) -> tuple[Article, str]:
    """Return what was understood of a reference, and by which style; at least its year and its longest sentence."""
    for name, pattern in _STYLES:
        if (name == "chinese") != bool(HAN.search(body)):
            continue
        if found := pattern.match(body):
            values = found.groupdict()
            return (
                Article(
                    title=values["title"].strip(" .。?")
                    + ("?" if values["title"].strip().endswith("?") else ""),
                    authors=_people(values["people"], name),
                    journal=values["journal"].strip(" .,"),
                    year=year_in(values["year"] or body),
                    volume=values["volume"] or "",
                    issue=(values["issue"] or values.get("number") or "").strip(),
                    pages=re.sub(r"\s*[-–—]\s*", "-", values["pages"] or ""),
                ),
                name,
            )
    sentences = [part.strip() for part in re.split(r"[.。．]\s+|[.。]", body) if part.strip()]
    title = max(sentences, key=len, default="") if len(body) > 20 else ""
    people = _people(sentences[0], "vancouver") if len(sentences) > 1 and sentences[0] != title else ()
    return Article(title=title, authors=people, year=year_in(body), kind=Kind.JOURNAL), "guess"


def _people(text: str, style: str) -> tuple[Author, ...]:
    text = re.sub(r"[,，]?\s*(?:et al\.?|等)\s*\.?$", "", text.strip(), flags=re.IGNORECASE)
    if style == "apa":
        parts = re.split(r",?\s*(?:&|\band\b)\s*|(?<=\.),\s+", text)
        return tuple(author(part.strip(" ,")) for part in parts if part.strip(" ,"))
    if style == "quoted":
        parts = re.split(r",?\s+and\s+|;\s*", text)
        return tuple(author(part.strip(" ,.")) for part in parts if part.strip(" ,."))
    separators = r"\s*[,，;；、]\s*" if style in ("chinese", "vancouver") else r";\s*"
    return tuple(author(part.strip(" .")) for part in re.split(separators, text) if part.strip(" ."))
