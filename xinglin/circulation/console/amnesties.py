"""免罚日 on screen."""

from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.circulation import queries, services
from xinglin.circulation.models import Amnesty
from xinglin.circulation.services.rules import CHANGE_RULE
from xinglin.commons import clock
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    Column,
    FlagFilter,
    FormScreen,
    Kind,
    ListScreen,
    screen,
)
from xinglin.console.tones import Chip, Tone
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library


def _standing(amnesty: Amnesty) -> Chip:
    today = clock.today()
    if amnesty.cancelled_at is not None:
        return Chip(_("已取消"), Tone.QUIET)
    if amnesty.ends < today:
        return Chip(_("已结束"), Tone.QUIET)
    return Chip(_("免罚中"), Tone.GOOD) if amnesty.begins <= today else Chip(_("未开始"), Tone.WAITING)


def _call_off(request: StaffRequest, amnesty: Amnesty, answers: Answers) -> str:
    services.call_off_amnesty(amnesty=amnesty, by=staff_of(request))
    return _("已取消，从现在起照常计算逾期。")


@screen
class Amnesties(ListScreen[Amnesty]):
    name = "circulation.amnesties"
    title = gettext_lazy("免罚日")
    section = Section.CIRCULATION
    icon = "heart-handshake"
    order = 62
    permission = "circulation.view_rule"
    words = (gettext_lazy("免滞纳金"), "mianfa")
    create = "circulation.amnesty.new"
    create_title = gettext_lazy("登记免罚日")
    columns = (
        Column(gettext_lazy("缘由"), "reason"),
        Column(gettext_lazy("馆"), lambda amnesty: amnesty.library.label if amnesty.library else _("所有馆")),
        Column(gettext_lazy("第一天"), "begins", kind=Kind.DAY, sort="begins"),
        Column(gettext_lazy("最后一天"), "ends", kind=Kind.DAY, sort="ends"),
        Column(gettext_lazy("状态"), _standing, kind=Kind.STATE),
        Column(gettext_lazy("登记人"), "made_by.name", narrow=False),
        Column(gettext_lazy("登记时间"), "made_at", kind=Kind.MOMENT, narrow=False),
    )
    filters = (
        FlagFilter(
            "standing",
            gettext_lazy("现在和以后的"),
            where=lambda: Q(cancelled_at=None, ends__gte=clock.today()),
        ),
    )
    search_fields = ("reason",)
    search_hint = gettext_lazy("缘由")
    order_by = ("-begins",)
    empty = gettext_lazy("没有免罚日。登记后，这些天里还的逾期书不计滞纳金、不停借；已经计的另办减免。")
    actions = (
        Action(
            "call_off",
            gettext_lazy("取消"),
            run=_call_off,
            permission=CHANGE_RULE,
            icon="x",
            tone=Tone.BAD,
            when=lambda amnesty: amnesty.cancelled_at is None and amnesty.ends >= clock.today(),
            confirm=gettext_lazy("取消后，从现在起照常计算逾期。"),
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[Amnesty]:
        return queries.amnesties_visible_to(staff_of(request))


class AmnestyForm(forms.Form):
    library = forms.ModelChoiceField(
        label=gettext_lazy("馆"),
        queryset=Library.objects.none(),
        required=False,
        empty_label=gettext_lazy("所有馆"),
    )
    begins = forms.DateField(
        label=gettext_lazy("第一天"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends = forms.DateField(
        label=gettext_lazy("最后一天"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=gettext_lazy("缘由"), max_length=120, help_text=gettext_lazy("例如：世界读书日、疫情期间")
    )


@screen
class NewAmnesty(FormScreen[Amnesty]):
    name = "circulation.amnesty.new"
    title = gettext_lazy("登记免罚日")
    listing = "circulation.amnesties"
    permission = CHANGE_RULE
    form = AmnestyForm
    hint = gettext_lazy("看还书那天：在这些天里还的，不计滞纳金，也不停借。遗失和污损照常赔偿。")

    def make_form(
        self,
        request: StaffRequest,
        row: Amnesty | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> forms.Form:
        staff = staff_of(request)
        form = AmnestyForm(data, initial={"library": staff.library_id, "begins": clock.today()})
        field = cast("forms.ModelChoiceField[Library]", form.fields["library"])
        field.queryset = Library.objects.filter(pk__in=access.libraries_of(staff, CHANGE_RULE))
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: Amnesty | None) -> Amnesty | HttpResponse:
        services.lay_down_amnesty(by=staff_of(request), **form.cleaned_data)
        return redirect("console:circulation.amnesties")
