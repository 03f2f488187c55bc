"""The material library: upload with the platform's limits, and what became of each file."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    FlagFilter,
    FormScreen,
    Kind,
    ListScreen,
    RelatedFilter,
    screen,
)
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of
from xinglin.wechat import queries
from xinglin.wechat.models import Account, Material, MaterialKind
from xinglin.wechat.services import materials as services


def _upload_again(request: StaffRequest, material: Material, answers: Answers) -> str:
    services.upload_soon(material=material)
    return _("已排队重新上传。")


def _remove(request: StaffRequest, material: Material, answers: Answers) -> str:
    services.remove(material=material, by=staff_of(request))
    return _("已删除素材。")


upload_again = Action[Material](
    "again", lazy("重新上传"), run=_upload_again, icon="upload", permission="wechat.change_material",
    when=lambda material: not (material.is_permanent and material.media_id), many=True,
)  # fmt: skip
remove = Action[Material](
    "remove", lazy("删除"), run=_remove, icon="trash", tone=Tone.BAD,
    confirm=lazy("删除后不能恢复；正被规则使用的素材不会被删除。"), permission="wechat.change_material",
)  # fmt: skip


def _standing(material: Material) -> str:
    if material.error:
        return _("上传失败：%(why)s") % {"why": material.error}
    if not material.media_id:
        return _("等待上传")
    return _("永久有效") if material.is_permanent else _("到期前自动续传")


@screen
class Materials(ListScreen[Material]):
    name = "wechat.materials"
    title = lazy("素材")
    section = Section.WECHAT
    icon = "photo"
    order = 40
    permission = "wechat.view_material"
    words = (lazy("图片"), lazy("语音"), lazy("视频"), "sucai", "media")
    create = "wechat.material.new"
    create_title = lazy("上传素材")
    columns = (
        Column(lazy("标题"), "title", sort="title"),
        Column(lazy("类型"), "get_kind_display"),
        Column(lazy("公众号"), "account.name", narrow=False),
        Column(
            lazy("大小"), lambda material: f"{max(material.size // 1024, 1)} KB", sort="size", narrow=False
        ),
        Column(lazy("状态"), _standing),
        Column(lazy("到期"), "expires_at", sort="expires_at", kind=Kind.MOMENT, narrow=False),
    )
    tabs = ChoiceFilter("kind", lazy("类型"), field="kind", choices=MaterialKind.choices)
    filters = (
        RelatedFilter(
            "account",
            lazy("公众号"),
            field="account",
            rows=lambda request: queries.accounts_visible_to(staff_of(request)),
        ),
        FlagFilter("failed", lazy("上传失败"), where=~Q(error="")),
    )
    search_fields = ("title",)
    search_hint = lazy("标题")
    order_by = ("-created_at",)
    empty = lazy("还没有素材。上传的图片、语音和视频可以用在自动回复和人工回复里。")
    actions = (upload_again, remove)

    def rows(self, request: StaffRequest) -> QuerySet[Material]:
        return queries.materials_visible_to(staff_of(request))


class UploadMaterial(forms.Form):
    """A file, for which account, and how long."""

    account = forms.ModelChoiceField(label=lazy("公众号"), queryset=Account.objects.none())
    kind = forms.ChoiceField(label=lazy("类型"), choices=MaterialKind.choices)
    title = forms.CharField(label=lazy("标题"), max_length=64, required=False)
    introduction = forms.CharField(label=lazy("视频说明"), max_length=200, required=False)
    file = forms.FileField(
        label=lazy("文件"),
        help_text=lazy(
            "图片 10 MB 以内（JPG、PNG、GIF）；语音 2 MB、60 秒以内（AMR、MP3）；"
            "视频 10 MB 以内（MP4）；缩略图 64 KB 以内（JPG）。"
        ),
    )
    is_permanent = forms.BooleanField(
        label=lazy("永久素材"), required=False,
        help_text=lazy("占用公众号的素材库额度。不选则为临时素材，系统在到期前自动续传，效果相同。"),
    )  # fmt: skip


@screen
class NewMaterial(FormScreen[Material]):
    name = "wechat.material.new"
    title = lazy("上传素材")
    permission = "wechat.add_material"
    listing = "wechat.materials"
    form = UploadMaterial
    done = lazy("已保存，正在上传到微信。")

    def make_form(
        self,
        request: StaffRequest,
        row: Material | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> Form:
        form = UploadMaterial(data, files)
        field = form.fields["account"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- declared so above
        field.queryset = queries.accounts_visible_to(staff_of(request))
        return form

    def save(self, request: StaffRequest, form: Form, row: Material | None) -> Material:
        entered = form.cleaned_data
        return services.add(
            account=entered["account"],
            kind=entered["kind"],
            title=entered["title"],
            introduction=entered["introduction"],
            name=entered["file"].name,
            content=entered["file"].read(),
            is_permanent=entered["is_permanent"],
            by=staff_of(request),
        )
