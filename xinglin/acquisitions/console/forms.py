"""What is typed about purchases in the console."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy

from xinglin.acquisitions.works import Wish

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def yuan_field(label: object, *, required: bool = True, minimum: Decimal = Decimal(0)) -> forms.DecimalField:
    """Return a field for an amount in yuan."""
    return forms.DecimalField(
        label=label,  # type: ignore[arg-type]  # a lazy translation
        required=required,
        min_value=minimum,
        max_value=100_000_000,
        decimal_places=2,
    )


def fen(yuan: Decimal | None) -> int | None:
    """Return an amount in fen."""
    return None if yuan is None else int(yuan * 100)


class ReasonForm(forms.Form):
    """A reason that every asker reads."""

    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("每位荐购人都会看到"),
    )


class ApproveForm(ReasonForm):
    """What is said with an approval; may be left out."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as they came
        self.fields["reason"].required = False
        self.fields["reason"].label = gettext_lazy("答复")


class WorkForm(forms.Form):
    """What a librarian says of a work."""

    isbn = forms.CharField(label=gettext_lazy("ISBN"), max_length=30, required=False)
    title = forms.CharField(label=gettext_lazy("题名"), max_length=300, required=False)
    author = forms.CharField(label=gettext_lazy("著者"), max_length=200, required=False)
    publisher = forms.CharField(label=gettext_lazy("出版社"), max_length=120, required=False)
    year = forms.IntegerField(label=gettext_lazy("出版年"), required=False, min_value=1000, max_value=2100)
    price = yuan_field(gettext_lazy("单价（元）"), required=False)
    class_number = forms.CharField(label=gettext_lazy("分类号"), max_length=20, required=False)

    def wish(self) -> Wish:
        """Return the work."""
        said = self.cleaned_data
        return Wish(
            isbn=said["isbn"],
            title=said["title"],
            author=said["author"],
            publisher=said["publisher"],
            year=said["year"],
            price_fen=fen(said["price"]),
            class_number=said["class_number"],
        )


class DeskForm(WorkForm):
    """A wish that a librarian takes down for a reader at the desk."""

    field_order = ("card_number",)
    card_number = forms.CharField(label=gettext_lazy("读者证号"), max_length=40)
    note = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("联盟已有而仍要荐购的，必须写理由"),
    )


class RulesForm(forms.Form):
    """The rules of purchase of a library, or of the consortium."""

    most_open_suggestions = forms.IntegerField(
        label=gettext_lazy("每位读者最多待处理荐购数"), min_value=1, max_value=1000
    )
    price_limit = yuan_field(gettext_lazy("单价上限（元）"), minimum=Decimal("0.01"))
    most_copies = forms.IntegerField(label=gettext_lazy("每馆每种最多复本数"), min_value=1, max_value=1000)
    duties_bind = forms.BooleanField(
        label=gettext_lazy("按建设分工订购"),
        required=False,
        help_text=gettext_lazy("分工给别馆的类，订购时要写理由（分工在 编目 → 建设分工）"),
    )
    accession_is_barcode = forms.BooleanField(label=gettext_lazy("登录号用作条码"), required=False)
