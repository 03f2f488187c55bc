"""How often and when each account may push."""

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext_lazy as lazy

from xinglin.audience import queries
from xinglin.audience.models import PushPolicy
from xinglin.audience.services.policies import policy_of, set_policy
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import Column, FormScreen, Kind, ListScreen, screen
from xinglin.consortium.access import staff_of

CHANGE = "audience.change_policy"


@screen
class Policies(ListScreen[PushPolicy]):
    """The policy of each account."""

    name = "audience.policies"
    title = lazy("推送规则")
    section = Section.AUDIENCE
    icon = "adjustments"
    order = 80
    permission = queries.VIEW_CAMPAIGN
    words = ("guize", lazy("免打扰"), lazy("频次"))
    columns = (
        Column(lazy("公众号"), "account.name", sort="account__name",
               link=lambda row: reverse("console:audience.policy", args=[row.pk])),
        Column(lazy("每人最多（条）"), "cap", kind=Kind.NUMBER),
        Column(lazy("每（天）"), "cap_days", kind=Kind.NUMBER),
        Column(lazy("免打扰"), lambda row: f"{row.quiet_from:%H:%M}–{row.quiet_to:%H:%M}"),
        Column(lazy("最小可报告人数"), "smallest_group", kind=Kind.NUMBER, narrow=False),
    )  # fmt: skip
    order_by = ("account__name",)
    empty = lazy("还没有接入公众号。")

    def rows(self, request: StaffRequest) -> QuerySet[PushPolicy]:
        for account in queries.accounts_for(staff_of(request), queries.VIEW_CAMPAIGN).filter(
            push_policy=None
        ):
            policy_of(account)
        return queries.policies_visible_to(staff_of(request))


class PolicyForm(forms.Form):
    cap = forms.IntegerField(label=lazy("每人最多收到（条）"), min_value=1, max_value=30)
    cap_days = forms.IntegerField(label=lazy("每（天）"), min_value=1, max_value=90)
    quiet_from = forms.TimeField(
        label=lazy("免打扰开始"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_to = forms.TimeField(
        label=lazy("免打扰结束"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=lazy("两个时间相同为没有免打扰时段"),
    )  # fmt: skip
    smallest_group = forms.IntegerField(
        label=lazy("最小可报告人数"), min_value=2, max_value=100,
        help_text=lazy("少于这个人数的分组不显示数字，防止认出个人"),
    )  # fmt: skip


@screen
class EditPolicy(FormScreen[PushPolicy]):
    name = "audience.policy"
    title = lazy("推送规则")
    listing = "audience.policies"
    form = PolicyForm
    edits = True
    permission = CHANGE
    version_field = "version"

    def save(self, request: StaffRequest, form: Form, row: PushPolicy | None) -> PushPolicy:
        if row is None:
            raise LookupError("a form that edits has a row")
        return set_policy(account=row.account, **form.cleaned_data, by=staff_of(request))
