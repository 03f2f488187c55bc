"""Templates of the platform for our notices: which account tells what, by which template."""

from typing import Any

from django import forms
from django.db.models import QuerySet
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
    FormScreen,
    Kind,
    ListScreen,
    RelatedFilter,
    screen,
)
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of
from xinglin.notices.kinds import STANDARD, every_kind, name_of
from xinglin.wechat import queries
from xinglin.wechat.models import Account, NoticeTemplate, TemplateWay
from xinglin.wechat.services import notice_templates as services
from xinglin.wechat.templates_of_notices import written_mapping


def _remove(request: StaffRequest, chosen: NoticeTemplate, answers: Answers) -> str:
    services.remove_template(chosen=chosen, by=staff_of(request))
    return _("已移除，这种提醒改走其他渠道。")


@screen
class NoticeTemplates(ListScreen[NoticeTemplate]):
    name = "wechat.notice_templates"
    title = lazy("提醒模板")
    section = Section.WECHAT
    icon = "template"
    order = 48
    permission = "wechat.view_account"
    words = (lazy("模板消息"), lazy("订阅通知"), "moban", "dingyue")
    create = "wechat.notice_template.new"
    create_title = lazy("对应模板")
    columns = (
        Column(lazy("公众号"), "account.name", sort="account__name"),
        Column(lazy("提醒种类"), lambda row: name_of(row.kind), sort="kind"),
        Column(lazy("接口"), "get_way_display"),
        Column(lazy("模板编号"), "template_id", narrow=False),
        Column(lazy("要素对应"), lambda row: written_mapping(row.mapping).replace("\n", "；"), narrow=False),
        Column(lazy("长期订阅"), "is_lasting", kind=Kind.FLAG, narrow=False),
        Column(lazy("使用中"), "active", kind=Kind.FLAG),
    )
    tabs = ChoiceFilter("way", lazy("接口"), choices=TemplateWay.choices)
    filters = (
        RelatedFilter(
            "account",
            lazy("公众号"),
            field="account",
            rows=lambda request: queries.accounts_visible_to(staff_of(request)),
        ),
    )
    order_by = ("kind",)
    empty = lazy(
        "还没有对应模板，提醒会走客服消息、邮件或等读者来信。有模板消息或订阅通知权限的公众号，"
        "请先在公众平台选好模板，再在这里对应。"
    )
    actions = (
        Action[NoticeTemplate](
            "remove",
            lazy("移除"),
            run=_remove,
            icon="trash",
            tone=Tone.BAD,
            permission=services.CHANGE,
            confirm=lazy("移除后，这种提醒改走其他渠道。"),
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[NoticeTemplate]:
        return queries.notice_templates_visible_to(staff_of(request))


class TemplateForm(forms.Form):
    """An account's template for a kind of notices."""

    account = forms.ModelChoiceField(label=lazy("公众号"), queryset=Account.objects.none())
    kind = forms.ChoiceField(label=lazy("提醒种类"))
    way = forms.ChoiceField(label=lazy("接口"), choices=TemplateWay.choices)
    template_id = forms.CharField(label=lazy("模板编号"), max_length=64)
    mapping = forms.CharField(label=lazy("要素对应"), widget=forms.Textarea(attrs={"rows": 5}))
    is_lasting = forms.BooleanField(
        label=lazy("长期订阅"),
        required=False,
        help_text=lazy("公众平台模板列表里类型为“长期订阅”的才勾选：读者同意一次，一直有效。"),
    )


@screen
class SetTemplate(FormScreen[NoticeTemplate]):
    """Say which template carries a kind; saving again for the same kind replaces it."""

    name = "wechat.notice_template.new"
    title = lazy("对应模板")
    listing = "wechat.notice_templates"
    permission = services.CHANGE
    form = TemplateForm
    hint = lazy("同一公众号、同一种提醒、同一接口只有一个模板；再次保存即替换。")

    def make_form(
        self,
        request: StaffRequest,
        row: NoticeTemplate | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> forms.Form:
        form = TemplateForm(data)
        accounts = form.fields["account"]
        kinds = form.fields["kind"]
        assert isinstance(accounts, forms.ModelChoiceField)  # noqa: S101 -- declared so above
        assert isinstance(kinds, forms.ChoiceField)  # noqa: S101 -- declared so above
        accounts.queryset = queries.accounts_visible_to(staff_of(request))
        kinds.choices = [(kind.code, kind.name) for kind in every_kind()]
        known = "；".join(
            f"{kind.name}：{'、'.join(field.name for field in kind.fields) or '—'}" for kind in every_kind()
        )
        form.fields["mapping"].help_text = _(
            "每行写“模板词 = 要素”，例如 thing1 = title；固定文字加引号。每种提醒都有 %(standard)s；另有 %(known)s。"
        ) % {"standard": "、".join(STANDARD), "known": known}
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: NoticeTemplate | None) -> NoticeTemplate:
        answers = form.cleaned_data
        return services.set_template(
            account=answers["account"],
            kind=answers["kind"],
            way=TemplateWay(answers["way"]),
            template_id=answers["template_id"],
            mapping=answers["mapping"],
            is_lasting=answers["is_lasting"],
            by=staff_of(request),
        )
