"""Templates of products: written by a library once, filled in for every issue."""

from datetime import date
from string import Formatter

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.intelligence.models import Topic
from xinglin.intelligence.products.errors import ProductUnfit
from xinglin.intelligence.products.models import Grouping, ProductKind, ProductTemplate
from xinglin.intelligence.products.queries import WRITE

NAMES = ("topic", "library", "first", "last")


@transaction.atomic
def write_template(
    *, library: Library, name: str, kind: str, title: str, preface: str = "", grouping: str = Grouping.KIND,
    abstracts: bool = True, active: bool = True, row: ProductTemplate | None = None, by: Staff | None,
) -> ProductTemplate:  # fmt: skip
    """Write a template, or change one. Raises ``ProductUnfit`` for a name taken or words that cannot be filled in."""
    access.require(by, WRITE, library.pk)
    others = ProductTemplate.objects.filter(library=library)
    if row is not None:
        others = others.exclude(pk=row.pk)
    if others.filter(name=name.strip()).exists():
        raise ProductUnfit(_("已有叫「%(name)s」的模板；请换一个名字。"), name=name.strip())
    _refuse_unknown(title)
    _refuse_unknown(preface)
    kept = (
        ProductTemplate.objects.select_for_update().get(pk=row.pk)
        if row
        else ProductTemplate(library=library)
    )
    kept.name, kept.kind, kept.title, kept.preface = (
        name.strip(),
        ProductKind(kind),
        title.strip(),
        preface.strip(),
    )
    kept.grouping, kept.abstracts, kept.active = Grouping(grouping), abstracts, active
    kept.save()
    history.record(kept, "amend" if row else "add", by=by.user if by else None, changes={"name": kept.name})
    return kept


def filled(words: str, *, topic: Topic, first: date, last: date) -> str:
    """Return the words of a template for one issue."""
    return words.format(
        topic=topic.name, library=topic.library.name, first=first.isoformat(), last=last.isoformat()
    )


def _refuse_unknown(words: str) -> None:
    try:
        fields = [
            (name, spec, how) for _text, name, spec, how in Formatter().parse(words) if name is not None
        ]
    except ValueError:
        fields = [("{", "", "")]
    if any(name not in NAMES or spec or how for name, spec, how in fields):
        raise ProductUnfit(
            _("花括号里只能写 {topic}、{library}、{first}、{last}（专题、图书馆、起止日期）。")
        )
