"""Two revisions side by side: what was taken out, what was put in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from xinglin.newsroom.blocks import Content

# Beyond this two lines are shown as one taken out and one put in: marking letters would only confuse.
LEAST_ALIKE = 0.4
LONGEST_MARKED = 3000
NOTHING = SafeString("")


@dataclass(frozen=True)
class Line:
    """A line of the comparison: how it was, and how it is; empty on the side where it is not."""

    old: SafeString = NOTHING
    new: SafeString = NOTHING
    changed: bool = True


def compared(old: Content, new: Content) -> list[Line]:
    """Return the lines of two contents, the changed ones with their letters marked."""
    before, after = _lines(old), _lines(new)
    found: list[Line] = []
    for what, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            found += [Line(format_html("{}", line), format_html("{}", line), False) for line in before[i1:i2]]
        else:
            found += _changed(before[i1:i2], after[j1:j2])
    return found


def _lines(content: Content) -> list[str]:
    lines = [_("标题：%(title)s") % {"title": content.title}]
    if content.digest:
        lines.append(_("摘要：%(digest)s") % {"digest": content.digest})
    if content.cover:
        lines.append(_("封面：%(file)s") % {"file": content.cover[:12]})
    for block in content.blocks:
        said = block.plain().splitlines() or [""]
        lines += [f"［{block.title}］{said[0]}", *said[1:]]
    return lines


def _changed(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    for old, new in zip(before, after, strict=False):
        yield from _pair(old, new)
    for old in before[len(after) :]:
        yield Line(old=format_html("<del>{}</del>", old))
    for new in after[len(before) :]:
        yield Line(new=format_html("<ins>{}</ins>", new))


def _pair(old: str, new: str) -> Iterator[Line]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    # A very long line is not compared letter by letter: the time grows with the square of its length.
    if len(old) + len(new) > LONGEST_MARKED or matcher.quick_ratio() < LEAST_ALIKE:
        yield Line(format_html("<del>{}</del>", old), format_html("<ins>{}</ins>", new))
        return
    steps = matcher.get_opcodes()
    kept = [("span" if what == "equal" else "del", old[i1:i2]) for what, i1, i2, _j1, _j2 in steps if i2 > i1]
    made = [("span" if what == "equal" else "ins", new[j1:j2]) for what, _i1, _i2, j1, j2 in steps if j2 > j1]
    yield Line(_marked(kept), _marked(made))


def _marked(parts: Sequence[tuple[str, str]]) -> SafeString:
    return format_html_join("", "<{}>{}</{}>", ((tag, text, tag) for tag, text in parts))
