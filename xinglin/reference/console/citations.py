"""The client's articles and who cites them: entered from a table, shown with what was refused and why."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.commons.sheets import xlsx_bytes
from xinglin.console.access import StaffRequest
from xinglin.console.registry import screen
from xinglin.console.screens.pages import RowScreen
from xinglin.console.uploads import UploadForm
from xinglin.consortium.access import staff_of
from xinglin.reference import queries, services
from xinglin.reference.models import CitedArticle, Order
from xinglin.reference.queries import SEARCH
from xinglin.reference.services.citations import HEADINGS

EXAMPLES = (
    ("1", "被引", "急性心肌梗死心电图的深度学习识别", "王立新; 陈伟民", "中华心血管病杂志, 2023, 51(4): 380-386", "",
     "CSCD 核心库", "", "", "", ""),
    ("1", "施引", "Deep learning for ECG triage", "Zhang H; Li M", "Heart, 2024, 110(2): 88-95", "WoS",
     "", "", "", "", ""),
)  # fmt: skip


@screen
class Citations(RowScreen[Order]):
    """Take in cited and citing articles, and see the counts at once."""

    name = "reference.citations"
    title = gettext_lazy("被引与施引文献")
    listing = "reference.orders"
    permission = SEARCH
    template_name = "reference/console/citations.html"

    def rows(self, request: StaffRequest) -> QuerySet[Order]:
        return queries.orders_visible_to(staff_of(request)).filter(searcher=staff_of(request))

    def heading(self, row: Order) -> str:
        return f"{self.title} · {row.number}"

    def context(self, request: StaffRequest, row: Order) -> dict[str, object]:
        return {"form": UploadForm(), "headings": HEADINGS, "counts": queries.citations_of(row)}

    def post(self, request: StaffRequest, row: Order) -> HttpResponse:
        if "example" in request.POST:
            made = xlsx_bytes(headings=list(HEADINGS), rows=[list(each) for each in EXAMPLES])
            answer = HttpResponse(
                made, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            )
            answer["Content-Disposition"] = 'attachment; filename="citations.xlsx"'
            return answer
        if "remove" in request.POST:
            cited = row.cited_articles.filter(pk=whole(request.POST["remove"]) or 0).first()
            if isinstance(cited, CitedArticle):
                services.remove_cited(cited=cited, by=staff_of(request))
            return redirect("console:reference.citations", pk=row.pk)
        form, told = UploadForm(request.POST, request.FILES), dict[str, object]()
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                told["taken"] = services.take_citations(
                    order=row, file=file, name=file.name or "", by=staff_of(request)
                )
            except Refusal as refusal:
                told["refusal"] = refusal
        shown = {"row": row, "title": self.heading(row), **self.context(request, row), "form": form, **told}
        return self.page(request, shown, status=422 if form.errors else 200)
