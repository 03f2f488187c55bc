"""A librarian's patterns: which are taken, and what a text must contain for one to fit."""

import re

from django.utils.translation import gettext_lazy as _

from xinglin.commons.errors import Refusal


class BadPattern(Refusal):
    """A pattern that is no regular expression, or one that may take for ever."""

    code = "wechat.bad_pattern"


LONGEST_PATTERN = 200
_MANY = "*+{"
_INSIDE = "*+{|"


def may_run_away(pattern: str) -> bool:
    """Whether a group that is repeated holds a repetition or a choice, as in ``(a+)+`` and ``(a|a)*``.

    Such a pattern can take exponential time on a short text, and Python's engine knows no time limit; what
    librarians need can be written without one.
    """
    opened: list[int] = []
    place, in_class = 0, False
    while place < len(pattern):
        letter = pattern[place]
        if letter == "\\":
            place += 1
        elif in_class:
            in_class = letter != "]"
        elif letter == "[":
            in_class = True
        elif letter == "(":
            opened.append(place)
        elif letter == ")" and opened:
            inside = pattern[opened.pop() : place]
            if pattern[place + 1 : place + 2] in tuple(_MANY) and any(each in inside for each in _INSIDE):
                return True
        place += 1
    return False


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a librarian's pattern.

    Raises ``BadPattern`` when it is no regular expression, is too long, or ``may_run_away``.
    """
    if len(pattern) > LONGEST_PATTERN or may_run_away(pattern):
        raise BadPattern(
            _(
                "规则「%(pattern)s」过长，或在括号里外都用了重复，可能拖慢所有回复；"
                "请写得更简单（不超过 %(limit)d 个字符）。"
            ),
            pattern=pattern[:40],
            limit=LONGEST_PATTERN,
        )
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise BadPattern(
            _("规则「%(pattern)s」不是合法的正则表达式：%(reason)s。"),
            pattern=pattern[:40],
            reason=str(error),
        ) from error


_SPECIAL = "\\.^$*+?{}[]()|"
_MAY_BE_ABSENT = "*?{"
_CLASSES = "dDwWsSbBAZ"


def needed_text(pattern: str) -> str:
    """Return the longest text that stands in everything a pattern fits; empty when none is known for sure.

    Careful rather than clever: a choice at the top or a flag gives nothing, groups and classes are passed over,
    and letters that have a small and a capital form count for nothing, because patterns heed neither.
    """
    if "(?" in pattern.replace("(?:", "("):
        return ""
    found, run, depth, place = "", "", 0, 0
    while place < len(pattern):
        letter, place = pattern[place], place + 1
        if letter == "[":
            place = _after_class(pattern, place)
            letter = ""
        elif letter == "{":
            place = pattern.find("}", place) + 1 or len(pattern)
            letter = ""
        elif letter == "\\":
            letter, place = pattern[place : place + 1], place + 1
            if letter.isalnum() and letter not in _CLASSES:
                return ""  # a character by its number, or what an earlier group found
            letter = "" if letter.isalnum() else letter
        elif letter in _SPECIAL:
            depth += (letter == "(") - (letter == ")")
            if letter == "|" and depth == 0:
                return ""
            letter = ""
        is_sure = bool(letter) and depth == 0 and letter.lower() == letter.upper()
        run = run + letter if is_sure and pattern[place : place + 1] not in tuple(_MAY_BE_ABSENT) else ""
        found = max(found, run, key=len)
    return found


def _after_class(pattern: str, place: int) -> int:
    """Return where a class ends whose inside begins here; a bracket that comes first in it is one of its letters."""
    place += pattern[place : place + 1] == "^"
    place += pattern[place : place + 1] == "]"
    while place < len(pattern) and pattern[place] != "]":
        place += 2 if pattern[place] == "\\" else 1
    return place + 1
