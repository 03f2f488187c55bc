"""Forms about readers; services judge what they hold."""

from django import forms
from django.utils.translation import gettext_lazy as _

from xinglin.console.access import StaffRequest
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library
from xinglin.patrons.models import PatronCategory, Right


def libraries_with(request: StaffRequest, permission: str) -> forms.ModelChoiceField[Library]:
    """Return a choice among the running libraries in which someone has a permission."""
    staff = staff_of(request)
    open_to = Library.objects.filter(pk__in=access.libraries_of(staff, permission), active=True)
    return forms.ModelChoiceField(label=_("所属馆"), queryset=open_to, initial=staff.library_id)


class PatronForm(forms.Form):
    """A reader's file."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    category = forms.ModelChoiceField(label=_("类别"), queryset=PatronCategory.objects.filter(active=True))
    department = forms.CharField(label=_("科室/院系"), max_length=80, required=False)
    title = forms.CharField(label=_("职称"), max_length=60, required=False)
    staff_number = forms.CharField(label=_("工号/学号"), max_length=40, required=False)
    phone = forms.CharField(label=_("手机"), max_length=30, required=False)
    email = forms.CharField(label=_("邮箱"), max_length=254, required=False)
    research_topics = forms.CharField(
        label=_("研究方向"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    interests = forms.CharField(label=_("阅读兴趣"), widget=forms.Textarea(attrs={"rows": 2}), required=False)


class RegisterForm(PatronForm):
    """A reader who is to be registered."""

    home_library = forms.ModelChoiceField(label=_("所属馆"), queryset=Library.objects.none())
    card_number = forms.CharField(label=_("卡号"), max_length=40, help_text=_("全联盟唯一，用过的不再发"))
    field_order = ("card_number", "name", "home_library", "category")


class CardForm(forms.Form):
    number = forms.CharField(label=_("新卡号"), max_length=40)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=200)


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=_("新密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少 8 位；不能是卡号、工号或手机号"),
    )


class UntilForm(forms.Form):
    until = forms.DateField(
        label=_("延长到"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("不填则按读者类别的有效期顺延"),
    )


class CategoryForm(forms.Form):
    """What a category of readers may do, and for how long its cards are good."""

    name = forms.CharField(label=_("名称"), max_length=40)
    rights = forms.MultipleChoiceField(
        label=_("权利"), choices=Right.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    months_valid = forms.IntegerField(
        label=_("有效期（月）"), min_value=1, max_value=600, required=False, help_text=_("不填为长期有效")
    )

    def clean_rights(self) -> list[Right]:
        """Return the rights as such."""
        return [Right(value) for value in self.cleaned_data["rights"]]


class NewCategoryForm(CategoryForm):
    code = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9_-]*$", label=_("代码"), max_length=20, help_text=_("字母、数字和连字符")
    )
    field_order = ("code",)


class EditCategoryForm(CategoryForm):
    active = forms.BooleanField(label=_("使用中"), required=False)
