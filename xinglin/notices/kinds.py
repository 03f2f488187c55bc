"""The kinds of notices: each room declares its own in a ``notice_kinds.py``, found at start-up.

declare(
    NoticeKind(
        "circulation.hold_ready",
        name=_("预约到书"),
        topic=Topic.HOLDS,
        fields=(Field("title", _("书名")), Field("library", _("取书馆"))),
    )
)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons.onscreen import Words
from xinglin.notices.errors import KindUnknown

if TYPE_CHECKING:
    from xinglin.notices.models import Notice


class Topic(models.TextChoices):
    """What a reader chooses by: few enough to be understood on a phone."""

    LOANS = "loans", _("借阅到期与逾期")
    HOLDS = "holds", _("预约取书与座位")
    FEES = "fees", _("欠款")
    REQUESTS = "requests", _("文献传递、互借、荐购与咨询")
    LEARNING = "learning", _("讲座与培训")
    INTELLIGENCE = "intelligence", _("文献推送")
    NEWS = "news", _("馆内动态")
    ACCOUNT = "account", _("读者证与账号")


@dataclass(frozen=True)
class Field:
    """One fact of a notice, for templates of the platform and for a library's own wording."""

    name: str
    words: Words


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice. ``may_wait``: owed at night, it is told in the morning.

    ``still_true`` is asked before each attempt: a book given back overnight is not asked for in the morning.
    """

    code: str
    name: Words
    topic: Topic
    may_wait: bool = True
    fields: Sequence[Field] = ()
    still_true: "Callable[[Notice], bool] | None" = None

    @property
    def placeholders(self) -> list[str]:
        """What a library's own wording may name."""
        return [*STANDARD, *(field.name for field in self.fields)]


# What every notice has, whatever its kind.
STANDARD = ("heading", "text", "reader", "home_library")

_kinds: dict[str, NoticeKind] = {}


def declare(kind: NoticeKind) -> NoticeKind:
    """Register a kind; the same code twice is a mistake of ours."""
    known = _kinds.get(kind.code)
    if known is not None and (known.name, known.topic) != (kind.name, kind.topic):
        raise ValueError(f"{kind.code} is declared twice")
    _kinds[kind.code] = kind
    return kind


def kind_of(code: str) -> NoticeKind:
    """Return a kind. Raises ``KindUnknown``."""
    try:
        return _kinds[code]
    except KeyError:
        raise KindUnknown(_("没有「%(code)s」这种提醒。"), code=code) from None


def every_kind() -> list[NoticeKind]:
    """Return all kinds, by topic."""
    order = list(Topic)
    return sorted(_kinds.values(), key=lambda kind: (order.index(kind.topic), kind.code))


def name_of(code: str) -> str:
    """Return how a kind is called; one whose room is gone keeps its code."""
    return str(_kinds[code].name) if code in _kinds else code
