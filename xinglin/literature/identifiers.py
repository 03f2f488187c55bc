"""DOI, PMID, PMCID, ISSN: found anywhere in a text, and written in one way.

DOI syntax: DOI Handbook 2.2; what Crossref's own pattern accepts, and the old ``10.1002/(SICI)…`` forms.
"""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote, unquote

# A Chinese full stop, comma or bracket ends a DOI in running text; so does a character that no registrant uses.
_DOI = re.compile(
    r"\b(10\.\d{4,9}(?:\.\d+)*/[^\s\"'<>，。；、！？（）【】《》“”\u4e00-\u9fff]+)", re.IGNORECASE
)
_PMID = re.compile(
    r"(?:\bPMID\s*[:：]?\s*|pubmed(?:\.ncbi\.nlm\.nih\.gov)?/|/pubmed/(?:\?term=)?)(\d{1,8})\b", re.IGNORECASE
)
_PMCID = re.compile(r"\b(?:PMCID\s*[:：]?\s*)?(PMC\s?\d{2,9})\b", re.IGNORECASE)
_BARE = re.compile(r"^\s*(\d{5,8})\s*$")
_ISSN = re.compile(r"(?<![\d-])(\d{4})-?(\d{3}[\dXx])(?![\dXx-])")
_SUFFIXES = re.compile(r"(?:/(?:full|abstract|pdf|epdf|html|meta|summary)|\.pdf)$", re.IGNORECASE)
_PAIRS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True)
class Identifiers:
    """What names one publication."""

    doi: str = ""
    pmid: str = ""
    pmcid: str = ""

    def __bool__(self) -> bool:
        return bool(self.doi or self.pmid or self.pmcid)


def find(text: str) -> Identifiers:
    """Return the first DOI, PMID and PMCID in a text; a text that is one number is a PMID."""
    text = unescape(text)
    pmid = _PMID.search(text) or _BARE.match(text)
    pmcid = _PMCID.search(text)
    return Identifiers(
        doi=doi_in(text),
        pmid=pmid[1].lstrip("0") if pmid else "",
        pmcid=pmcid[1].upper().replace(" ", "") if pmcid else "",
    )


def doi_in(text: str) -> str:
    """Return the first DOI in a text, in lower case, without what belongs to the sentence; "" for none."""
    found = _DOI.search(unquote(text) if "%2f" in text.lower() else text)
    return clean_doi(found[1]) if found else ""


def clean_doi(text: str) -> str:
    """Return a DOI as it is compared: lower case, no resolver, no trailing punctuation. "" when it is none."""
    found = _DOI.search(unquote(unescape(text.strip())))
    if not found:
        return ""
    doi = found[1]
    doi = doi.partition("?")[0].partition("#")[0] if "?" in doi or "#" in doi else doi
    doi = doi.partition("&")[0] if "&" in doi and "(sici)" not in doi.lower() else doi
    while True:
        shorter = _SUFFIXES.sub("", doi.rstrip(".,;:'\"*|\\/·"))
        if (
            shorter
            and shorter[-1] in _PAIRS
            and shorter.count(shorter[-1]) > shorter.count(_PAIRS[shorter[-1]])
        ):
            shorter = shorter[:-1]
        if shorter == doi:
            break
        doi = shorter
    return doi.lower() if doi.partition("/")[2] else ""


def doi_address(doi: str) -> str:
    """Return where a DOI leads a reader, or nothing for none (DOI Handbook: the proxy and the encoded name)."""
    return f"https://doi.org/{quote(doi, safe='/:;()')}" if doi else ""


def issns_in(text: str) -> tuple[str, ...]:
    """Return every well-formed ISSN in a text, as 1234-567X; a wrong check digit is left out."""
    found = [f"{left}-{right.upper()}" for left, right in _ISSN.findall(text)]
    return tuple(dict.fromkeys(each for each in found if _is_issn(each)))


def _is_issn(issn: str) -> bool:
    digits = issn.replace("-", "")
    total = sum((8 - place) * int(digit) for place, digit in enumerate(digits[:7]))
    return digits[7] == "0123456789X"[-total % 11]
