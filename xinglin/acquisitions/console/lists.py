"""Lists of wishes and of decisions, taken in as a table; the list's export is the way out."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy

from xinglin.acquisitions import services
from xinglin.acquisitions.queries import DECIDE
from xinglin.acquisitions.services.lists import DECISION_HEADINGS, HEADINGS
from xinglin.commons.errors import Refusal
from xinglin.commons.sheets import xlsx_response
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
from xinglin.console.screens import PageScreen
from xinglin.console.uploads import BadRow, UploadForm
from xinglin.consortium.access import staff_of


@screen
class TakeList(PageScreen):
    """Take a department's wishes, or a meeting's decisions."""

    name = "acquisitions.lists"
    title = gettext_lazy("导入荐购清单")
    section = Section.SUPPLY
    icon = "upload"
    order = 61
    permission = DECIDE
    words = (gettext_lazy("荐购"), gettext_lazy("批量"), "xlsx")
    template_name = "acquisitions/console/lists.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        return {"form": UploadForm(), "headings": HEADINGS, "decision_headings": DECISION_HEADINGS}

    def post(self, request: StaffRequest) -> HttpResponse:
        if "template" in request.POST:
            return xlsx_response(name="荐购清单", headings=HEADINGS, rows=[])
        form = UploadForm(request.POST, request.FILES)
        context = {**self.context(request), "form": form}
        if not form.is_valid():
            return self.page(request, context, status=422)
        file = form.cleaned_data["file"]
        try:
            outcome = services.take_list(file=file, name=file.name or "", by=staff_of(request))
        except Refusal as refusal:
            return self.page(request, {**context, "refusal": refusal}, status=refusal.status)
        refused = [BadRow(number, reason, text) for number, reason, text in outcome.refused]
        return self.page(request, {**context, "outcome": outcome, "refused": refused})
