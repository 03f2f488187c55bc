"""Copyright limits on screen: a policy agreed with counsel, as rows."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import Action, Answers, Column, FormScreen, Kind, ListScreen, screen
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of
from xinglin.delivery import queries, services
from xinglin.delivery.console.forms import Reason
from xinglin.delivery.models import CopyrightLimit, DocumentKind, Over, Per, Unit, Within
from xinglin.delivery.services.policy import CHANGE


class LimitForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=80)
    per = forms.ChoiceField(label=gettext_lazy("按"), choices=Per.choices)
    over = forms.ChoiceField(label=gettext_lazy("范围"), choices=Over.choices)
    within = forms.ChoiceField(label=gettext_lazy("期间"), choices=Within.choices)
    unit = forms.ChoiceField(label=gettext_lazy("计量"), choices=Unit.choices)
    most = forms.IntegerField(label=gettext_lazy("上限"), min_value=1, max_value=10_000)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("只限这些类型"), choices=DocumentKind.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    recent_years = forms.IntegerField(
        label=gettext_lazy("只计近几年出版"), min_value=1, max_value=100, required=False
    )
    basis = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False)
    advice = forms.CharField(label=gettext_lazy("超限时怎么办"), max_length=200)


def _retire(request: StaffRequest, row: CopyrightLimit, answers: Answers) -> str:
    services.retire_limit(limit=row, by=staff_of(request), reason=answers["reason"])
    return _("已停用。")


@screen
class Limits(ListScreen[CopyrightLimit]):
    name = "delivery.limits"
    title = gettext_lazy("版权限额")
    section = Section.SUPPLY
    icon = "copyright"
    order = 62
    permission = queries.VIEW
    words = (gettext_lazy("著作权"), "banquan")
    create = "delivery.add_limit"
    create_title = gettext_lazy("新增限额")
    columns = (
        Column(gettext_lazy("名称"), "name", sort="name"),
        Column(gettext_lazy("按"), "get_per_display", narrow=False),
        Column(gettext_lazy("范围"), "get_over_display", narrow=False),
        Column(gettext_lazy("期间"), "get_within_display", narrow=False),
        Column(gettext_lazy("上限"), "most", kind=Kind.NUMBER),
        Column(gettext_lazy("计量"), "get_unit_display", narrow=False),
        Column(gettext_lazy("类型"), "kind_words", narrow=False),
        Column(gettext_lazy("近几年"), "recent_years", kind=Kind.NUMBER, narrow=False),
        Column(gettext_lazy("依据"), "basis", narrow=False),
        Column(gettext_lazy("停用"), "retired_at", kind=Kind.MOMENT),
    )
    empty = gettext_lazy("没有版权限额：送出文献时不会核对。请先与法务商定。")
    actions = (
        Action(
            "retire", gettext_lazy("停用"), run=_retire, form=Reason, permission=CHANGE, icon="x",
            tone=Tone.BAD, when=lambda row: row.retired_at is None,
        ),
    )  # fmt: skip

    def rows(self, request: StaffRequest) -> QuerySet[CopyrightLimit]:
        return queries.limits_visible_to(staff_of(request))


@screen
class AddLimit(FormScreen[CopyrightLimit]):
    name = "delivery.add_limit"
    title = gettext_lazy("新增版权限额")
    listing = "delivery.limits"
    permission = CHANGE
    form = LimitForm

    def save(self, request: StaffRequest, form: forms.Form, row: CopyrightLimit | None) -> CopyrightLimit:
        return services.add_limit(limit=CopyrightLimit(**form.cleaned_data), by=staff_of(request))
