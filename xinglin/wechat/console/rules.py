"""Keyword rules: the list, the form, the tester that says why, and what nobody understood."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.forms import Form, ModelChoiceField
from django.http import QueryDict
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.commons import clock
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
    PageScreen,
    RelatedFilter,
    screen,
)
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of
from xinglin.wechat import queries
from xinglin.wechat.console.rule_form import RuleForm, initial_of
from xinglin.wechat.conversation import registry
from xinglin.wechat.jsonvalue import as_list, as_object, as_text
from xinglin.wechat.models import HOW_CHOICES, Account, KeywordRule, Occasion, ReplyMode
from xinglin.wechat.rules.book import book_of
from xinglin.wechat.rules.matching import Match
from xinglin.wechat.rules.wording import tidy
from xinglin.wechat.services import rules as services

HOW = dict(HOW_CHOICES)


def _words(rule: KeywordRule) -> str:
    if rule.occasion != Occasion.KEYWORD:
        return str(rule.get_occasion_display())
    return "、".join(as_text(as_object(each).get("text")) for each in as_list(rule.keywords))


def _says(rule: KeywordRule) -> str:
    said = [as_object(each) for each in as_list(rule.replies)]
    return "；".join(
        as_text(each.get("content")) or as_text(each.get("title")) or as_text(each.get("type"))
        for each in said
    )[:80]


def _switch_off(request: StaffRequest, rule: KeywordRule, answers: Answers) -> str:
    services.switch(rule=rule, on=False, by=staff_of(request))
    return _("已停用。")


def _switch_on(request: StaffRequest, rule: KeywordRule, answers: Answers) -> str:
    services.switch(rule=rule, on=True, by=staff_of(request))
    return _("已启用。")


def _remove(request: StaffRequest, rule: KeywordRule, answers: Answers) -> str:
    services.remove(rule=rule, by=staff_of(request))
    return _("已删除规则。")


switch_off = Action[KeywordRule](
    "off", lazy("停用"), run=_switch_off, icon="player-pause", permission="wechat.change_rule",
    when=lambda rule: rule.active, many=True,
)  # fmt: skip
switch_on = Action[KeywordRule](
    "on", lazy("启用"), run=_switch_on, icon="player-play", permission="wechat.change_rule",
    when=lambda rule: not rule.active, many=True,
)  # fmt: skip
remove = Action[KeywordRule](
    "remove",
    lazy("删除"),
    run=_remove,
    icon="trash",
    tone=Tone.BAD,
    confirm=lazy("删除后不能恢复；只想暂停请用「停用」。"),
    permission="wechat.change_rule",
)


@screen
class Rules(ListScreen[KeywordRule]):
    name = "wechat.rules"
    title = lazy("自动回复")
    section = Section.WECHAT
    icon = "robot"
    order = 20
    permission = "wechat.view_rule"
    words = (lazy("关键词"), lazy("欢迎语"), "guanjianci", "rules")
    detail = "wechat.rule.edit"
    create = "wechat.rule.new"
    create_title = lazy("新增规则")
    columns = (
        Column(lazy("规则"), "name", sort="name", link=True),
        Column(lazy("关键词"), _words),
        Column(lazy("回复"), _says, narrow=False),
        Column(lazy("公众号"), "account.name", narrow=False),
        Column(lazy("优先级"), "priority", sort="priority", kind=Kind.NUMBER, narrow=False),
        Column(lazy("失效时间"), "ends_at", kind=Kind.MOMENT, narrow=False),
        Column(lazy("启用"), "active", kind=Kind.FLAG),
    )
    filters = (
        RelatedFilter(
            "account",
            lazy("公众号"),
            field="account",
            rows=lambda request: queries.accounts_visible_to(staff_of(request)),
        ),
        ChoiceFilter("occasion", lazy("触发方式"), field="occasion", choices=Occasion.choices),
        FlagFilter("off", lazy("只看停用的"), where=Q(active=False)),
    )
    search_fields = ("name", "keywords", "replies")
    search_hint = lazy("规则名称、关键词、回复内容")
    order_by = ("-priority", "pk")
    empty = lazy("还没有规则。从「新增规则」开始，或在「没听懂的话」里把读者常说的话做成规则。")
    actions = (switch_off, switch_on, remove)

    def rows(self, request: StaffRequest) -> QuerySet[KeywordRule]:
        return queries.rules_visible_to(staff_of(request))


class RuleScreen(FormScreen[KeywordRule]):
    """What the new and the edit form share."""

    form = RuleForm
    listing = "wechat.rules"
    template_name = "wechat/console/rule.html"

    def _accounts(self, request: StaffRequest) -> QuerySet[Account]:
        return queries.accounts_visible_to(staff_of(request))


@screen
class NewRule(RuleScreen):
    name = "wechat.rule.new"
    title = lazy("新增规则")
    permission = "wechat.add_rule"
    done = lazy("规则已保存，一秒内生效。")

    def initial(self, request: StaffRequest, row: KeywordRule | None) -> dict[str, object]:
        accounts = list(self._accounts(request)[:2])
        return {
            "occasion": Occasion.KEYWORD,
            "mode": ReplyMode.ALL,
            "priority": 0,
            "reply1_kind": "text",
            "account": request.GET.get("account") or (accounts[0].pk if len(accounts) == 1 else None),
            "contains": request.GET.get("keyword", ""),
            "name": request.GET.get("keyword", "")[:60],
        }

    def make_form(
        self,
        request: StaffRequest,
        row: KeywordRule | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> Form:
        form = RuleForm(data, files, initial=self.initial(request, row))
        field = form.fields["account"]
        assert isinstance(field, ModelChoiceField)  # noqa: S101 -- declared so in the form
        field.queryset = self._accounts(request)
        return form

    def save(self, request: StaffRequest, form: Form, row: KeywordRule | None) -> KeywordRule:
        assert isinstance(form, RuleForm)  # noqa: S101 -- made above
        return services.add(account=form.cleaned_data["account"], file=form.file(), by=staff_of(request))


@screen
class EditRule(RuleScreen):
    name = "wechat.rule.edit"
    title = lazy("修改规则")
    permission = "wechat.change_rule"
    edits = True
    version_field = "version"
    done = lazy("规则已保存，一秒内生效。")

    def make_form(
        self,
        request: StaffRequest,
        row: KeywordRule | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> Form:
        assert row is not None  # noqa: S101 -- this screen edits
        return RuleForm(data, files, initial=initial_of(row), account=row.account)

    def save(self, request: StaffRequest, form: Form, row: KeywordRule | None) -> KeywordRule:
        assert row is not None and isinstance(form, RuleForm)  # noqa: S101 -- this screen edits
        return services.amend(rule=row, file=form.file(), by=staff_of(request))


@screen
class Tester(PageScreen):
    """Which rule would answer a text, and why the others would not."""

    name = "wechat.tester"
    title = lazy("回复测试")
    section = Section.WECHAT
    icon = "flask"
    order = 22
    permission = "wechat.view_rule"
    template_name = "wechat/console/tester.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        accounts = list(queries.accounts_visible_to(staff_of(request)))
        account = next((each for each in accounts if str(each.pk) == request.GET.get("account")), None)
        account = account or (accounts[0] if accounts else None)
        text = request.GET.get("text", "")[:500]
        context: dict[str, object] = {"accounts": accounts, "account": account, "text": text}
        if account is not None and text:
            context |= explained(account, text)
        return context


def explained(account: Account, text: str) -> dict[str, object]:
    """Return who would answer a text, as the page shows it: a command goes before contained words."""
    found = book_of(account.pk, account.version).matcher.explain(tidy(text), clock.now())
    command = registry.command_for(tidy(text))
    by_command = command is not None and (found.fires is None or found.fires.keyword.how != "exact")
    rules = [] if found.fires is None else [found.fires, *found.beaten]
    return {
        "command": command[0] if command is not None and by_command else None,
        "fires": None if by_command or not rules else _line(rules[0]),
        "beaten": _lines(rules if by_command else rules[1:]),
        "out_of_date": _lines(found.out_of_date),
    }


def _lines(matches: Sequence[Match]) -> list[dict[str, object]]:
    return [_line(match) for match in matches]


def _line(match: Match) -> dict[str, object]:
    return {
        "rule": match.rule,
        "word": match.keyword.text,
        "how": HOW[match.keyword.how.value],
        "url": reverse("console:wechat.rule.edit", args=[match.rule.id]),
        "says": _says(KeywordRule.objects.get(pk=match.rule.id)),
    }


@screen
class NotUnderstood(PageScreen):
    """What readers wrote and nobody understood, the most frequent first: each line can become a rule."""

    name = "wechat.unanswered"
    title = lazy("没听懂的话")
    section = Section.WECHAT
    icon = "help-circle"
    order = 24
    permission = "wechat.view_message"
    template_name = "wechat/console/unanswered.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        return {"rows": queries.unanswered_visible_to(staff_of(request))}
