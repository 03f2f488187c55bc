"""Tables out: readers, in the columns that an import reads back; and the rows that were refused."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xinglin.patrons.imports.columns import FIELDS
from xinglin.patrons.models import ImportBatch, Patron, RowState

HEADINGS = tuple(str(field.heading) for field in FIELDS)
# A template for offices: what to write, in the form that is read without a question.
EXAMPLE = (
    "20260001", "张三", "医师", "A", "心内科", "主治医师", "1001", "13800000000", "zhangsan@example.org",
    "2028-12-31", "心律失常", "",
)  # fmt: skip


def patron_rows(patrons: QuerySet[Patron]) -> Iterator[Sequence[str]]:
    """Yield readers as rows under ``HEADINGS``; importing them again changes nothing."""
    everyone = patrons.select_related("category", "home_library").prefetch_related("cards")
    for patron in everyone.iterator(chunk_size=1000):
        yield (
            patron.card_number,
            patron.name,
            patron.category.name,
            patron.home_library.code,
            patron.department,
            patron.title,
            patron.staff_number,
            patron.phone,
            patron.email,
            patron.expires_on.isoformat() if patron.expires_on else str(_("长期")),
            patron.research_topics,
            patron.interests,
        )


def refused_headings(batch: ImportBatch) -> list[str]:
    """Return the headings of the table of refused rows: what is wrong, then the file's own columns."""
    return [str(_("行号")), str(_("有问题的列")), str(_("原因")), *batch.headings]


def refused_rows(batch: ImportBatch) -> Iterable[Sequence[str | int]]:
    """Yield the refused rows with their reasons and their cells, to be mended and imported again."""
    for row in batch.rows.filter(state=RowState.REFUSED).iterator(chunk_size=1000):
        yield (
            row.number,
            "；".join(problem["column"] for problem in row.problems),
            "".join(problem["reason"] for problem in row.problems),
            *(row.cells.get(heading, "") for heading in batch.headings),
        )
