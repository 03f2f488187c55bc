"""How pushes and their reasons are worded: in notices, on pages, in the chat, on the librarian's screen."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from xinglin.commons.text import shortened
from xinglin.intelligence.sdi.models import Profile, PushedPaper
from xinglin.intelligence.sdi.timing import Schedule

PUSHED = "intelligence.sdi_push"
OFFERED = "intelligence.sdi_offer"
RETRACTED = "intelligence.sdi_retraction"
MOST_NAMED = 5


def schedule_in_words(profile: Profile) -> str:
    """Tell how often: 每周一次（8:30），星期一."""
    said = str(profile.get_schedule_display())
    return f"{said}，{profile.get_weekday_display()}" if profile.schedule == Schedule.WEEKLY else said


def why_in_words(why: Sequence[dict[str, Any]]) -> str:
    """Tell why a paper was chosen: its words and where they stand, what it is like and by which words."""
    where = {"title": _("题名"), "keywords": _("关键词"), "abstract": _("摘要")}
    said = []
    for name, words in where.items():
        here = [str(each["word"]) for each in why if each.get("by") == "words" and each.get("where") == name]
        if here:
            said.append(
                _("%(where)s里有%(words)s") % {"where": words, "words": "".join(f"“{w}”" for w in here)}
            )
    for each in why:
        if each.get("by") != "likeness":
            continue
        title = shortened(str(each["title"]), characters=40)
        shared = "、".join(map(str, each["words"]))
        said.append(
            _("和《%(title)s》相近，共同的词：%(words)s") % {"title": title, "words": shared}
            if shared
            else _("和《%(title)s》相近") % {"title": title}
        )
    return "；".join(said)


def source_line(paper: PushedPaper) -> str:
    """Return where a paper appeared: 中华神经科杂志 2026."""
    publication = paper.publication
    return " ".join(filter(None, (publication.journal, str(publication.year or ""))))


def push_in_words(papers: Sequence[PushedPaper]) -> str:
    """Return what the notice of a push says: the first papers, each with its reason."""
    lines = []
    for number, paper in enumerate(papers[:MOST_NAMED], start=1):
        lines.append(f"{number}. {shortened(paper.publication.title, characters=80)}")
        lines.append(_("　推荐理由：%(why)s") % {"why": why_in_words(paper.why)})
    if len(papers) > MOST_NAMED:
        lines.append(_("……共 %(n)d 篇，打开看全部。") % {"n": len(papers)})
    return "\n".join(lines)
