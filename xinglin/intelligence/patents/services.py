"""Tables of patents taken in, and reports made of them, which are products like any other."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock, history
from xinglin.commons.sheets import Row, read_table
from xinglin.commons.text import plain
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.intelligence.models import Topic
from xinglin.intelligence.patents import reading
from xinglin.intelligence.patents.counting import count
from xinglin.intelligence.patents.errors import PatentsUnfit
from xinglin.intelligence.patents.lifecycle import PATENT_SET_MOVES, PatentSetState
from xinglin.intelligence.patents.models import PatentSet
from xinglin.intelligence.products import content
from xinglin.intelligence.products.models import Product, ProductKind
from xinglin.intelligence.products.queries import WRITE
from xinglin.intelligence.queries import IMPORT, VIEW
from xinglin.literature.articles import Article, Author, Kind

MOST_LISTED = 500


def patent_sets_visible_to(staff: Staff) -> QuerySet[PatentSet]:
    shown = PatentSet.objects.filter(topic__library__in=access.libraries_of(staff, VIEW))
    return shown.select_related("topic__library", "by").defer("rows", "table", "refused")


@transaction.atomic
def import_patents(*, topic: Topic, title: str, data: bytes, name: str, by: Staff | None) -> PatentSet:
    """Take a table of patents in: declared = taken + refused. One whose columns are not known waits to be mapped.

    Raises ``UnreadableTable``, ``PatentsUnfit``.
    """
    access.require(by, IMPORT, topic.library_id)
    rows = list(read_table(BytesIO(data), name=name, are_headings=reading.are_headings))
    if not rows:
        raise PatentsUnfit(gettext_lazy("表格里没有数据行；第一行是列名，从第二行起每行一件专利。"))
    made = PatentSet(
        topic=topic, title=title.strip()[:120] or plain(name)[:120], file_name=plain(name)[-200:],
        digest=hashlib.sha256(data).hexdigest(), declared=len(rows), by=by.user if by else None,
    )  # fmt: skip
    mapping = reading.recognised(reading.headings_of(rows))
    if all(field in mapping for field in reading.NEEDED):
        _take(made, reading.read(rows, mapping))
    else:
        made.state, made.mapping = PatentSetState.UNMAPPED, mapping
        made.table = [reading.headings_of(rows), *([row.number, *row.cells.values()] for row in _even(rows))]
    made.save()
    history.record(
        made, "import_table", by=by.user if by else None, changes={"declared": made.declared, "taken": made.taken}
    )  # fmt: skip
    return made


@transaction.atomic
def map_columns(*, patents: PatentSet, mapping: Mapping[str, str], by: Staff | None) -> PatentSet:
    """Say which column of a waiting table holds what, and read it. Raises ``PatentsUnfit``."""
    kept = PatentSet.objects.select_for_update(of=("self",)).select_related("topic").get(pk=patents.pk)
    access.require(by, IMPORT, kept.topic.library_id)
    if (PatentSetState(kept.state), "map") not in PATENT_SET_MOVES:
        raise PatentsUnfit(gettext_lazy("这份表格已经读入，不能再对列；列对错了，请重新上传。"))
    chosen = {field: heading for field, heading in mapping.items() if heading}
    headings, *lines = kept.table
    missing = [str(reading.WORDS[field]) for field in reading.NEEDED if field not in chosen]
    if missing or not set(chosen.values()) <= set(headings):
        raise PatentsUnfit(
            gettext_lazy("%(missing)s 一定要选一列；列要是表里有的。"), missing="、".join(missing) or "—"
        )
    rows = [Row(number, dict(zip(headings, cells, strict=True))) for number, *cells in lines]
    _take(kept, reading.read(rows, chosen))
    kept.state, kept.table = PATENT_SET_MOVES[PatentSetState.UNMAPPED, "map"][0], []
    kept.save()
    history.record(
        kept, "map_columns", by=by.user if by else None, changes={"mapping": chosen, "taken": kept.taken}
    )
    return kept


def _take(patents: PatentSet, read: reading.Reading) -> None:
    patents.mapping, patents.taken = read.mapping, len(read.taken)
    patents.rows = [each.as_plain() for each in read.taken]
    patents.refused = [list(each) for each in read.refused]


def _even(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield rows with a cell for every column: short lines of a CSV end early."""
    headings = reading.headings_of(rows)
    for row in rows:
        yield Row(row.number, {heading: row[heading] for heading in headings})


@transaction.atomic
def make_report(*, patents: PatentSet, title: str, preface: str = "", by: Staff | None) -> Product:
    """Draft an analysis of a set; its content is frozen. Raises ``PatentsUnfit`` for a set without patents."""
    kept = PatentSet.objects.select_related("topic__library").get(pk=patents.pk)
    access.require(by, WRITE, kept.topic.library_id)
    listed = sorted(kept.patents, key=lambda each: (each.filed, each.number), reverse=True)
    if not listed:
        raise PatentsUnfit(gettext_lazy("这份数据没有读入的专利，做不成分析。"))
    days = sorted(each.filed for each in listed if each.filed)
    today, now = clock.today(), clock.now()
    first, last = (days[0], days[-1]) if days else (today.isoformat(), today.isoformat())
    heading = content.Heading(
        title=title.strip(), library=kept.topic.library.name, topic=kept.topic.name,
        period_from=today.fromisoformat(first), period_to=today.fromisoformat(last), preface=preface,
        sources=(
            _("%(file)s：声明 %(declared)d 件，读入 %(taken)d 件，未读入 %(refused)d 件。") % {
                "file": kept.file_name, "declared": kept.declared, "taken": kept.taken, "refused": kept.refused_count,
            },
            _("专利申请到公开一般要 18 个月，最近两年的数字还会增加，下降不等于申请变少。"),
        ),
    )  # fmt: skip
    entries = [content.Entry(_article(each), kept.file_name, None, ()) for each in listed[:MOST_LISTED]]
    told = content.compose(ProductKind.PATENTS, heading, entries, moment=now)
    told["counts"] = {**count(listed), "note": _note(count(listed), len(entries))}
    told["unit"] = _("件")
    product = Product.objects.create(
        library=kept.topic.library, topic=kept.topic, kind=ProductKind.PATENTS, title=heading.title,
        period_from=heading.period_from, period_to=heading.period_to, content=told, sha256=content.sha256_of(told),
        made_at=now, made_by=by.user if by else None,
    )  # fmt: skip
    history.record(product, "add", by=by.user if by else None, changes={"patents": len(listed)})
    return product


def _note(counts: dict[str, object], listed: int) -> str:
    return _(
        "共 %(papers)d 件公开文本，%(families)d 个同族（没有同族编号的按件算）。没有申请日 %(no_day)d 件，"
        "没有申请人 %(no_one)d 件，没有 IPC %(no_class)d 件；"
        "一件有几个申请人、分类的，各算一次。后面列出最近申请的 %(listed)d 件。"
    ) % {
        "papers": counts["papers"], "families": counts["families"], "no_day": counts["without_filed"],
        "no_one": counts["without_applicant"], "no_class": counts["without_class"], "listed": listed,
    }  # fmt: skip


def _article(patent: reading.Patent) -> Article:
    return Article(
        title=patent.title,
        authors=tuple(Author(name=each) for each in patent.applicants or patent.inventors),
        kind=Kind.PATENT,
        year=int(patent.published[:4]) if patent.published else None,
        published=patent.published,
        number=patent.number,
        class_number="; ".join(patent.classes),
        abstract=patent.abstract,
        source="patents",
        source_id=patent.number,
    )
