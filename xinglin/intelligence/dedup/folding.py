"""Fields made comparable. Chinese characters stay: what becomes empty here counts as missing, never as equal."""

import re
import unicodedata

from xinglin.commons.text import comparable
from xinglin.literature.cleaning import HAN

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "κ": "kappa", "λ": "lambda", "μ": "mu",
    "µ": "mu", "ω": "omega", "σ": "sigma", "τ": "tau", "θ": "theta", "π": "pi", "χ": "chi", "η": "eta",
}  # fmt: skip
_LANGUAGES = (
    "chinese|english|french|german|spanish|italian|japanese|russian|portuguese|polish|czech|dutch|turkish|korean|danish"
    "|swedish|norwegian|hungarian|hebrew|persian|ukrainian|romanian|croatian|serbian|slovak|bulgarian|greek|finnish"
)
# What databases put behind a title: its language, its type, where it is reprinted, that it was abridged.
_SAID = (
    rf"\b(?:{_LANGUAGES}|article|abstract|review|editorial|letter|reprint(?:ed)?|erratum appears|comment|see comments?"
    r"|clinical conference|meeting abstract|in process citation|proceeding paper|note|corrected|(?:published )?erratum"
    r"|retraction in|retracted)\b"
)
_TAIL = re.compile(
    rf"\s*\.*\s*(?:\[[^\[\]]*{_SAID}[^\[\]]*\]?|\([^()]*{_SAID}[^()]*\))\.?\s*$|\s*\.\s*(?:{_LANGUAGES})\s*\.?\s*$"
    r"|\s+LA:\s*\w+\s*$|\s*\.*\s*[\[(]\s*(?:published\s+)?(?:erratum|correction|retraction|comment)s?\s+(?:appears|in|on)\b.*$",
    re.IGNORECASE,
)
_CITED = re.compile(r"\s*\((?:vol|reprinted|pg|j |jama|lancet|ann |am j)[^()]{0,80}\)\s*\.?$", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-z][^<>]{0,60}>", re.IGNORECASE)
_WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff\uf900-\ufaff]+|[^\W\d_]+")
_QUOTES = re.compile(r"['’‘`´ʼ]")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_NOTHING = frozenset({"", "na", "n/a", "nan", "none", "null", "-", "unknown"})
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAY = re.compile(rf"^(?:(\d{{1,2}})-({'|'.join(_MONTHS)})|({'|'.join(_MONTHS)})-(\d{{1,2}}))$")
_PARTS = frozenset("一二三四五六七八九十上中下")
_CHINESE_NUMBERS = {c: str(n) for n, c in enumerate("一二三四五六七八九十", 1)}


def latin(text: str) -> str:
    """Return text without accents, Greek letters spelled."""
    spelled = "".join(_GREEK.get(letter, letter) for letter in text)
    bare = unicodedata.normalize("NFKD", spelled)
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def folded(text: str) -> str:
    """Return text as words with single spaces: simplified, without accents, markup and punctuation."""
    if text.isascii() and "<" not in text:
        return " ".join(_WORD.findall(_QUOTES.sub("", text.casefold())))
    return " ".join(_WORD.findall(_QUOTES.sub("", latin(comparable(_MARKUP.sub("", text))))))


def title(text: str) -> str:
    """Return a title for comparison, without what databases put behind it."""
    while True:
        shorter = _CITED.sub("", _TAIL.sub("", text.strip()))
        if shorter == text.strip():
            return folded(shorter)
        if len(shorter) < 10:
            return folded(text)
        text = shorter


def numbers(folded_title: str) -> tuple[str, ...]:
    """Return the numbers of a title in order, Roman and Chinese part numbers as digits."""
    found = []
    for word in folded_title.split():
        if word in _ROMAN:
            found.append(_ROMAN[word])
        elif word in _PARTS:
            found.append(_CHINESE_NUMBERS.get(word, word))
        elif HAN.match(word):
            found += [
                _CHINESE_NUMBERS.get(each, each)
                for each in re.findall(r"第([一二三四五六七八九十]|\d+)", word)
            ]
        else:
            found += [digits.lstrip("0") or "0" for digits in re.findall(r"\d+", word)]
    return tuple(found)


def pages(text: str) -> tuple[str, str]:
    """Return first and last page: 221-8 is 221 to 228, 1106-1111+1117 is 1106 to 1111, Excel's 11-Sep is 9 to 11."""
    bare = unicodedata.normalize("NFKC", text).strip().casefold()
    if found := _DAY.match(bare):
        day, month = int(found[1] or found[4]), _MONTHS.index(found[2] or found[3]) + 1
        return str(min(day, month)), str(max(day, month))
    bare = re.sub(r"\s*[‐‑‒–—−~]\s*|-{2,}", "-", re.sub(r"^(?:pp?|页)\.?\s*", "", bare))
    if re.search(r"\d\s*(?:p|pp|pages|页)\.?$", bare):  # how many pages, not which
        return "", ""
    first, _dash, rest = bare.split("+")[0].split(";")[0].split(",")[0].partition("-")
    first, last = re.sub(r"[^a-z0-9]", "", first), re.sub(r"[^a-z0-9].*$", "", rest.strip())
    first = re.sub(r"^0+(?=\d)", "", first)
    if not re.search(r"\d", first):
        return "", ""
    if last.isdigit() and first.isdigit() and len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    return first, last


def number(text: str) -> str:
    """Return a volume or an issue for comparison: 07 is 7, "Suppl 1" is s1, "(3-4)" is 3."""
    bare = unicodedata.normalize("NFKC", text).casefold().strip()
    if bare in _NOTHING:
        return ""
    digits = re.search(r"\d+", bare)
    mark = "s" if re.search(r"supp?l?|增刊|^s\d|\bs\b", bare) else ""
    return mark + (digits[0].lstrip("0") or "0") if digits else mark


def family(name: str) -> str:
    """Return a family name for comparison; particles and accents do not part one name from itself."""
    return (
        "".join(_WORD.findall(latin(comparable(name))))
        if not name.isascii()
        else re.sub(r"[^a-z]", "", name.casefold())
    )
