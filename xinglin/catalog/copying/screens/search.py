"""Searching to copy: our own central records, or a source; each hit beside what the catalogue has."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog import discovery
from xinglin.catalog.copying import looking, queries
from xinglin.catalog.copying.comparing import Compared
from xinglin.catalog.copying.looking import BY_LABELS, By, Outside
from xinglin.catalog.copying.models import CopySource
from xinglin.catalog.copying.packing import packed
from xinglin.catalog.discovery import Found
from xinglin.catalog.marc import Verdict
from xinglin.catalog.models import Record
from xinglin.catalog.search.parse import parse
from xinglin.catalog.search.query import Field, Mode, Node, Query, Term
from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import PageScreen, screen
from xinglin.consortium.access import staff_of

OURS = "ours"
_FIELDS = {
    By.ISBN: Field.NUMBER, By.ISSN: Field.NUMBER, By.TITLE: Field.TITLE, By.AUTHOR: Field.AUTHOR, By.ANY: Field.ANY,
}  # fmt: skip
_VERDICTS = {
    Verdict.SAME: (gettext_lazy("联合目录已有"), "good"),
    Verdict.REVIEW: (gettext_lazy("疑似已有"), "waiting"),
    Verdict.DIFFERENT: (gettext_lazy("联合目录没有"), "active"),
}


@dataclass(frozen=True)
class OurHit:
    """One of our own records as the page shows it."""

    record: Record
    imprint: str
    libraries: str


@dataclass(frozen=True)
class Hit:
    """One record of a source as the page shows it."""

    compared: Compared
    imprint: str
    verdict: str
    tone: str
    packed: str


@screen
class CopySearch(PageScreen):
    name = "catalog.copying"
    title = gettext_lazy("套录")
    section = Section.CATALOGUING
    icon = "copy-plus"
    order = 15
    permission = "catalog.add_record"
    words = (gettext_lazy("联机编目"), gettext_lazy("抄录"), "taolu")
    template_name = "catalog/copying/search.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        sources = list(queries.sources_offered_to(staff_of(request)))
        asked = {name: request.GET.get(name, "").strip()[:200] for name in ("source", "by", "text")}
        by = By(asked["by"]) if asked["by"] in list(By) else By.ISBN
        first = whole(request.GET.get("start", ""), digits=6) or 1
        shown: dict[str, object] = {
            "sources": sources, "labels": BY_LABELS, "asked": asked | {"by": by}, "start": first,
        }  # fmt: skip
        if not asked["text"]:
            return shown
        source = next((each for each in sources if str(each.pk) == asked["source"]), None)
        try:
            if source is None:
                return shown | _inside(by, asked["text"], max(1, first))
            return shown | _outside(source, by, asked["text"], max(1, first))
        except Refusal as refusal:
            return shown | {"refusal": refusal}


def _inside(by: By, text: str, first: int) -> dict[str, object]:
    page = (first - 1) // looking.PAGE + 1
    found = discovery.discover(Query(root=_asked(by, text), page=page, size=looking.PAGE))
    first = (page - 1) * looking.PAGE + 1
    return {
        "ours": [_our_hit(each) for each in found.found],
        "total": found.total,
        **_pages(first, found.total),
    }


def _asked(by: By, text: str) -> Node | None:
    if by is By.ANY:
        return parse(text)
    return Term(text, _FIELDS[by], Mode.WORDS)


def _our_hit(found: Found) -> OurHit:
    libraries = "、".join(held.library.label for held in found.availability)
    return OurHit(found.record, imprint_of(found.record), libraries)


def imprint_of(record: Record) -> str:
    """Return who, where and when, in one line."""
    who = "；".join(record.authors[:3]) or record.responsibility
    return " · ".join(part for part in (who, record.publisher, str(record.year or "")) if part)


def _outside(source: CopySource, by: By, text: str, first: int) -> dict[str, object]:
    answer: Outside = looking.look(source, by=by, text=text, start=first)
    hits = [_hit(each, source) for each in answer.found]
    return {"hits": hits, "refused": answer.refused, "total": answer.total, **_pages(first, answer.total)}


def _hit(each: Compared, source: CopySource) -> Hit:
    words, tone = _VERDICTS[each.match.verdict]
    return Hit(each, imprint_of(each.record), str(words), tone, packed(each.read, source))


def _pages(first: int, total: int) -> dict[str, object]:
    last = min(first + looking.PAGE - 1, total)
    return {
        "range": _("第 %(first)d—%(last)d 条，共 %(total)d 条")
        % {"first": first, "last": last, "total": total}
        if total
        else "",
        "previous": first - looking.PAGE if first > 1 else 0,
        "following": first + looking.PAGE if last < total else 0,
    }
