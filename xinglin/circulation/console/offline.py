"""The desk without network: a page that the browser keeps, its helper script, and the taking in of what it kept."""

import json
from datetime import UTC, datetime
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.circulation import queries, services
from xinglin.circulation.errors import ScanUnfit
from xinglin.circulation.lifecycle import SCAN_MOVES, ScanState
from xinglin.circulation.models import OfflineScan, ScanKind
from xinglin.circulation.services.offline import Scan
from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Card, Section, card
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    DateFilter,
    Kind,
    ListScreen,
    PageScreen,
    offered,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Staff

AT_ONCE = 100
LARGEST_BODY = 200_000

colour_states(
    OfflineScan,
    {ScanState.DONE: Tone.GOOD, ScanState.CONFLICT: Tone.BAD, ScanState.SETTLED: Tone.QUIET},
)


@screen
class OfflineDesk(PageScreen):
    """Kept by the browser, so that it opens without network; it sends nothing but what was scanned on it."""

    name = "circulation.offline"
    title = gettext_lazy("离线台")
    section = Section.CIRCULATION
    icon = "wifi-off"
    order = 12
    permission = "circulation.lend"
    words = (gettext_lazy("断网"), gettext_lazy("离线"), "lixian", "duanwang")
    template_name = "circulation/console/offline.html"

    def urls(self) -> list[URLPattern]:
        return [
            *super().urls(),
            self.route(self.address + "helper.js", self._helper, "_helper"),
            self.route(self.address + "replay/", self._replay, "_replay"),
        ]

    def context(self, request: StaffRequest) -> dict[str, object]:
        return {"library": staff_of(request).library}

    def _helper(self, request: StaffRequest) -> HttpResponse:
        """Return the service worker; it stands in the page's folder because that is how far it may reach."""
        script = render_to_string("circulation/console/offline_helper.js")
        return HttpResponse(script, content_type="text/javascript; charset=utf-8")

    def _replay(self, request: StaffRequest) -> HttpResponse:
        """Say who is signed in, or take scans in: each by itself, in the order in which they were made."""
        staff = staff_of(request)
        if request.method != "POST":
            return JsonResponse({"token": get_token(request), "library": staff.library.code})
        try:
            scans = _read(request, staff)
        except Refusal as refusal:
            return JsonResponse({"refusal": str(refusal)}, status=refusal.status)
        outcomes = [services.take_scan(scan=scan, by=staff) for scan in scans]
        return JsonResponse({"outcomes": [_said(kept) for kept in outcomes]})


def _said(kept: OfflineScan) -> dict[str, str]:
    title = kept.item.holding.record.title if kept.item else ""
    words = "，".join(part for part in (title, kept.words) if part)
    return {"key": str(kept.key), "state": kept.state, "words": words}


def _read(request: StaffRequest, staff: Staff) -> list[Scan]:
    """Return the scans that a browser sends, their times set right by its own clock's error."""
    unfit = ScanUnfit(_("离线数据不完整，没有办理；请刷新离线台后再上传。"))
    if len(request.body) > LARGEST_BODY:
        raise unfit
    try:
        sent = json.loads(request.body)
        if sent["library"] != staff.library.code:
            raise ScanUnfit(
                _("这些是%(library)s扫描的，请用该馆的账号登录后上传；记录还在这台电脑上。"),
                library=sent["library"],
            )
        error = clock.now() - datetime.fromtimestamp(int(sent["now"]) / 1000, UTC)
        return [
            Scan(
                key=UUID(scan["key"]),
                kind=ScanKind(scan["kind"]),
                barcode=str(scan["barcode"]).strip(),
                card=str(scan.get("card", "")).strip(),
                scanned_at=datetime.fromtimestamp(int(scan["at"]) / 1000, UTC) + error,
            )
            for scan in sent["scans"][:AT_ONCE]
        ]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError):
        raise unfit from None


class WhyForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


def _force(request: StaffRequest, scan: OfflineScan, answers: Answers) -> str:
    services.force_scan(scan=scan, reason=answers["reason"], by=staff_of(request))
    return _("已按扫描时间补办，理由已记入。")


def _settle(request: StaffRequest, scan: OfflineScan, answers: Answers) -> str:
    services.settle_scan(scan=scan, reason=answers["reason"], by=staff_of(request))
    return _("已了结。")


@screen
class OfflineScans(ListScreen[OfflineScan]):
    name = "circulation.offline_scans"
    title = gettext_lazy("离线扫描")
    section = Section.CIRCULATION
    icon = "upload"
    order = 13
    permission = "circulation.view_loan"
    words = (gettext_lazy("冲突"), "lixian")
    columns = (
        Column(gettext_lazy("事项"), "get_kind_display"),
        Column(gettext_lazy("条码"), "barcode"),
        Column(gettext_lazy("书名"), "item.holding.record.full_title", narrow=False),
        Column(gettext_lazy("读者证号"), "card", narrow=False),
        Column(gettext_lazy("结果"), "state", kind=Kind.STATE),
        Column(gettext_lazy("说明"), "words"),
        Column(gettext_lazy("扫描时间"), "scanned_at", kind=Kind.MOMENT, sort="scanned_at", narrow=False),
        Column(gettext_lazy("上传时间"), "received_at", kind=Kind.MOMENT, narrow=False),
    )
    tabs = ChoiceFilter("state", gettext_lazy("结果"), choices=ScanState.choices)
    filters = (DateFilter("scanned", gettext_lazy("扫描日期"), field="scanned_at"),)
    search_fields = ("barcode", "card")
    search_hint = gettext_lazy("条码、读者证号")
    order_by = ("-scanned_at",)
    empty = gettext_lazy("没有离线扫描。断网时在离线台扫的书，联网后自动上传到这里。")
    actions = (
        Action(
            "force", gettext_lazy("仍然办理"), run=_force, form=WhyForm, permission="circulation.override_block",
            icon="check", when=offered(SCAN_MOVES, "force"),
        ),
        Action(
            "settle", gettext_lazy("了结"), run=_settle, form=WhyForm, permission="circulation.lend", icon="x",
            when=offered(SCAN_MOVES, "settle"), many=True,
        ),
    )  # fmt: skip

    def rows(self, request: StaffRequest) -> QuerySet[OfflineScan]:
        return queries.offline_scans_visible_to(staff_of(request))


@card(order=15, permission="circulation.lend")
def conflicts_to_settle(request: StaffRequest) -> Card | None:
    """Say on the home page how many scans of an offline spell stand against something; nothing for none."""
    number = queries.offline_scans_visible_to(staff_of(request)).filter(state=ScanState.CONFLICT).count()
    if not number:
        return None
    url = reverse("console:circulation.offline_scans") + "?state=conflict"
    return Card(
        _("离线冲突"), number=number, url=url, icon="wifi-off", tone=Tone.BAD, note=_("断网时扫的，没能办成")
    )
