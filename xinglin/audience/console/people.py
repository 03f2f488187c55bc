"""Followers with their tags: why somebody carries what; and who looked at the sensitive ones."""

from typing import cast

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.audience import queries, sealed
from xinglin.audience.models import FollowerTag, SensitiveAccess, Source, Tag
from xinglin.audience.services import tags as services
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    Column,
    DateFilter,
    DetailScreen,
    Fact,
    Facts,
    FlagFilter,
    Kind,
    ListScreen,
    Related,
    RelatedFilter,
    TextFilter,
    screen,
)
from xinglin.consortium.access import staff_of
from xinglin.wechat.models import Account, Follower
from xinglin.wechat.queries import STILL_BOUND


def _accounts(request: StaffRequest) -> QuerySet[Account]:
    return queries.accounts_for(staff_of(request), queries.VIEW_PEOPLE)


def _reader(follower: Follower) -> str:
    binding = follower.bindings.filter(STILL_BOUND).select_related("patron").first()
    return binding.patron.name if binding else ""


class AddForm(forms.Form):
    """A tag put on by hand. Sensitive ones are not offered: only the reader declares those."""

    tag = forms.ModelChoiceField(label=lazy("标签"), queryset=Tag.objects.none())
    weight = forms.IntegerField(label=lazy("权重"), min_value=1, max_value=100, initial=100)
    evidence = forms.CharField(label=lazy("依据"), max_length=200)


def _add_form(
    request: StaffRequest, row: Follower, data: QueryDict | None, files: "MultiValueDict[str, object] | None"
) -> forms.Form:
    form = AddForm(data)
    field = cast(forms.ModelChoiceField[Tag], form.fields["tag"])
    field.queryset = queries.tags_in_use().filter(dimension__is_sensitive=False)
    return form


def _add(request: StaffRequest, row: Follower, answers: Answers) -> str:
    services.put(
        follower=row, tag=answers["tag"], source=Source.LIBRARIAN, weight=answers["weight"],
        evidence=answers["evidence"], by=staff_of(request),
    )  # fmt: skip
    return _("已添加。读者自己填写的不会被覆盖。")


class PurposeForm(forms.Form):
    """Why sealed tags are opened."""

    purpose = forms.CharField(label=lazy("查看用途"), max_length=100)


def _look(request: StaffRequest, row: Follower, answers: Answers) -> str:
    staff = staff_of(request)
    worn = sealed.open_one(follower=row, purpose=answers["purpose"], by=staff)
    names = [str(tag) for tag in Tag.objects.filter(pk__in=worn).select_related("dimension")]
    return _("敏感标签：%(tags)s。本次查看已记录。") % {"tags": "、".join(names) or _("没有")}


add = Action[Follower](
    "add", lazy("加标签"), run=_add, form=_add_form, icon="tag", permission=services.CHANGE
)
look = Action[Follower](
    "look", lazy("查看敏感标签"), run=_look, form=PurposeForm, icon="lock-open",
    confirm=lazy("只在工作必需时查看；您的姓名、时间和用途会被记录。"), permission=sealed.OPEN,
)  # fmt: skip


@screen
class People(ListScreen[Follower]):
    """Everybody who follows, by tag."""

    name = "audience.people"
    title = lazy("关注者画像")
    section = Section.AUDIENCE
    icon = "user-search"
    order = 35
    permission = queries.VIEW_PEOPLE
    words = ("huaxiang", "guanzhuzhe")
    detail = "audience.person"
    columns = (
        Column(lazy("关注者"), str, link=True),
        Column(lazy("读者"), _reader),
        Column(lazy("公众号"), "account.name", sort="account__name"),
        Column(lazy("标签数"), "carried", kind=Kind.NUMBER, sort="carried"),
        Column(lazy("关注时间"), "followed_at", kind=Kind.MOMENT, sort="followed_at"),
        Column(lazy("来源"), "scene", narrow=False),
    )
    filters = (
        RelatedFilter("account", lazy("公众号"), field="account", rows=_accounts),
        RelatedFilter(
            "tag", lazy("标签"), field="tags__tag",
            rows=lambda request: queries.tags_in_use().filter(dimension__is_sensitive=False),
        ),
        FlagFilter("bound", lazy("已绑定读者证"), where=Q(bindings__unbound_at__isnull=True, bindings__isnull=False)),
    )  # fmt: skip
    search_fields = ("remark", "openid")
    search_hint = lazy("备注、OpenID")
    order_by = ("-followed_at",)
    empty = lazy("还没有关注者。关注、来信或同步之后，就会出现在这里。")

    def rows(self, request: StaffRequest) -> QuerySet[Follower]:
        return queries.people_visible_to(staff_of(request))


@screen
class Person(DetailScreen[Follower]):
    """One follower: every tag with source, weight, evidence and end."""

    name = "audience.person"
    title = lazy("关注者画像")
    listing = "audience.people"
    facts = (
        Facts(
            lazy("关注者"),
            (
                Fact(lazy("读者"), _reader),
                Fact(lazy("公众号"), "account.name"),
                Fact(lazy("关注时间"), "followed_at", kind=Kind.MOMENT),
                Fact(lazy("来源"), "scene"),
                Fact(lazy("兴趣画像"), lambda row: _("开") if queries.is_profiled(row) else _("读者已关闭")),
                Fact(lazy("退订"), lambda row: _opted_out(row)),
            ),
        ),
    )
    actions = (add, look)
    history = False

    def related(self, request: StaffRequest, row: Follower) -> list[Related[FollowerTag]]:
        columns = (
            Column[FollowerTag](lazy("维度"), "tag.dimension.name"),
            Column[FollowerTag](lazy("标签"), "tag.name"),
            Column[FollowerTag](lazy("来源"), "get_source_display"),
            Column[FollowerTag](lazy("权重"), "weight", kind=Kind.NUMBER),
            Column[FollowerTag](lazy("依据"), "evidence"),
            Column[FollowerTag](lazy("到期"), "expires_at", kind=Kind.MOMENT),
        )
        return [
            Related(
                lazy("标签"), rows=queries.tags_of(row), columns=columns,
                empty=lazy("还没有标签。读者可以在公众号里回复“我的标签”自己填写。"),
            )
        ]  # fmt: skip


def _opted_out(follower: Follower) -> str:
    everything, topics = queries.opted_out_topics(follower)
    if everything:
        return _("全部")
    return "、".join(topic.name for topic in queries.topics_sent() if topic.pk in topics)


@screen
class Accesses(ListScreen[SensitiveAccess]):
    """Who opened sealed tags, when and what for."""

    name = "audience.accesses"
    title = lazy("敏感标签访问记录")
    section = Section.AUDIENCE
    icon = "shield-lock"
    order = 90
    permission = queries.VIEW_ACCESS
    words = ("mingan", lazy("审计"))
    columns = (
        Column(lazy("时间"), "at", kind=Kind.MOMENT, sort="at"),
        Column(lazy("操作人"), "actor_name", sort="actor_name"),
        Column(lazy("用途"), "purpose"),
        Column(lazy("涉及"), "dimensions", narrow=False),
        Column(lazy("打开份数"), "opened", kind=Kind.NUMBER, sort="opened"),
        Column(
            lazy("关注者"), "follower_id",
            link=lambda row: reverse("console:audience.person", args=[row.follower_id]) if row.follower_id else "",
        ),
    )  # fmt: skip
    filters = (
        DateFilter("at", lazy("时间"), field="at"),
        TextFilter("actor", lazy("操作人"), field="actor_name"),
    )
    order_by = ("-at",)
    empty = lazy("还没有人查看过敏感标签。")

    def rows(self, request: StaffRequest) -> QuerySet[SensitiveAccess]:
        return queries.accesses_visible_to(staff_of(request))
