"""Where each library's records name their copies: 905 and its subfields."""

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.utils.translation import gettext_lazy as _

from xinglin.catalog import services
from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.models import ImportProfile, ItemType
from xinglin.catalog.services.imports import PERMISSION
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import Column, FormScreen, ListScreen, screen
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library

_SUBFIELDS = {
    "library_subfield": _("馆代码"),
    "location_subfield": _("馆藏地点"),
    "class_subfield": _("分类号"),
    "book_number_subfield": _("书次号"),
    "call_number_subfield": _("索书号"),
    "barcode_subfield": _("条码"),
    "volume_subfield": _("卷册"),
    "price_subfield": _("价格"),
}


class ProfileForm(forms.Form):
    """A profile; library codes are written one a line, "文件里的代码=联盟的馆代码"."""

    agency = forms.CharField(
        label=_("来源机构"),
        max_length=60,
        required=False,
        help_text=_("本馆系统导出的记录没有写明来源机构（003 或 801$b）时，视为这个机构的记录。"),
    )
    holdings_tag = forms.RegexField(
        label=_("馆藏字段"), regex=r"^[0-9]{3}$", help_text=_("三位数字，例如 905")
    )
    library_codes = forms.CharField(
        label=_("馆代码对照"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("每行一个：文件里的代码=联盟的馆代码。没有列出的，记为导入的馆。"),
    )
    item_type = forms.ChoiceField(label=_("单册类型"), choices=ItemType.choices)
    condition = forms.ChoiceField(
        label=_("单册状态"),
        choices=[(state.value, state.label) for state in (Condition.ON_SHELF, Condition.IN_PROCESS)],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # what a form takes is passed on
        for name, label in _SUBFIELDS.items():
            self.fields[name] = forms.RegexField(
                label=_("子字段：%(label)s") % {"label": label}, regex=r"^[0-9a-z]?$", required=False
            )

    def clean_library_codes(self) -> dict[str, str]:
        """Return the codes as a table. Refuses a line without an equals sign or with an unknown library."""
        codes: dict[str, str] = {}
        known = set(Library.objects.values_list("code", flat=True))
        for line in self.cleaned_data["library_codes"].splitlines():
            if not line.strip():
                continue
            theirs, equals, ours = line.partition("=")
            if not equals or ours.strip().upper() not in known:
                raise forms.ValidationError(
                    _("“%(line)s”看不懂：请写成 文件里的代码=联盟的馆代码，联盟的馆代码要存在。"),
                    params={"line": line},
                )
            codes[theirs.strip()] = ours.strip().upper()
        return codes


@screen
class Profiles(ListScreen[Library]):
    name = "catalog.profiles"
    title = _("导入配置")
    section = Section.CATALOGUING
    icon = "adjustments"
    order = 50
    permission = PERMISSION
    words = ("905", "852", "peizhi")
    detail = "catalog.profile"
    columns = (
        Column(_("馆"), "name", link=True),
        Column(_("馆藏字段"), lambda library: _profile(library).holdings_tag),
        Column(_("来源机构"), lambda library: _profile(library).agency),
    )
    order_by = ("code",)

    def rows(self, request: StaffRequest) -> QuerySet[Library]:
        mine = access.libraries_of(staff_of(request), PERMISSION)
        return Library.objects.filter(pk__in=mine, active=True).select_related("import_profile")


def _profile(library: Library) -> ImportProfile:
    profile: ImportProfile | None = getattr(library, "import_profile", None)
    return profile or ImportProfile(library=library)


@screen
class ProfileEdit(FormScreen[Library]):
    name = "catalog.profile"
    title = _("导入配置")
    listing = "catalog.profiles"
    edits = True
    form = ProfileForm

    def initial(self, request: StaffRequest, row: Library | None) -> dict[str, object]:
        profile = _profile(row) if row is not None else ImportProfile()
        codes = "\n".join(f"{theirs}={ours}" for theirs, ours in profile.library_codes.items())
        names = ("agency", "holdings_tag", "item_type", "condition", *_SUBFIELDS)
        return {name: getattr(profile, name) for name in names} | {"library_codes": codes}

    def save(self, request: StaffRequest, form: Form, row: Library | None) -> Library:
        assert row is not None  # noqa: S101 (edits = True: the toolkit brought it)
        services.set_profile(library=row, by=staff_of(request), **form.cleaned_data)
        return row
