"""What is typed about orders in the console."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from xinglin.consortium.models import Staff
from xinglin.reference.models import Order, OrderKind, Purpose, Scope, SelfCitationRule, Skill

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def lines(text: str) -> list[str]:
    """Return the lines of a text area, empty ones left out."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def words(text: str) -> list[str]:
    """Return words divided by semicolons, commas or line ends, each once."""
    for mark in "；;，,、\n":
        text = text.replace(mark, "\t")
    return list(dict.fromkeys(word.strip() for word in text.split("\t") if word.strip()))


class EntryForm(forms.Form):
    """What a client says of an order; the reader's page and the desk use the same form."""

    client_unit = forms.CharField(label=gettext_lazy("委托单位"), max_length=120, required=False)
    client_phone = forms.CharField(label=gettext_lazy("联系电话"), max_length=30, required=False)
    client_email = forms.EmailField(label=gettext_lazy("邮箱"), max_length=254, required=False)
    title = forms.CharField(label=gettext_lazy("项目名称"), max_length=300)
    title_foreign = forms.CharField(label=gettext_lazy("英文名称"), max_length=500, required=False)
    purpose = forms.ChoiceField(label=gettext_lazy("目的"), choices=Purpose.choices)
    scope = forms.ChoiceField(label=gettext_lazy("查新范围"), choices=Scope.choices, initial=Scope.WORLD)
    content = forms.CharField(
        label=gettext_lazy("科学技术要点"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=20_000,
        required=False,
        help_text=gettext_lazy("研究目的、技术方案、创新之处、指标；不写患者的个人信息"),
    )
    points = forms.CharField(
        label=gettext_lazy("查新点"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text=gettext_lazy("一行一条，每条只写一个需要证明新颖性的点"),
    )
    keywords = forms.CharField(
        label=gettext_lazy("检索词"), required=False, help_text=gettext_lazy("中英文都写，用分号隔开")
    )
    members = forms.CharField(
        label=gettext_lazy("项目组成员"),
        required=False,
        help_text=gettext_lazy("用分号隔开；他们不会参与本项目的查新和审核"),
    )
    wanted_by = forms.DateField(label=gettext_lazy("希望完成日"), required=False, widget=DAY)

    listed = (("points", lines), ("keywords", words), ("members", words))

    def entry(self) -> dict[str, Any]:
        """Return the answers as the deeds take them."""
        said = dict(self.cleaned_data)
        for name, read in self.listed:
            if name in said:
                said[name] = read(said[name])
        return {name: value for name, value in said.items() if name in Order.__dict__}


class CitationEntryForm(EntryForm):
    """What a client says who wants articles found in indexes and their citations counted."""

    field_order = ("title", "members", "content", "purpose", "self_rule", "wanted_by")
    self_rule = forms.ChoiceField(
        label=gettext_lazy("自引规则"), choices=SelfCitationRule.choices, widget=forms.RadioSelect,
        initial=SelfCitationRule.ANY_AUTHOR,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title_foreign", "scope", "points", "keywords"):
            del self.fields[name]
        self.fields["title"].label = gettext_lazy("委托事项")
        self.fields["title"].help_text = gettext_lazy("例如：王立新 2020—2025 年论文收录与他引证明")
        self.fields["members"].label = gettext_lazy("作者姓名")
        self.fields["members"].help_text = gettext_lazy("中文名和发表时用的拼音名都写，用分号隔开")
        self.fields["content"].label = gettext_lazy("论文清单")
        self.fields["content"].help_text = gettext_lazy("一行一篇：题名、刊名、年份，有 DOI 的写 DOI")


def entry_form(kind: OrderKind) -> type[EntryForm]:
    """Return the form of one kind of order."""
    return CitationEntryForm if kind == OrderKind.CITATION else EntryForm


class QuoteForm(forms.Form):
    fee = forms.DecimalField(
        label=gettext_lazy("费用（元）"), min_value=0, max_value=1_000_000, decimal_places=2
    )
    promised_on = forms.DateField(label=gettext_lazy("约定完成日"), widget=DAY)
    contract_number = forms.CharField(
        label=gettext_lazy("合同编号"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("不填则自动编号"),
    )

    def fen(self) -> int:
        """Return the fee in fen."""
        return int(self.cleaned_data["fee"] * 100)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("说明"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000,
        help_text=gettext_lazy("对方会看到"),
    )  # fmt: skip


class AssignForm(forms.Form):
    searcher = forms.ModelChoiceField(label=gettext_lazy("查新员"), queryset=Staff.objects.none())
    reviewer = forms.ModelChoiceField(label=gettext_lazy("审核员"), queryset=Staff.objects.none())

    def offer(self, searchers: QuerySet[Staff], reviewers: QuerySet[Staff]) -> "AssignForm":
        """Offer those who are qualified."""
        for name, rows in (("searcher", searchers), ("reviewer", reviewers)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared so above)
            field.queryset = rows
            if not rows.exists():
                field.help_text = gettext_lazy("还没有人登记这项资格，请先到“查新资格”里登记")
        return self


class StrategyForm(forms.Form):
    database = forms.CharField(label=gettext_lazy("数据库"), max_length=120)
    coverage = forms.CharField(label=gettext_lazy("年限"), max_length=60, required=False)
    expression = forms.CharField(
        label=gettext_lazy("检索式"), widget=forms.Textarea(attrs={"rows": 3}), max_length=10_000, strip=False,
        help_text=gettext_lazy("照检索时的原样粘贴；记下后不能修改，只能更正"),
    )  # fmt: skip
    searched_on = forms.DateField(label=gettext_lazy("检索日期"), widget=DAY)
    hits = forms.IntegerField(label=gettext_lazy("命中数"), min_value=0, max_value=2_000_000_000)
    relevant = forms.IntegerField(label=gettext_lazy("相关数"), min_value=0, required=False)


class RelatedForm(forms.Form):
    citation = forms.CharField(
        label=gettext_lazy("文献著录"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000
    )
    comparison = forms.CharField(
        label=gettext_lazy("对比分析"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=10_000,
        required=False,
    )
    point = forms.IntegerField(
        label=gettext_lazy("对应查新点"), min_value=0, initial=0, help_text=gettext_lazy("第几条；0 为全部")
    )


class FindingsForm(forms.Form):
    findings = forms.CharField(
        label=gettext_lazy("检索结果"),
        widget=forms.Textarea(attrs={"rows": 10}),
        max_length=50_000,
        required=False,
    )
    conclusion = forms.CharField(
        label=gettext_lazy("结论"),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=50_000,
        required=False,
    )


class QualificationForm(forms.Form):
    staff = forms.ModelChoiceField(label=gettext_lazy("馆员"), queryset=Staff.objects.none())
    skill = forms.ChoiceField(label=gettext_lazy("资格"), choices=Skill.choices)
    certificate = forms.CharField(label=gettext_lazy("证书编号"), max_length=80)
    issued_by = forms.CharField(label=gettext_lazy("发证单位"), max_length=120, required=False)
    valid_until = forms.DateField(
        label=gettext_lazy("有效期至"), required=False, widget=DAY, help_text=gettext_lazy("不填为长期有效")
    )
