"""Segments: kept, counted, drawn samples of, and their size written down by the day."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.audience import sealed
from xinglin.audience.errors import GroupTooSmall, RuleUnfit, SegmentInUse
from xinglin.audience.models import Profile, Segment, SegmentSize, Tag
from xinglin.audience.rules import tree
from xinglin.audience.rules.compiling import Carriers, members
from xinglin.audience.rules.tree import Node
from xinglin.audience.services.policies import policy_of
from xinglin.audience.services.tags import expire
from xinglin.commons import clock, history
from xinglin.commons.errors import Conflict
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.wechat.models import Account

CHANGE = "audience.change_segment"
VIEW = "audience.view_segment"


@dataclass(frozen=True)
class SegmentFile:
    """What a librarian says of a segment."""

    name: str
    rule: Node
    note: str = ""
    in_step: bool = False


@transaction.atomic
def save(
    *,
    account: Account,
    file: SegmentFile,
    by: Staff | None,
    segment: Segment | None = None,
    version: int | None = None,
) -> Segment:
    """Add a segment, or change one that is still in the version the person saw.

    Raises ``RuleUnfit``, ``SegmentInUse`` when the account has another one of that name.
    """
    access.require(by, CHANGE, account.library_id)
    refuse_unknown_tags(file.rule)
    if (
        Segment.objects.filter(account=account, name=file.name)
        .exclude(pk=segment.pk if segment else 0)
        .exists()
    ):
        raise SegmentInUse(_("这个公众号已有名为「%(name)s」的分群，请换个名称。"), name=file.name)
    kept = Segment(account=account, created_by=by)
    if segment is not None:
        kept = Segment.objects.select_for_update().get(pk=segment.pk)
        if version is not None and kept.version != version:
            raise Conflict(_("您打开后，这个分群已被别人修改；请另开一页核对后再保存。"))
        kept.version += 1
    kept.name, kept.note, kept.in_step = file.name, file.note, file.in_step
    kept.rule, kept.changed_at = tree.write(file.rule), clock.now()
    kept.save()
    history.record(
        kept, "amend" if segment else "add", by=by.user if by else None, changes={"rule": kept.rule}
    )
    return kept


@transaction.atomic
def retire(*, segment: Segment, by: Staff | None) -> None:
    """Take a segment out of use; campaigns that had it keep it."""
    access.require(by, CHANGE, segment.account.library_id)
    Segment.objects.filter(pk=segment.pk).update(retired=True, in_step=False)
    history.record(segment, "hide", by=by.user if by else None)


@dataclass(frozen=True)
class Sized:
    """How many fit, of how many; hidden when so few that they could be recognised."""

    size: int
    everybody: int
    smallest: int

    @property
    def is_hidden(self) -> bool:
        return 0 < self.size < self.smallest

    @property
    def told(self) -> str:
        return str(_("少于 %(n)d 人")) % {"n": self.smallest} if self.is_hidden else f"{self.size:,}"

    @property
    def share(self) -> float:
        return 0.0 if self.is_hidden or not self.everybody else 100 * self.size / self.everybody


def count(*, account: Account, rule: Node, by: Staff | None, purpose: str = "") -> Sized:
    """Return how many followers of an account fit a rule now."""
    access.require(by, VIEW, account.library_id)
    expire()
    found = opened(account, rule, by, purpose or str(_("分群计数")))
    size = members(account, rule, found).count()
    everybody = Profile.objects.filter(account=account).count()
    # Only where sensitive tags are counted must small groups be hidden from librarians themselves.
    return Sized(size, everybody, policy_of(account).smallest_group if found else 0)


def opened(account: Account, rule: Node, by: Staff | None, purpose: str) -> Carriers:
    """Open the sealed tags that a rule names, which is written down."""
    return sealed.carriers(account=account, tags=tree.tags_of(rule), purpose=purpose, by=by)


def overlap(*, account: Account, one: Node, other: Node, by: Staff | None) -> Sized:
    """Return how many fit both of two rules."""
    return count(account=account, rule=tree.All((one, other)), by=by, purpose=str(_("分群重叠")))


def sample(*, account: Account, rule: Node, by: Staff | None, most: int = 20) -> list[int]:
    """Return some followers who fit, different ones each time; of a sensitive rule none.

    Raises ``GroupTooSmall``: a list of names under a disease is a disclosure.
    """
    access.require(by, VIEW, account.library_id)
    if sealed.sensitive_tags(tree.tags_of(rule)):
        raise GroupTooSmall(_("规则里有敏感标签，不显示名单，只显示人数。"))
    return list(members(account, rule).order_by("?").values_list("follower_id", flat=True)[:most])


def note_size(*, segment: Segment) -> int:
    """Write down today's size of a segment."""
    found = count(account=segment.account, rule=tree.read(segment.rule), by=None, purpose=str(_("每日人数")))
    SegmentSize.objects.update_or_create(segment=segment, day=clock.today(), defaults={"size": found.size})
    return found.size


def refuse_unknown_tags(rule: Node) -> None:
    """Raise ``RuleUnfit`` for a tag that there is not."""
    wanted = tree.tags_of(rule)
    if wanted - set(Tag.objects.filter(pk__in=wanted).values_list("pk", flat=True)):
        raise RuleUnfit(_("规则里有已删除的标签，请在编辑器里换掉。"))
