"""What is asked before something is done to a loan between libraries."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from xinglin.ill.models import Parcel


class Reason(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class Via(forms.Form):
    via = forms.ChoiceField(label=_("怎样寄送"), choices=Parcel.choices)
    number = forms.CharField(label=_("运单号"), max_length=40, required=False)

    def words(self) -> str:
        """Return how it travels, as the partner reads it."""
        return via_words(self.cleaned_data["via"], self.cleaned_data["number"])


def via_words(via: str, number: str) -> str:
    """Return how it travels, with the number of the parcel."""
    return f"{Parcel(via).label} {number}".strip()


class SendCopy(Via):
    barcode = forms.CharField(label=_("单册条码"), max_length=60)
    field_order = ("barcode", "via", "number")


class Promise(forms.Form):
    condition = forms.CharField(
        label=_("条件"), max_length=300, required=False, help_text=_("如只限馆内阅览；没有就不填")
    )
    yuan = forms.DecimalField(
        label=_("费用（元）"), min_value=0, decimal_places=2, max_digits=8, initial=Decimal(0)
    )


class Price(forms.Form):
    yuan = forms.DecimalField(label=_("赔偿（元）"), min_value=0, decimal_places=2, max_digits=8)


class Yes(forms.Form):
    agree = forms.ChoiceField(label=_("答复"), choices=[("yes", _("同意")), ("no", _("不同意"))])


class Note(forms.Form):
    note = forms.CharField(label=_("改了什么"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
