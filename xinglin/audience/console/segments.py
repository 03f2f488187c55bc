"""Segments: the list, the visual editor with its live count, and the page of one."""

import json
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.audience import queries
from xinglin.audience.errors import RuleUnfit
from xinglin.audience.models import Did, Segment
from xinglin.audience.rules import tree
from xinglin.audience.rules.tree import All, Node
from xinglin.audience.rules.wording import in_words
from xinglin.audience.services import segments as services
from xinglin.audience.services import tracking
from xinglin.commons import criteria
from xinglin.commons.errors import NotFound, Refusal
from xinglin.commons.numbers import whole
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    Column,
    DetailScreen,
    Fact,
    Facts,
    FlagFilter,
    Kind,
    ListScreen,
    PageScreen,
    RelatedFilter,
    screen,
)
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of
from xinglin.newsroom.models import Column as Topic
from xinglin.wechat.models import Account, Follower

PLAIN_RULE: Node = All()


def rule_in_words(segment: Segment) -> str:
    """Tell a segment's rule; one that can no longer be read says so instead of breaking the list."""
    try:
        return in_words(tree.read(segment.rule))
    except Refusal as refusal:
        return str(refusal)


def _retire(request: StaffRequest, segment: Segment, answers: Answers) -> str:
    services.retire(segment=segment, by=staff_of(request))
    return _("已停用。")


def _count_now(request: StaffRequest, segment: Segment, answers: Answers) -> str:
    services.note_size(segment=segment)
    return _("已重新计数。")


ACTIONS = (
    Action[Segment]("count", lazy("重新计数"), run=_count_now, icon="refresh", permission=services.VIEW),
    Action[Segment](
        "retire", lazy("停用"), run=_retire, icon="eye-off", tone=Tone.BAD, permission=services.CHANGE,
        confirm=lazy("停用后不能再用于新的推送；已有推送不受影响。"), when=lambda segment: not segment.retired,
    ),
)  # fmt: skip


def _accounts(request: StaffRequest) -> QuerySet[Account]:
    return queries.accounts_for(staff_of(request), services.VIEW)


@screen
class Segments(ListScreen[Segment]):
    """The segments of one's accounts."""

    name = "audience.segments"
    title = lazy("分群")
    section = Section.AUDIENCE
    icon = "users-group"
    order = 10
    permission = services.VIEW
    words = ("fenqun", lazy("受众"), lazy("人群"))
    detail = "audience.segment"
    create = "audience.segment.new"
    create_title = lazy("新建分群")
    columns = (
        Column(lazy("名称"), "name", sort="name", link=True),
        Column(lazy("公众号"), "account.name", sort="account__name"),
        Column(lazy("规则"), rule_in_words, narrow=False),
        Column(lazy("人数"), "last_size", kind=Kind.NUMBER, sort="last_size"),
        Column(lazy("修改时间"), "changed_at", kind=Kind.MOMENT, sort="changed_at", narrow=False),
    )
    filters = (
        RelatedFilter("account", lazy("公众号"), field="account", rows=_accounts),
        FlagFilter("in_step", lazy("与微信标签同步"), where=Q(in_step=True)),
        FlagFilter("retired", lazy("已停用"), where=Q(retired=True)),
    )
    search_fields = ("name", "note")
    search_hint = lazy("名称、说明")
    order_by = ("retired", "-changed_at")
    empty = lazy("还没有分群。点“新建分群”，把标签、行为和借阅条件组合起来，就能看到有多少人。")
    actions = ACTIONS

    def rows(self, request: StaffRequest) -> QuerySet[Segment]:
        return queries.segments_visible_to(staff_of(request))


@screen
class SegmentPage(DetailScreen[Segment]):
    """One segment: its rule in words, how many, a sample, the overlap with another, how the size went."""

    name = "audience.segment"
    title = lazy("分群")
    listing = "audience.segments"
    edit = "audience.segment.edit"
    facts = (
        Facts(
            lazy("分群"),
            (
                Fact(lazy("规则"), rule_in_words),
                Fact(lazy("公众号"), "account.name"),
                Fact(lazy("说明"), "note"),
                Fact(lazy("与微信标签同步"), "in_step", kind=Kind.FLAG),
                Fact(lazy("停用"), "retired", kind=Kind.FLAG),
                Fact(lazy("修改时间"), "changed_at", kind=Kind.MOMENT),
            ),
        ),
    )
    actions = ACTIONS
    panel_template = "audience/console/segment_panel.html"

    def context(self, request: StaffRequest, row: Segment) -> dict[str, object]:
        staff = staff_of(request)
        rule = tree.read(row.rule)
        sized = services.count(account=row.account, rule=rule, by=staff)
        others = (
            queries.segments_visible_to(staff).filter(account=row.account, retired=False).exclude(pk=row.pk)
        )
        other = others.filter(pk=whole(request.GET.get("with", "")) or 0).first()
        sizes = list(reversed(row.sizes.all()[:30]))
        largest = max((size.size for size in sizes), default=0)
        return {
            "sized": sized,
            "sample": _sample(row, rule, staff),
            "others": others,
            "other": other,
            "both": services.overlap(account=row.account, one=rule, other=tree.read(other.rule), by=staff)
            if other
            else None,
            "sizes": [
                (size.day, size.size, round(10 * size.size / largest) if largest else 0) for size in sizes
            ],
            "push_url": f"{reverse('console:audience.campaign.new')}?segment={row.pk}",
        }


def _sample(segment: Segment, rule: Node, staff: Any) -> list[Follower] | str:
    """Return some who fit, or why none is shown."""
    try:
        numbers = services.sample(account=segment.account, rule=rule, by=staff, most=8)
    except Refusal as refusal:
        return str(refusal)
    return list(Follower.objects.filter(pk__in=numbers))


class SegmentEditor(PageScreen):
    """The editor's page; its script draws the tree, and without one the rule is edited as text."""

    template_name = "audience/console/segment_editor.html"
    listing = "audience.segments"
    permission = services.CHANGE

    def _segment(self, request: StaffRequest, pk: object) -> Segment | None:
        if pk is None:
            return None
        found = queries.segments_visible_to(staff_of(request)).filter(pk=int(str(pk))).first()
        if found is None:
            raise NotFound(_("没有找到这个分群：它可能已被删除，或者不属于您所在的馆。"))
        return found

    def urls(self) -> list[URLPattern]:
        where = "audience/segment/<int:pk>/edit/" if self.name.endswith("edit") else "audience/segment/new/"
        return [self.route(where, self._edit)]

    def _edit(self, request: StaffRequest, pk: object = None) -> HttpResponse:
        segment = self._segment(request, pk)
        typed = request.POST if request.method == "POST" else None
        refusal: Refusal | None = None
        if typed is not None:
            try:
                saved = self._save(request, segment)
            except Refusal as refused:
                refusal = refused
            else:
                messages.success(request, _("已保存。"))
                return redirect("console:audience.segment", saved.pk)
        accounts = _accounts(request)
        context: dict[str, object] = {
            "segment": segment,
            "title": _("修改分群 · %(name)s") % {"name": segment} if segment else _("新建分群"),
            "accounts": accounts,
            "account": segment.account_id
            if segment
            else whole(request.GET.get("account", "")) or _first(accounts),
            "typed": typed,
            "refusal": refusal,
            "rule": typed.get("rule", "") if typed else json.dumps(segment.rule if segment else {"all": []}),
            "choices": choices(),
            "count_url": reverse("console:audience.segment.count"),
        }
        return self.page(request, context, status=refusal.status if refusal else 200)

    def _save(self, request: StaffRequest, segment: Segment | None) -> Segment:
        name = request.POST.get("name", "").strip()
        if not 1 <= len(name) <= 60:
            raise RuleUnfit(_("请给分群起一个 1 至 60 字的名称。"))
        account = segment.account if segment else _account(request)
        file = services.SegmentFile(
            name=name,
            rule=tree.read(_json(request)),
            note=request.POST.get("note", "").strip()[:200],
            in_step=bool(request.POST.get("in_step")),
        )
        return services.save(
            account=account, file=file, by=staff_of(request), segment=segment,
            version=whole(request.POST.get("version", "")) if segment else None,
        )  # fmt: skip


@screen
class NewSegment(SegmentEditor):
    name = "audience.segment.new"
    title = lazy("新建分群")


@screen
class EditSegment(SegmentEditor):
    name = "audience.segment.edit"
    title = lazy("修改分群")


@screen
class CountSegment(PageScreen):
    """How many fit a rule that is being edited: asked by the editor while one types."""

    name = "audience.segment.count"
    title = lazy("计数")
    listing = "audience.segments"

    def urls(self) -> list[URLPattern]:
        return [self.route("audience/segments/count/", self._count)]

    def _count(self, request: StaffRequest) -> HttpResponse:
        try:
            rule = tree.read(_json(request))
            services.refuse_unknown_tags(rule)
            sized = services.count(account=_account(request), rule=rule, by=staff_of(request))
        except Refusal as refusal:
            return JsonResponse({"refused": str(refusal)}, status=200)
        share = "" if sized.is_hidden else _("占关注者 %(share).1f%%") % {"share": sized.share}
        return JsonResponse({"told": sized.told, "share": share, "words": in_words(rule)})


def _json(request: StaffRequest) -> object:
    text = request.POST.get("rule", "")
    try:
        return json.loads(text) if len(text) < 50_000 else None
    except ValueError:
        return None


def _account(request: StaffRequest) -> Account:
    account = _accounts(request).filter(pk=whole(request.POST.get("account", "")) or 0).first()
    if account is None:
        raise RuleUnfit(_("请选择公众号。"))
    return account


def _first(accounts: QuerySet[Account]) -> int | None:
    first = accounts.first()
    return first.pk if first else None


def choices() -> dict[str, object]:
    """Return everything that the editor offers, as plain data for its script."""
    return {
        "tags": [
            {
                "id": tag.pk,
                "name": tag.name,
                "group": tag.dimension.name,
                "sensitive": tag.dimension.is_sensitive,
            }
            for tag in queries.tags_in_use()
        ],
        "deeds": [
            {"id": kind.name.lower(), "name": str(kind.label)} for kind in Did if kind not in tracking.ACTIONS
        ],
        "columns": [{"id": pk, "name": name} for pk, name in Topic.objects.values_list("pk", "name")],
        "criteria": [
            {
                "id": each.name,
                "name": str(each.title),
                "group": str(each.group),
                "countable": each.countable,
                "params": [
                    {
                        "id": param.name,
                        "name": str(param.title),
                        "kind": param.kind.value,
                        "default": param.default,
                        "choices": [[str(value), str(words)] for value, words in param.choices()]
                        if param.choices
                        else [],
                    }
                    for param in each.params
                ],
            }
            for each in sorted(
                criteria.registry.criteria.values(), key=lambda one: (str(one.group), one.name)
            )
        ],
    }
