"""浮动馆藏 on screen: by which rules copies stay where they are brought back, and which stand elsewhere now."""

from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.models import ItemType
from xinglin.circulation import queries, services
from xinglin.circulation.models import FloatingCopy, FloatingRule, TransitReason
from xinglin.circulation.services.rules import CHANGE_RULE
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    DateFilter,
    FlagFilter,
    FormScreen,
    Kind,
    ListScreen,
    RelatedFilter,
    TextFilter,
    screen,
)
from xinglin.console.tones import Chip, Tone
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library


def _standing(rule: FloatingRule) -> Chip:
    return Chip(_("使用中"), Tone.GOOD) if rule.retired_at is None else Chip(_("已停用"), Tone.QUIET)


def _stop(request: StaffRequest, rule: FloatingRule, answers: Answers) -> str:
    services.stop_floating(rule=rule, by=staff_of(request))
    return _("已停用：以后还到那里的书照常装箱送回。")


def _libraries(request: StaffRequest) -> QuerySet[Library]:
    return Library.objects.filter(active=True)


@screen
class FloatingRules(ListScreen[FloatingRule]):
    """The rules, those of all libraries: at any desk it may be asked why a copy stays."""

    name = "circulation.floating_rules"
    title = gettext_lazy("浮动规则")
    section = Section.CIRCULATION
    icon = "arrows-shuffle"
    order = 63
    permission = "circulation.view_rule"
    words = (gettext_lazy("浮动馆藏"), gettext_lazy("留在还书馆"), "fudong")
    create = "circulation.floating_rule.new"
    create_title = gettext_lazy("新增浮动规则")
    columns = (
        Column(gettext_lazy("原属馆"), lambda rule: rule.owner.label if rule.owner else _("所有馆")),
        Column(gettext_lazy("还到"), lambda rule: rule.stays_in.label if rule.stays_in else _("任一馆")),
        Column(
            gettext_lazy("单册类型"),
            lambda rule: rule.get_item_type_display() if rule.item_type else _("所有类型"),
        ),
        Column(gettext_lazy("状态"), _standing, kind=Kind.STATE),
        Column(gettext_lazy("登记人"), "made_by.name", narrow=False),
        Column(gettext_lazy("登记时间"), "made_at", kind=Kind.MOMENT, sort="made_at", narrow=False),
        Column(gettext_lazy("停用时间"), "retired_at", kind=Kind.MOMENT, narrow=False),
    )
    filters = (
        FlagFilter("in_force", gettext_lazy("使用中"), where=Q(retired_at=None)),
        RelatedFilter("owner", gettext_lazy("原属馆"), field="owner", rows=_libraries),
        RelatedFilter("stays_in", gettext_lazy("还到"), field="stays_in", rows=_libraries),
    )
    search_fields = ("owner__name", "stays_in__name")
    search_hint = gettext_lazy("馆名")
    order_by = ("-made_at",)
    empty = gettext_lazy("没有浮动规则：别馆的书在还书台都装箱送回。加一条，书就留在还书的馆上架。")
    actions = (
        Action(
            "stop",
            gettext_lazy("停用"),
            run=_stop,
            permission=CHANGE_RULE,
            icon="x",
            tone=Tone.BAD,
            when=lambda rule: rule.retired_at is None,
            confirm=gettext_lazy("停用后，还到那里的书照常装箱送回；已经留下的不动。"),
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[FloatingRule]:
        return queries.floating_rules_visible_to(staff_of(request))


class FloatingRuleForm(forms.Form):
    owner = forms.ModelChoiceField(
        label=gettext_lazy("原属馆"),
        queryset=Library.objects.none(),
        required=False,
        empty_label=gettext_lazy("所有馆"),
        help_text=gettext_lazy("书是谁的。自己馆的书由自己馆定；“所有馆”由总馆定。"),
    )
    stays_in = forms.ModelChoiceField(
        label=gettext_lazy("还到"),
        queryset=Library.objects.none(),
        required=False,
        empty_label=gettext_lazy("任一馆"),
    )
    item_type = forms.ChoiceField(
        label=gettext_lazy("单册类型"),
        choices=[("", gettext_lazy("所有类型")), *ItemType.choices],
        required=False,
    )


@screen
class NewFloatingRule(FormScreen[FloatingRule]):
    name = "circulation.floating_rule.new"
    title = gettext_lazy("新增浮动规则")
    listing = "circulation.floating_rules"
    permission = CHANGE_RULE
    form = FloatingRuleForm
    hint = gettext_lazy("符合的书还到那里，就留在那里上架，不再装箱送回；有人预约时先给预约的读者。")

    def make_form(
        self,
        request: StaffRequest,
        row: FloatingRule | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> forms.Form:
        staff = staff_of(request)
        form = FloatingRuleForm(data, initial={"owner": staff.library_id})
        owner = cast("forms.ModelChoiceField[Library]", form.fields["owner"])
        owner.queryset = Library.objects.filter(pk__in=access.libraries_of(staff, CHANGE_RULE))
        stays_in = cast("forms.ModelChoiceField[Library]", form.fields["stays_in"])
        stays_in.queryset = _libraries(request)
        return form

    def save(
        self, request: StaffRequest, form: forms.Form, row: FloatingRule | None
    ) -> FloatingRule | HttpResponse:
        services.let_float(by=staff_of(request), **form.cleaned_data)
        return redirect("console:circulation.floating_rules")


def _send_home(request: StaffRequest, copy: FloatingCopy, answers: Answers) -> str:
    services.send(item=copy.item, to=copy.owner, reason=TransitReason.HOME, by=staff_of(request))
    return _("已登记送回%(library)s，请装箱；那里扫描收书后归位。") % {"library": copy.owner.label}


@screen
class FloatingCopies(ListScreen[FloatingCopy]):
    """What stands in another library than its own, by a floating rule."""

    name = "circulation.floating_copies"
    title = gettext_lazy("浮动馆藏")
    section = Section.CIRCULATION
    icon = "arrows-shuffle"
    order = 42
    permission = "circulation.view_transit"
    words = (gettext_lazy("通借通还"), gettext_lazy("留在还书馆"), "fudong")
    columns = (
        Column(gettext_lazy("书名"), "item.holding.record.full_title"),
        Column(gettext_lazy("条码"), "item.barcode"),
        Column(gettext_lazy("单册类型"), "item.get_item_type_display", narrow=False),
        Column(gettext_lazy("原属馆"), "owner.label"),
        Column(gettext_lazy("现在"), "item.library.label"),
        Column(gettext_lazy("自"), "since", kind=Kind.MOMENT, sort="since", narrow=False),
    )
    filters = (
        RelatedFilter("owner", gettext_lazy("原属馆"), field="owner", rows=_libraries),
        RelatedFilter("where", gettext_lazy("现在在"), field="item__library", rows=_libraries),
        ChoiceFilter("type", gettext_lazy("单册类型"), field="item__item_type", choices=ItemType.choices),
        DateFilter("since", gettext_lazy("自"), field="since"),
        TextFilter("barcode", gettext_lazy("条码"), field="item__barcode", lookup="istartswith"),
    )
    search_fields = ("item__holding__record__title", "item__barcode")
    search_hint = gettext_lazy("书名、条码")
    order_by = ("-since",)
    empty = gettext_lazy("没有浮动在外的书。有浮动规则时，还到别馆的书会留在那里，记在这里。")
    actions = (
        Action(
            "send_home",
            gettext_lazy("送回原属馆"),
            run=_send_home,
            permission="circulation.send_item",
            icon="truck-delivery",
            tone=Tone.ACTIVE,
            many=True,
            when=lambda copy: copy.item.available,
            confirm=gettext_lazy("书在手上、准备装箱？原属馆扫描收书后归位。"),
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[FloatingCopy]:
        return queries.floating_copies_visible_to(staff_of(request))
