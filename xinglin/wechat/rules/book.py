"""The rule book of an account: its rules out of the database, compiled, and kept until a version changes."""

import json
import random
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from xinglin.wechat.jsonvalue import as_list, as_object, as_text
from xinglin.wechat.models import KeywordRule, Occasion, ReplyMode
from xinglin.wechat.replies import Reply, from_plain, to_plain
from xinglin.wechat.rules.matching import How, Keyword, Matcher, Rule

_lock = threading.Lock()
_books: dict[int, "RuleBook"] = {}


@dataclass(frozen=True)
class Answers:
    """What a rule says: all of it, or one of it by chance."""

    rule_id: int
    replies: Sequence[Reply]
    mode: str

    @property
    def single(self) -> Reply | None:
        """The reply of a rule that has but one."""
        return self.replies[0] if len(self.replies) == 1 else None

    @cached_property
    def single_kept(self) -> str:
        """That reply as it is kept with every message that it answers."""
        return as_kept(self.replies[0])

    def chosen(self) -> Sequence[Reply]:
        if self.mode == ReplyMode.RANDOM and self.replies:
            return [random.choice(self.replies)]  # noqa: S311 -- which of several greetings, not a secret
        return self.replies


class RuleBook:
    """Rules ready to answer. Immutable; a change of the account's version makes another."""

    def __init__(self, rows: Iterable[KeywordRule], *, version: int) -> None:
        self.version = version
        rules = list(rows)
        self.matcher = Matcher(rule_of(row) for row in rules if row.occasion == Occasion.KEYWORD)
        self._answers = {row.pk: Answers(row.pk, replies_of(row), row.mode) for row in rules}
        self._by_occasion = {
            occasion: [rule_of(row) for row in rules if row.occasion == occasion]
            for occasion in (Occasion.FOLLOW, Occasion.ANY_MESSAGE)
        }

    def exact(self, text: str, now: datetime) -> Answers | None:
        match = self.matcher.exact(text, now)
        return self._answers[match.rule.id] if match else None

    def loose(self, text: str, now: datetime) -> Answers | None:
        match = self.matcher.loose(text, now)
        return self._answers[match.rule.id] if match else None

    def on(self, occasion: Occasion, now: datetime) -> Answers | None:
        """Return what is said on a follow, or to any message: the valid rule of the highest priority."""
        valid = [rule for rule in self._by_occasion[occasion] if rule.is_valid(now)]
        return self._answers[max(valid, key=lambda rule: (rule.priority, -rule.id)).id] if valid else None


def as_kept(reply: Reply) -> str:
    """Return a reply as the text of a JSON column."""
    return json.dumps(to_plain(reply), ensure_ascii=False)


def rule_of(row: KeywordRule) -> Rule:
    """Return what matching needs of a row."""
    keywords = [as_object(each) for each in as_list(row.keywords)]
    return Rule(
        id=row.pk,
        name=row.name,
        keywords=[Keyword(as_text(each.get("text")), How(as_text(each.get("how")))) for each in keywords],
        priority=row.priority,
        starts=row.starts_at,
        ends=row.ends_at,
    )


def replies_of(row: KeywordRule) -> list[Reply]:
    """Return the replies of a row as values."""
    return [from_plain(as_object(each)) for each in as_list(row.replies)]


def book_of(account_id: int, version: int) -> RuleBook:
    """Return the rule book of an account as of a version; compiled once a process."""
    book = _books.get(account_id)
    if book is None or book.version < version:
        with _lock:
            book = _books.get(account_id)
            if book is None or book.version < version:
                rows = KeywordRule.objects.filter(account_id=account_id, active=True).order_by("pk")
                book = _books[account_id] = RuleBook(rows, version=version)
    return book


def forget_books() -> None:
    """Drop what is compiled; for tests, whose accounts have the same ids with other rules."""
    with _lock:
        _books.clear()
