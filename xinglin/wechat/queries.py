"""What is read of the channel by more than one caller."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.patrons.models import Patron
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.models import (
    Account,
    Binding,
    Follower,
    FollowerSync,
    IncomingMessage,
    KeywordRule,
    Material,
    Menu,
    NoticeTemplate,
    OpenidMove,
    OutgoingMessage,
    OutgoingState,
    SceneCode,
)

NOBODY_UNDERSTOOD = "none"
STILL_BOUND = Q(unbound_at__isnull=True)
AFTER_A_MESSAGE = timedelta(hours=48)
MESSAGES_AFTER_A_MESSAGE = 5
AFTER_A_TOUCH = timedelta(minutes=1)
MESSAGES_AFTER_A_TOUCH = 3
# Only these open a window (protocol sheet §8.2); the other menu buttons open nothing.
TOUCHES = ("CLICK", "SCANCODE_PUSH", "SCANCODE_WAITMSG", "SUBSCRIBE", "SCAN")


def accounts_visible_to(staff: Staff) -> QuerySet[Account]:
    """Return the accounts of the libraries that someone looks after."""
    libraries = access.libraries_of(staff, "wechat.view_account")
    return Account.objects.filter(library__in=libraries).select_related("library")


def messages_visible_to(staff: Staff) -> QuerySet[IncomingMessage]:
    """Return the messages to the accounts of someone's libraries."""
    libraries = access.libraries_of(staff, "wechat.view_message")
    return IncomingMessage.objects.filter(account__library__in=libraries).select_related(
        "account__library", "follower__account", "assigned_to__user"
    )


def followers_visible_to(staff: Staff) -> QuerySet[Follower]:
    """Return the followers of the accounts of someone's libraries; the erased are not among them."""
    libraries = access.libraries_of(staff, "wechat.view_message")
    return Follower.objects.filter(account__library__in=libraries, erased_at__isnull=True).select_related(
        "account"
    )


def outgoing_visible_to(staff: Staff) -> QuerySet[OutgoingMessage]:
    """Return what was sent from the accounts of someone's libraries."""
    libraries = access.libraries_of(staff, "wechat.view_message")
    return OutgoingMessage.objects.filter(account__library__in=libraries).select_related(
        "follower", "sent_by__user"
    )


def bindings_visible_to(staff: Staff) -> QuerySet[Binding]:
    """Return the bindings, past ones too, of the readers whom someone may look into."""
    libraries = access.libraries_of(staff, "patrons.view_patron")
    return Binding.objects.filter(patron__home_library__in=libraries).select_related(
        "patron__home_library", "follower__account"
    )


def rules_visible_to(staff: Staff) -> QuerySet[KeywordRule]:
    """Return the rules of the accounts of someone's libraries."""
    libraries = access.libraries_of(staff, "wechat.view_rule")
    return KeywordRule.objects.filter(account__library__in=libraries).select_related("account")


def menus_visible_to(staff: Staff) -> QuerySet[Menu]:
    """Return the menus of the accounts of someone's libraries."""
    libraries = access.libraries_of(staff, "wechat.view_menu")
    return Menu.objects.filter(account__library__in=libraries).select_related("account", "created_by__user")


def materials_visible_to(staff: Staff) -> QuerySet[Material]:
    """Return the materials of the accounts of someone's libraries."""
    libraries = access.libraries_of(staff, "wechat.view_material")
    return Material.objects.filter(account__library__in=libraries).select_related("account")


def moves_visible_to(staff: Staff) -> QuerySet[OpenidMove]:
    """Return the moves of openids that someone may run: both accounts are of their libraries."""
    libraries = access.libraries_of(staff, "wechat.move_openids")
    return OpenidMove.objects.filter(
        source__library__in=libraries, target__library__in=libraries
    ).select_related("source", "target", "started_by__user")


def syncs_visible_to(staff: Staff) -> QuerySet[FollowerSync]:
    """Return the synchronisations of the accounts of someone's libraries."""
    libraries = access.libraries_of(staff, "wechat.view_message")
    return FollowerSync.objects.filter(account__library__in=libraries).select_related("account")


def scenes_visible_to(staff: Staff) -> QuerySet[SceneCode]:
    """Return the scene codes of the accounts of someone's libraries, with the sums of their uses."""
    libraries = access.libraries_of(staff, "wechat.view_scene")
    return (
        SceneCode.objects.filter(account__library__in=libraries)
        .select_related("account")
        .annotate(
            all_follows=Coalesce(Sum("scans__follows"), 0),
            all_scans=Coalesce(Sum("scans__scans"), 0),
            all_opens=Coalesce(Sum("scans__opens"), 0),
        )
    )


def notice_templates_visible_to(staff: Staff) -> QuerySet[NoticeTemplate]:
    """Return the templates for notices of the accounts of someone's libraries."""
    libraries = access.libraries_of(staff, "wechat.view_account")
    return NoticeTemplate.objects.filter(account__library__in=libraries).select_related("account")


@dataclass(frozen=True)
class Unanswered:
    """A text that nobody understood: where, how often, and when last."""

    account_id: int
    account_name: str
    text: str
    times: int
    last: datetime


def unanswered_visible_to(staff: Staff, *, limit: int = 200) -> list[Unanswered]:
    """Return what nobody understood, the most frequent first."""
    rows = (
        messages_visible_to(staff)
        .filter(matched_by=NOBODY_UNDERSTOOD, kind="text")
        .exclude(text="")
        .values_list("account_id", "account__name", "text")
        .annotate(times=Count("pk"), last=Max("received_at"))
        .order_by("-times", "-last")
    )
    return [Unanswered(*row) for row in rows[:limit]]


def followers_of(patron: Patron) -> QuerySet[Follower]:
    """Return the WeChat identities of a reader that can be reached, the latest bound first."""
    return (
        Follower.objects.filter(bindings__patron=patron, bindings__unbound_at__isnull=True, is_following=True)
        .select_related("account")
        .order_by("-bindings__bound_at")
    )


@dataclass(frozen=True)
class Window:
    """Whether something may be sent to a follower now, how many messages, until when, and why not."""

    is_open: bool
    remaining: int
    closes_at: datetime | None
    reason: str | Promise = ""


def window_of(follower: Follower) -> Window:
    """Return the customer-service window of a follower by our own log (protocol sheet §8.2).

    A message opens 48 hours and five messages; a click, scan or follow one minute and three. The platform has
    the last word: it may count otherwise, and then refuses with 45015 or 45047.
    """
    if not follower.account.may(Capability.CUSTOMER_SERVICE):
        return Window(False, 0, None, _("这个公众号没有客服消息权限，回复会在读者下次来信时送达。"))
    if not follower.is_following:
        return Window(False, 0, None, _("读者已取消关注，不能发送。"))
    now = clock.now()
    wrote = _last(follower, ~Q(kind="event"), now - AFTER_A_MESSAGE)
    touched = _last(follower, Q(kind="event", event__in=TOUCHES), now - AFTER_A_TOUCH)
    remaining = 0
    if wrote is not None:
        remaining += max(0, MESSAGES_AFTER_A_MESSAGE - _sent_since(follower, wrote))
    if touched is not None:
        remaining += max(0, MESSAGES_AFTER_A_TOUCH - _sent_since(follower, touched))
    closes = max(
        [moment + span for moment, span in ((wrote, AFTER_A_MESSAGE), (touched, AFTER_A_TOUCH)) if moment],
        default=None,
    )
    if closes is None:
        return Window(False, 0, None, _("距读者上次来信已超过 48 小时，微信不允许再发送。"))
    if not remaining:
        return Window(False, 0, closes, _("读者上次来信后的 5 条客服消息已用完，等读者再来信后才能发送。"))
    return Window(True, remaining, closes)


def _last(follower: Follower, which: Q, after: datetime) -> datetime | None:
    return (
        IncomingMessage.objects.filter(which, follower=follower, received_at__gt=after)
        .order_by("-received_at")
        .values_list("received_at", flat=True)
        .first()
    )


def _sent_since(follower: Follower, moment: datetime) -> int:
    return (
        OutgoingMessage.objects.filter(follower=follower, created_at__gte=moment)
        .exclude(state=OutgoingState.FAILED)
        .count()
    )
