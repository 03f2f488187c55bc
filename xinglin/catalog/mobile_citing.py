"""Readers' page that gives a result or a record away: references to copy, files for reference managers."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog import discovery, queries
from xinglin.catalog.asking import Asked
from xinglin.catalog.citing import MOST, Form, reference, written
from xinglin.catalog.models import Record
from xinglin.commons import clock
from xinglin.commons.numbers import whole
from xinglin.mobile.registry import page

_SHOWN = 50


@page("search/cite/", name="cite", title=gettext_lazy("引用与导出"), tab="search")
def cite(request: HttpRequest) -> HttpResponse:
    """Show the references of a search or of one record, or hand them over as a file."""
    records, total = _meant(request)
    form = request.GET.get("form", "")
    if form in Form.values:
        return _file(records, Form(form))
    query = request.GET.copy()
    query.pop("form", None)
    context = {
        "references": [reference(record) for record in records[:_SHOWN]],
        "forms": [(each.label, f"{reverse('mobile:cite')}?{_with(query, each)}") for each in Form],
        "total": total,
        "taken": len(records),
        "shown": min(len(records), _SHOWN),
        "back": f"{reverse('mobile:search')}?{query.urlencode()}" if "record" not in query else "",
    }
    return render(request, "catalog/mobile/cite.html", context)


def _meant(request: HttpRequest) -> tuple[list[Record], int]:
    if (number := whole(request.GET.get("record", ""))) is not None:
        return [queries.record_by_id(number)], 1
    asked = Asked.read({**request.GET.dict(), "page": "1"})
    result = discovery.engine().search(asked.query(size=MOST))
    return queries.in_order([hit.record_id for hit in result.hits]), result.total


def _with(query: QueryDict, form: Form) -> str:
    changed = query.copy()
    changed["form"] = form.value
    return changed.urlencode()


def _file(records: list[Record], form: Form) -> HttpResponse:
    answer = HttpResponse(written(records, form), content_type=form.media_type)
    name = _("题录-%(day)s") % {"day": f"{clock.today():%Y%m%d}"}
    disposition = content_disposition_header(True, f"{name}.{form.ending}")
    answer["Content-Disposition"] = disposition or "attachment"
    return answer
