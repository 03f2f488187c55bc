"""What is typed about databases."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from xinglin.console.uploads import UploadForm
from xinglin.consortium.models import Library
from xinglin.eresources import imports
from xinglin.eresources.models import ContentType, Database, Kind, Language
from xinglin.eresources.services import Entry


class EntryForm(forms.Form):
    """What is said of a database."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    other_name = forms.CharField(
        label=gettext_lazy("别名"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("英文名、简称，读者也能用它查到"),
    )
    provider = forms.CharField(label=gettext_lazy("提供方"), max_length=120, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("性质"), choices=Kind.choices)
    trial_until = forms.DateField(
        label=gettext_lazy("试用至"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("性质为“试用”时必填；过后不再列给读者"),
    )
    types = forms.MultipleChoiceField(
        label=gettext_lazy("类型"),
        choices=ContentType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("语种"),
        choices=Language.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    subjects = forms.CharField(
        label=gettext_lazy("学科"),
        required=False,
        max_length=600,
        help_text=gettext_lazy("用顿号或空格分开；可以写中图法类号（R4）或名称（循证医学）"),
    )
    description = forms.CharField(label=gettext_lazy("一句话介绍"), max_length=200, required=False)
    url = forms.CharField(label=gettext_lazy("网址"), max_length=1000, widget=forms.URLInput)
    url_outside = forms.CharField(
        label=gettext_lazy("馆外网址"),
        max_length=1000,
        required=False,
        widget=forms.URLInput,
        help_text=gettext_lazy("与馆内不同时填写，如远程访问入口"),
    )
    access_in_house = forms.CharField(
        label=gettext_lazy("馆内访问说明"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    access_outside = forms.CharField(
        label=gettext_lazy("馆外访问说明"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    guide = forms.CharField(
        label=gettext_lazy("使用指南"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    video_url = forms.CharField(
        label=gettext_lazy("视频教程"), max_length=1000, required=False, widget=forms.URLInput
    )

    def clean_subjects(self) -> list[str]:
        """Return the subjects as a list, each once."""
        return imports.listed(self.cleaned_data["subjects"])

    def entry(self) -> Entry:
        """Return what was typed, for the services."""
        return cast(Entry, {name: self.cleaned_data[name] for name in EntryForm.base_fields})


class AddForm(EntryForm):
    """A new database: its code and its keeper are fixed from then on."""

    code = forms.SlugField(
        label=gettext_lazy("代码"),
        max_length=40,
        help_text=gettext_lazy("用在网址里，只用小写字母、数字和连字符，如 cnki"),
    )
    keeper = forms.ModelChoiceField(
        label=gettext_lazy("管理馆"),
        queryset=Library.objects.none(),
        empty_label=None,
        help_text=gettext_lazy("订购并维护这一条的馆"),
    )
    field_order = ("code", "keeper", "name")


class EntitleForm(forms.Form):
    """Which libraries may use a database, and how long."""

    libraries = forms.ModelMultipleChoiceField(
        label=gettext_lazy("可用馆"),
        queryset=Library.objects.filter(active=True),
        widget=forms.CheckboxSelectMultiple,
    )
    since = forms.DateField(
        label=gettext_lazy("自"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=gettext_lazy("至"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("不填为长期"),
    )


class EndForm(forms.Form):
    """Which library may use a database no longer."""

    library = forms.ModelChoiceField(label=gettext_lazy("图书馆"), queryset=Library.objects.none())


class TableForm(UploadForm):
    """A table of databases, and the library that keeps them."""

    keeper = forms.ModelChoiceField(
        label=gettext_lazy("管理馆"), queryset=Library.objects.none(), empty_label=None
    )
    field_order = ("keeper", "file")


class TitleListForm(UploadForm):
    """A KBART file, the database it lists, and the name of the list that it replaces."""

    database = forms.ModelChoiceField(label=gettext_lazy("数据库"), queryset=Database.objects.none())
    name = forms.CharField(
        label=gettext_lazy("清单名称"),
        max_length=120,
        help_text=gettext_lazy("如“全库”或“心血管专辑”；再次导入同名清单会整份替换"),
    )
    field_order = ("database", "name", "file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, endings=(".tsv", ".txt", ".csv", ".xlsx"), **kwargs)
