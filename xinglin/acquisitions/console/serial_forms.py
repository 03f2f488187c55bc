"""What is typed about serials in the console."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.acquisitions.console.forms import DAY, CancelForm, OverrideForm, yuan_field
from xinglin.acquisitions.models import Fund, Vendor
from xinglin.acquisitions.prediction import Frequency
from xinglin.acquisitions.services.serials import SubscriptionFile
from xinglin.commons.numbers import whole
from xinglin.consortium.models import Library


class TermForm(OverrideForm):
    """The money of the present term, and the fund that pays."""

    fund = forms.ModelChoiceField(label=gettext_lazy("经费"), queryset=Fund.objects.none(), empty_label=None)
    amount = yuan_field(gettext_lazy("这一订期的订费（元）"))
    field_order = ("fund", "amount", "override")


class PayTermForm(OverrideForm):
    """What was paid for a term."""

    number = forms.CharField(label=gettext_lazy("发票号码"), max_length=40)
    amount = yuan_field(gettext_lazy("实付（元）"))
    paid_on = forms.DateField(label=gettext_lazy("付款日期"), widget=DAY)
    field_order = ("number", "amount", "paid_on", "override")


class EndSubscriptionForm(CancelForm):
    """When and why a subscription stops."""

    on = forms.DateField(label=gettext_lazy("停订日期"), widget=DAY)
    field_order = ("on", "reason")


class ExtendForm(forms.Form):
    until = forms.DateField(label=gettext_lazy("续订到"), widget=DAY)


class SubscriptionForm(forms.Form):
    """A serial, and how it appears."""

    library = forms.ModelChoiceField(
        label=gettext_lazy("收藏馆"), queryset=Library.objects.none(), empty_label=None
    )
    vendor = forms.ModelChoiceField(
        label=gettext_lazy("书商"), queryset=Vendor.objects.filter(active=True), empty_label=None
    )
    title = forms.CharField(label=gettext_lazy("刊名"), max_length=300)
    issn = forms.CharField(label=gettext_lazy("ISSN"), max_length=9, required=False)
    frequency = forms.ChoiceField(
        label=gettext_lazy("刊期"), choices=Frequency.choices, initial=Frequency.MONTHLY
    )
    skipped_months = forms.CharField(
        label=gettext_lazy("停出的月份"),
        required=False,
        help_text=gettext_lazy("不规则的刊写哪几个月不出，如 1，2"),
    )
    first_on = forms.DateField(label=gettext_lazy("第一期预计到馆"), widget=DAY)
    first_number = forms.IntegerField(
        label=gettext_lazy("第一期的期号"), min_value=1, max_value=400, initial=1
    )
    until = forms.DateField(label=gettext_lazy("订到"), widget=DAY)
    copies = forms.IntegerField(label=gettext_lazy("份数"), min_value=1, max_value=100, initial=1)
    grace_days = forms.IntegerField(
        label=gettext_lazy("迟到几天后催"), min_value=0, max_value=365, initial=14
    )
    binding_note = forms.CharField(label=gettext_lazy("装订说明"), max_length=200, required=False)

    def clean_skipped_months(self) -> tuple[int, ...]:
        text = self.cleaned_data["skipped_months"]
        for mark in "，、；; ":
            text = text.replace(mark, ",")
        parts = [part for part in text.split(",") if part]
        months = {whole(part) or 0 for part in parts}
        if not months <= set(range(1, 13)):
            raise forms.ValidationError(_("停出的月份写 1 到 12，用逗号隔开。"))
        return tuple(sorted(months))

    def file(self) -> SubscriptionFile:
        """Return the answers as the deed takes them."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("library", "vendor")}
        return SubscriptionFile(**{**said, "frequency": Frequency(said["frequency"])})
