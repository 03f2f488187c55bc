"""The librarian's forms of profiles."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xinglin.consortium.access import libraries_of
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.models.libraries import Weekday
from xinglin.intelligence.models import Topic
from xinglin.intelligence.sdi import wanted
from xinglin.intelligence.sdi.models import Example, ProfileKind
from xinglin.intelligence.sdi.queries import VIEW
from xinglin.intelligence.sdi.timing import Schedule


def topics_for(staff: Staff) -> QuerySet[Topic]:
    """Return the topics that a profile may be narrowed to: the public ones, for readers see no others."""
    return Topic.objects.filter(public=True).order_by("name")


class EditProfileForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=60, required=False, help_text=_("不填就用检索词"))
    words = forms.CharField(
        label=_("检索词"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=wanted.HELP,
    )  # fmt: skip
    schedule = forms.ChoiceField(label=_("多久一次"), choices=Schedule, initial=Schedule.WEEKLY)
    weekday = forms.TypedChoiceField(
        label=_("每周的哪一天"), choices=Weekday, coerce=int, initial=Weekday.MONDAY,
        help_text=_("选了“每周一次”才用"),
    )  # fmt: skip
    most = forms.IntegerField(label=_("每次最多几篇"), min_value=1, max_value=30, initial=10)
    topics = forms.ModelMultipleChoiceField(
        label=_("只看这些专题"), queryset=Topic.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("都不选就是全部公开的专题"),
    )  # fmt: skip
    is_open = forms.BooleanField(
        label=_("读者可自行加入"), required=False,
        help_text=_("课题组和学科用：同馆和下级馆的读者在“我的文献推送”里能看到并加入"),
    )  # fmt: skip

    def __init__(self, *args: Any, topics: QuerySet[Topic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["topics"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = topics


class NewProfileForm(EditProfileForm):
    kind = forms.ChoiceField(label=_("种类"), choices=ProfileKind, initial=ProfileKind.SUBJECT)
    card = forms.CharField(
        label=_("读者证号"), max_length=40, required=False,
        help_text=_("给一位读者建的才填；读者没有同意过推荐的，会先征求同意"),
    )  # fmt: skip
    library = forms.ModelChoiceField(label=_("图书馆"), queryset=Library.objects.none())
    department = forms.CharField(
        label=_("科室/院系"),
        max_length=80,
        required=False,
        help_text=_("写法和读者资料里的一样；读者的随读者资料"),
    )
    papers = forms.CharField(
        label=_("喜欢的文献"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("DOI、PMID 或题名，一行一篇。检索词和喜欢的文献至少写一样"),
    )  # fmt: skip
    field_order = (
        "kind", "card", "library", "department", "name", "words", "papers", "schedule", "weekday", "most", "topics",
    )  # fmt: skip

    def __init__(self, *args: Any, libraries: QuerySet[Library], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["library"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = libraries


class PapersForm(forms.Form):
    papers = forms.CharField(
        label=_("喜欢的文献"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("DOI、PMID 或题名，一行一篇"),
    )  # fmt: skip


class DropPaperForm(forms.Form):
    example = forms.ModelChoiceField(label=_("哪一篇"), queryset=Example.objects.none())

    def __init__(self, *args: Any, examples: QuerySet[Example], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["example"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = examples


class CardForm(forms.Form):
    card = forms.CharField(
        label=_("读者证号"), max_length=40, help_text=_("读者没有同意过推荐的，会先征求同意，同意后才推送")
    )


class LiaisonForm(forms.Form):
    library = forms.ModelChoiceField(label=_("图书馆"), queryset=Library.objects.none())
    department = forms.CharField(label=_("科室/院系"), max_length=80, help_text=_("写法和读者资料里的一样"))
    staff = forms.ModelChoiceField(label=_("学科馆员"), queryset=Staff.objects.none())

    def __init__(self, *args: Any, staff: Staff, permission: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        libraries = libraries_of(staff, permission)
        library, person = self.fields["library"], self.fields["staff"]
        if isinstance(library, forms.ModelChoiceField) and isinstance(person, forms.ModelChoiceField):
            library.queryset = Library.objects.filter(pk__in=libraries, active=True)
            everybody = Staff.objects.filter(active=True).select_related("user", "library")
            able = [each.pk for each in everybody if libraries_of(each, VIEW) & libraries]
            person.queryset = everybody.filter(pk__in=able)
