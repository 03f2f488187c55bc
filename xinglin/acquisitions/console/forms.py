"""What is typed about purchases in the console."""

from collections.abc import Iterable
from decimal import Decimal

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.acquisitions.models import Fund, OrderLine, PurchaseOrder, Vendor
from xinglin.acquisitions.services.vendor_lists import LIST_HEADINGS
from xinglin.acquisitions.works import Wish
from xinglin.console.uploads import UploadForm
from xinglin.consortium.models import Library

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

    isbn = forms.CharField(
        label=gettext_lazy("ISBN"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-camera": "keep"}),
    )
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


def _by_line(text: str) -> dict[str, str]:
    """Return 「我们的列=书商的列」 as a table. Raises ``ValidationError`` for what is neither."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        ours, mark, theirs = line.replace("＝", "=").partition("=")
        if not line.strip():
            continue
        if not mark or ours.strip() not in LIST_HEADINGS or not theirs.strip():
            raise forms.ValidationError(
                _("“%(line)s”看不懂；每行写 我们的列名=书商的列名，我们的列名有：%(names)s。"),
                params={"line": line[:40], "names": "、".join(LIST_HEADINGS)},
            )
        found[ours.strip()] = theirs.strip()[:60]
    return found


class FundForm(forms.Form):
    """A year's money."""

    library = forms.ModelChoiceField(
        label=gettext_lazy("图书馆"), queryset=Library.objects.none(), empty_label=None
    )
    year = forms.IntegerField(label=gettext_lazy("年度"), min_value=2000, max_value=2100)
    code = forms.CharField(label=gettext_lazy("代码"), max_length=20)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    department = forms.CharField(
        label=gettext_lazy("科室"), max_length=80, required=False, help_text=gettext_lazy("科室专款才填")
    )
    budget = yuan_field(gettext_lazy("预算（元）"))


class VendorForm(forms.Form):
    """Who sells, and how the vendor's lists name our columns."""

    code = forms.CharField(label=gettext_lazy("代码"), max_length=20)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    contact = forms.CharField(label=gettext_lazy("联系人"), max_length=60, required=False)
    phone = forms.CharField(label=gettext_lazy("电话"), max_length=30, required=False)
    email = forms.EmailField(label=gettext_lazy("邮箱"), required=False)
    columns = forms.CharField(
        label=gettext_lazy("列名对照"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("每行一条，如 题名=书名、单价=码洋；不写的用我们的列名"),
    )
    active = forms.BooleanField(label=gettext_lazy("使用中"), required=False, initial=True)

    def clean_columns(self) -> dict[str, str]:
        return _by_line(self.cleaned_data["columns"])


class OrderForm(forms.Form):
    """Whose order, to whom."""

    library = forms.ModelChoiceField(
        label=gettext_lazy("订购馆"), queryset=Library.objects.none(), empty_label=None
    )
    vendor = forms.ModelChoiceField(
        label=gettext_lazy("书商"), queryset=Vendor.objects.filter(active=True), empty_label=None
    )
    note = forms.CharField(label=gettext_lazy("附注"), max_length=300, required=False)


class LineForm(WorkForm):
    """One work on an order."""

    field_order = ("isbn", "title", "price", "copies", "fund", "library")
    price = yuan_field(gettext_lazy("单价（元）"))
    copies = forms.IntegerField(label=gettext_lazy("册数"), min_value=1, max_value=1000, initial=1)
    fund = forms.ModelChoiceField(label=gettext_lazy("经费"), queryset=Fund.objects.none(), empty_label=None)
    library = forms.ModelChoiceField(
        label=gettext_lazy("收藏馆"), queryset=Library.objects.none(), empty_label=None
    )


class OverrideForm(forms.Form):
    """A reason for which a rule or a budget is passed over."""

    override = forms.CharField(
        label=gettext_lazy("破例的理由"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("只有超出规则或预算时才写，会留在经过里"),
    )


class CancelForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=500)


class ReceiveForm(forms.Form):
    """How many copies came; ``seen`` is what the person had before their eyes."""

    copies = forms.IntegerField(label=gettext_lazy("这次到了几册"), min_value=1, max_value=1000)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class InvoiceForm(OverrideForm):
    """An invoice; ``offer`` adds a pair of fields for each line that waits for one."""

    field_order = ("number", "dated_on", "tax", "currency_note")
    number = forms.CharField(label=gettext_lazy("发票号码"), max_length=40)
    dated_on = forms.DateField(label=gettext_lazy("开票日期"), widget=DAY)
    tax = yuan_field(gettext_lazy("税额（元）"), required=False)
    currency_note = forms.CharField(
        label=gettext_lazy("币种说明"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("外币的写原价和汇率，如 USD 45.00 @ 7.12；金额一律填人民币"),
    )

    def offer(self, lines: Iterable[OrderLine]) -> "InvoiceForm":
        """Ask for each line how many copies and how much; filled in with what came without an invoice."""
        for line in lines:
            due = line.received - line.invoiced
            if due < 1:
                continue
            self.fields[f"copies_{line.pk}"] = forms.IntegerField(
                label=_("《%(title)s》册数") % {"title": line.title[:40]},
                min_value=0, max_value=due, initial=due, required=False,
            )  # fmt: skip
            goods = yuan_field(_("《%(title)s》货款（元）") % {"title": line.title[:40]}, required=False)
            goods.initial = Decimal(due * line.price_fen) / 100
            self.fields[f"goods_{line.pk}"] = goods
        return self

    def charged(self) -> dict[int, tuple[int, int]]:
        """Return copies and fen by line."""
        said, found = self.cleaned_data, {}
        for name in said:
            if name.startswith("copies_"):
                pk = int(name.removeprefix("copies_"))
                found[pk] = (said[name] or 0, fen(said[f"goods_{pk}"]) or 0)
        return found


class VendorListForm(UploadForm):
    """A vendor's list, and the fund that pays for it."""

    fund = forms.ModelChoiceField(label=gettext_lazy("经费"), queryset=Fund.objects.none(), empty_label=None)
    field_order = ("fund", "file")


class PutOnOrderForm(forms.Form):
    """On which draft a suggestion is put, and who pays."""

    order = forms.ModelChoiceField(
        label=gettext_lazy("订单"), queryset=PurchaseOrder.objects.none(), empty_label=None
    )
    fund = forms.ModelChoiceField(label=gettext_lazy("经费"), queryset=Fund.objects.none(), empty_label=None)
    copies = forms.IntegerField(label=gettext_lazy("册数"), min_value=1, max_value=1000, initial=1)

    def offer(
        self, orders: QuerySet[PurchaseOrder], funds: QuerySet[Fund], *, department: str
    ) -> "PutOnOrderForm":
        """Offer the drafts and the funds; a fund of the asker's department comes first."""
        for name, rows, absent in (
            ("order", orders, gettext_lazy("还没有草稿订单，请先“新开订单”")),
            ("fund", funds, gettext_lazy("还没有经费，请先“新增经费”")),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared so above)
            field.queryset = rows
            if not rows.exists():
                field.help_text = absent
        theirs = funds.filter(department=department).first() if department else None
        if theirs is not None:
            self.fields["fund"].initial = theirs.pk
        return self
