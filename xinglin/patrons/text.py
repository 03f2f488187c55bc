"""What people write in a reader's fields, made one form: card numbers, names, phones, e-mail, dates."""

import re
import unicodedata
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from pypinyin import Style, lazy_pinyin

from xinglin.commons.text import comparable, plain

_CARD = re.compile(r"[0-9A-Z][0-9A-Z/._-]{1,39}")
# Numbers of the mainland: mobile (11 digits from 13 to 19) and landline with area code, extension allowed.
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{2,3}-?[2-9]\d{6,7}(-\d{1,6})?")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?")
_DIGITS_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
LONG_LASTING = frozenset({"长期", "长期有效", "永久", "永久有效", "无", "不限"})


def card_number_of(written: str) -> str:
    """Return a card number in the one form it is kept in: half width, capitals, no blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", plain(written))).upper()


def is_card_number(number: str) -> bool:
    return bool(_CARD.fullmatch(number))


def phone_of(written: str) -> str | None:
    """Return a phone number without blanks and country code, "" for none, or None when it is no phone number."""
    number = re.sub(r"[\s()（）]", "", unicodedata.normalize("NFKC", plain(written)))
    number = re.sub(r"^(\+|00)?86-?(?=1[3-9])", "", number)
    if _MOBILE.fullmatch(number.replace("-", "")):
        return number.replace("-", "")
    return number if number == "" or _LANDLINE.fullmatch(number) else None


def email_of(written: str) -> str | None:
    """Return an e-mail address, "" for none, or None when it is no address."""
    address = unicodedata.normalize("NFKC", plain(written)).strip()
    try:
        if address:
            validate_email(address)
    except ValidationError:
        return None
    return address


def date_of(written: str) -> date | None:
    """Return a date written in any of the ways of an office, or None when it is no date."""
    text = unicodedata.normalize("NFKC", plain(written)).strip()
    match = _DATE.fullmatch(text) or _DIGITS_DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def name_key_of(name: str) -> str:
    """Return what a name is found by: itself, its pinyin and its initials ("王芳 wangfang wf")."""
    folded = comparable(name)
    syllables = lazy_pinyin(folded, style=Style.NORMAL)
    initials = "".join(syllable[:1] for syllable in syllables)
    return f"{folded} {''.join(syllables)} {initials}".replace("  ", " ")[:400]


def masked_name(name: str) -> str:
    """Return a name of which only the family name shows."""
    return name[:1] + "*" * max(1, len(name) - 1) if name else ""


def masked_number(number: str) -> str:
    """Return a number of which only the last four show; of a short one, none."""
    return "*" * (len(number) - 4) + number[-4:] if len(number) > 7 else "*" * len(number)
