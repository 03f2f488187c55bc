"""What is entered of a watch, of a story, and of a brief."""

from dataclasses import asdict

from django import forms
from django.utils.translation import gettext_lazy as _

from xinglin.intelligence.watching.models import Recipient
from xinglin.intelligence.watching.services.watches import WatchFile


class WatchForm(forms.Form):
    """What is entered of a watch."""

    own_words = forms.CharField(
        label=_("自定义词，一行一个"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("分词词典里没有的词，例如新病名、机构名；它们整词统计"),
    )
    named_words = forms.CharField(
        label=_("重点词，一行一个"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("一出现就提醒，例如本院名称"),
    )
    unwanted_words = forms.CharField(
        label=_("不要合成的词，一行一个"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("词典切碎、而条目里总连着用的词会自动合起来，列在监测的页面上；合错了的写在这里"),
    )
    burst_level = forms.FloatField(
        label=_("突增的门槛"),
        initial=3.0,
        help_text=_("3 约等于突增比平常可信 20 倍，4 约 55 倍，7 约 1000 倍；越高提醒越少"),
    )
    least = forms.IntegerField(label=_("至少几条才提醒"), initial=5, min_value=1, max_value=1_000)
    negative_percent = forms.IntegerField(
        label=_("负面占多少（%）才提醒"),
        initial=50,
        min_value=1,
        max_value=100,
        help_text=_("只按判出语气的条目算"),
    )
    daily_brief = forms.BooleanField(
        label=_("每天起草简报"),
        required=False,
        help_text=_("常设委托：每天早上 7:30 自动起草前一天的一份，等馆员补写和送审"),
    )
    recipients = forms.ModelMultipleChoiceField(
        label=_("简报发给"),
        queryset=Recipient.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("先在“简报收件人”里登记"),
    )

    @property
    def file(self) -> WatchFile:
        return WatchFile(**{name: self.cleaned_data[name] for name in asdict(WatchFile())})


class ItemForm(forms.Form):
    title = forms.CharField(label=_("标题"), max_length=300)
    text = forms.CharField(
        label=_("内容"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("不要抄私人账号的名字和联系方式"),
    )  # fmt: skip
    publisher = forms.CharField(label=_("发布者"), required=False, max_length=200)
    address = forms.CharField(label=_("网址"), required=False, max_length=1_000)
    day = forms.DateField(
        label=_("日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("不填就是今天"),
    )


class BriefForm(forms.Form):
    title = forms.CharField(label=_("标题"), max_length=120)
    first = forms.DateField(label=_("自"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label=_("至"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
