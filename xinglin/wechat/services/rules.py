"""Keyword rules: written, changed, switched off."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import history
from xinglin.commons.errors import Conflict
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.wechat.errors import RuleUnfit
from xinglin.wechat.jsonvalue import JsonObject, as_text
from xinglin.wechat.models import Account, KeywordRule, Occasion, ReplyMode
from xinglin.wechat.replies import TEXT_BYTES, Text, from_plain
from xinglin.wechat.rules.matching import How
from xinglin.wechat.rules.patterns import compile_pattern
from xinglin.wechat.services.accounts import touch

MOST_KEYWORDS = 100
MOST_REPLIES = 5
LONGEST_KEYWORD = 60


@dataclass(frozen=True, kw_only=True)
class RuleFile:
    """What is entered of a rule. Keywords are ``{"text", "how"}``, replies as ``replies.to_plain`` writes them."""

    name: str
    occasion: str = Occasion.KEYWORD
    keywords: Sequence[JsonObject] = field(default_factory=list)
    replies: Sequence[JsonObject] = field(default_factory=list)
    priority: int = 0
    mode: str = ReplyMode.ALL
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@transaction.atomic
def add(*, account: Account, file: RuleFile, by: Staff | None) -> KeywordRule:
    """Write a rule; the gateways follow within a second.

    Raises ``RuleUnfit`` and ``BadPattern``.
    """
    access.require(by, "wechat.add_rule", account.library_id)
    rule = KeywordRule(account=account)
    _enter(rule, file)
    history.record(rule, "add", by=by.user if by else "")
    return rule


@transaction.atomic
def amend(*, rule: KeywordRule, file: RuleFile, by: Staff | None) -> KeywordRule:
    """Change a rule.

    Raises ``RuleUnfit``, ``BadPattern``, and ``Conflict`` when somebody changed it meanwhile.
    """
    access.require(by, "wechat.change_rule", rule.account.library_id)
    kept = KeywordRule.objects.select_for_update(of=("self",)).select_related("account").get(pk=rule.pk)
    if kept.version != rule.version:
        raise Conflict(_("规则「%(name)s」已被别人修改，请刷新后再改。"), name=kept.name)
    kept.version += 1
    _enter(kept, file)
    history.record(kept, "amend", by=by.user if by else "")
    return kept


@transaction.atomic
def switch(*, rule: KeywordRule, on: bool, by: Staff | None) -> None:
    """Switch a rule on or off."""
    access.require(by, "wechat.change_rule", rule.account.library_id)
    KeywordRule.objects.filter(pk=rule.pk).update(active=on)
    touch(rule.account)
    history.record(rule, "switch on" if on else "switch off", by=by.user if by else "")


@transaction.atomic
def remove(*, rule: KeywordRule, by: Staff | None) -> None:
    """Delete a rule for good; its history stays."""
    access.require(by, "wechat.change_rule", rule.account.library_id)
    history.record(rule, "remove", by=by.user if by else "", changes={"name": rule.name})
    account = rule.account
    rule.delete()
    touch(account)


def _enter(rule: KeywordRule, file: RuleFile) -> None:
    _check(file)
    for name in ("name", "occasion", "priority", "mode", "starts_at", "ends_at"):
        setattr(rule, name, getattr(file, name))
    rule.keywords = list(file.keywords) if file.occasion == Occasion.KEYWORD else []
    rule.replies = list(file.replies)
    rule.save()
    touch(rule.account)


def _check(file: RuleFile) -> None:
    if file.occasion == Occasion.KEYWORD and not 1 <= len(file.keywords) <= MOST_KEYWORDS:
        raise RuleUnfit(
            _("关键词应有 1 至 %(most)d 个，现有 %(count)d 个。"),
            most=MOST_KEYWORDS,
            count=len(file.keywords),
        )
    if not 1 <= len(file.replies) <= MOST_REPLIES:
        raise RuleUnfit(
            _("回复应有 1 至 %(most)d 条，现有 %(count)d 条。"), most=MOST_REPLIES, count=len(file.replies)
        )
    if file.starts_at and file.ends_at and file.starts_at >= file.ends_at:
        raise RuleUnfit(_("规则的失效时间应在生效时间之后。"))
    for keyword in file.keywords:
        _check_keyword(as_text(keyword.get("text")).strip(), as_text(keyword.get("how")))
    for reply in file.replies:
        _check_reply(reply)


def _check_keyword(text: str, how: str) -> None:
    if how not in set(How):
        raise RuleUnfit(_("关键词「%(text)s」没有选择匹配方式。"), text=text)
    if how == How.PATTERN:
        compile_pattern(text)
    elif not 1 <= len(text) <= LONGEST_KEYWORD:
        raise RuleUnfit(
            _("关键词应有 1 至 %(most)d 个字，「%(text)s」不行。"), most=LONGEST_KEYWORD, text=text[:20]
        )


def _check_reply(plain: JsonObject) -> None:
    reply = from_plain(plain)
    if isinstance(reply, Text):
        size = len(reply.content.encode())
        if not reply.content.strip():
            raise RuleUnfit(_("回复的文字不能为空。"))
        if size > TEXT_BYTES:
            raise RuleUnfit(
                _("回复的文字有 %(size)d 字节，最多 %(limit)d 字节（约 680 个汉字）；请分成几条。"),
                size=size,
                limit=TEXT_BYTES,
            )
