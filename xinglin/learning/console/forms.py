"""What librarians type of lectures and of people."""

from django import forms
from django.utils.translation import gettext_lazy as _

from xinglin.consortium.models import Library
from xinglin.learning.models import LectureKind, MaterialKind
from xinglin.learning.services import LectureFile


def _moment(label: object, *, required: bool = True, help_text: object = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,  # type: ignore[arg-type]
        required=required,
        help_text=help_text,  # type: ignore[arg-type]
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class LectureForm(forms.Form):
    """Everything that is said of a lecture."""

    kind = forms.ChoiceField(label=_("类型"), choices=LectureKind.choices)
    title = forms.CharField(label=_("题目"), max_length=120)
    speaker = forms.CharField(
        label=_("主讲人"), max_length=120, required=False, help_text=_("例如“许文清 副研究馆员”。")
    )
    begins_at = _moment(_("开始时间"))
    ends_at = _moment(_("结束时间"))
    place = forms.CharField(label=_("地点"), max_length=120, required=False)
    live_link = forms.URLField(
        label=_("直播链接"),
        max_length=1000,
        required=False,
        assume_scheme="https",
        help_text=_("腾讯会议、钉钉等的入会链接；开始前 30 分钟起，签到的读者才看得到。"),
    )
    seats = forms.IntegerField(
        label=_("名额"),
        min_value=0,
        max_value=100_000,
        initial=0,
        help_text=_("0 表示不限；满了自动转候补。"),
    )
    registration_opens_at = _moment(_("报名开始"), required=False, help_text=_("不填，发布就能报。"))
    registration_closes_at = _moment(_("报名截止"), required=False, help_text=_("不填，到开始时截止。"))
    summary = forms.CharField(
        label=_("内容简介"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )

    def file(self) -> LectureFile:
        """Return what was typed, as the service takes it."""
        names = LectureFile.__dataclass_fields__
        return LectureFile(**{name: value for name, value in self.cleaned_data.items() if name in names})


class NewLectureForm(LectureForm):
    """The same, and which library it is that invites."""

    library = forms.ModelChoiceField(label=_("主办馆"), queryset=Library.objects.none(), empty_label=None)

    field_order = ("library",)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=200, help_text=_("报了名的读者会看到。"))


class MaterialForm(forms.Form):
    kind = forms.ChoiceField(label=_("类型"), choices=MaterialKind.choices)
    title = forms.CharField(label=_("名称"), max_length=120, help_text=_("例如“课件 PDF”。"))
    link = forms.URLField(label=_("链接"), max_length=1000, assume_scheme="https")


class PersonForm(forms.Form):
    """A reader by the card, or a guest by name and phone."""

    card = forms.CharField(label=_("读者证号"), max_length=60, required=False)
    guest_name = forms.CharField(
        label=_("来宾姓名"), max_length=60, required=False, help_text=_("没有读者证的，登记姓名和电话。")
    )
    guest_phone = forms.CharField(label=_("来宾电话"), max_length=30, required=False)

    def clean(self) -> dict[str, object]:
        said = super().clean() or {}
        if not said.get("card") and not said.get("guest_name"):
            raise forms.ValidationError(_("请填读者证号；没有证的填来宾姓名和电话。"))
        if said.get("card") and said.get("guest_name"):
            raise forms.ValidationError(_("读者证号和来宾姓名只填一样。"))
        return said
