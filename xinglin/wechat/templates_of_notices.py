"""Filling a template of the platform with the facts of a notice, within its limits (protocol sheet §8.4)."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from xinglin.commons.errors import Refusal
from xinglin.notices.kinds import STANDARD, kind_of
from xinglin.notices.models import Notice
from xinglin.notices.wording import Wording
from xinglin.wechat.models import NoticeTemplate

FIXED = "="
# How long a value may be, by the beginning of the word's name; longer ones are refused with 47003.
LONGEST: Mapping[str, int] = {
    "thing": 20,
    "number": 32,
    "letter": 32,
    "symbol": 5,
    "character_string": 32,
    "phone_number": 17,
    "car_number": 8,
    "name": 10,
    "phrase": 5,
}
_WORD = re.compile(r"[a-z_]+\d+|[A-Za-z]\w{0,30}", re.ASCII)
NOTHING = "—"


class TemplateUnreadable(Refusal):
    """A template's words do not fit the kind of notice, or cannot be read."""

    code = "wechat.template_unreadable"


def values_for(chosen: NoticeTemplate, notice: Notice, words: Wording) -> dict[str, str]:
    """Return what each word of the template says, cut to what the platform takes."""
    facts = {
        **{str(name): str(value) for name, value in notice.fields.items()},
        "heading": words.heading,
        "text": words.text,
        "reader": notice.patron.name,
        "home_library": notice.library.label,
    }
    return filled(chosen, facts)


def filled(chosen: NoticeTemplate, facts: Mapping[str, str]) -> dict[str, str]:
    """Return what each word of a template says of some facts."""
    return {
        word: fitted(word, said[1:] if said.startswith(FIXED) else facts.get(said, ""))
        for word, said in chosen.mapping.items()
    }


def fitted(word: str, value: str) -> str:
    """Return a value that the platform takes for a word of this name; an empty one is refused there."""
    tidy = " ".join(value.split()) or NOTHING
    most = LONGEST.get(word.rstrip("0123456789"))
    if most is None or len(tidy) <= most:
        return tidy
    return tidy[: most - 1] + "…" if most > 1 else tidy[:most]


def read_mapping(kind: str, written: str) -> dict[str, str]:
    """Read lines of ``thing1 = title``, or ``phrase3 = "请按时归还"`` for fixed words.

    Raises ``KindUnknown``, ``TemplateUnreadable``.
    """
    known = [*STANDARD, *(field.name for field in kind_of(kind).fields)]
    mapping: dict[str, str] = {}
    for number, line in enumerate(written.splitlines(), 1):
        if not line.strip():
            continue
        word, sign, said = (part.strip() for part in line.replace("＝", "=").partition("="))
        if not sign or not _WORD.fullmatch(word) or not said:
            raise TemplateUnreadable(
                _("第 %(number)d 行看不懂；每行写「模板词 = 要素」，例如 thing1 = title。"), number=number
            )
        fixed = said[0] in "\"“'" and len(said) > 2
        if not fixed and said not in known:
            raise TemplateUnreadable(
                _("第 %(number)d 行的「%(said)s」不是这种提醒的要素；可以用：%(known)s，固定文字加引号。"),
                number=number,
                said=said,
                known="、".join(known),
            )
        mapping[word] = FIXED + said.strip("\"“”'") if fixed else said
    if not mapping:
        raise TemplateUnreadable(_("请至少对应一个模板词，例如 thing1 = title。"))
    return mapping


def written_mapping(mapping: Mapping[str, str]) -> str:
    """Return a mapping as it is typed."""
    return "\n".join(
        f'{word} = "{said[1:]}"' if said.startswith(FIXED) else f"{word} = {said}"
        for word, said in mapping.items()
    )
