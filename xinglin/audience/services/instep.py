"""Segments that are kept in step with a WeChat tag of the account, by the difference since last night."""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from xinglin.audience import sealed
from xinglin.audience.errors import RuleUnfit
from xinglin.audience.models import Segment, SegmentMember
from xinglin.audience.rules import tree
from xinglin.audience.rules.compiling import members
from xinglin.audience.services import tagging
from xinglin.audience.services.slots import SLOTS
from xinglin.audience.services.tagging import AT_ONCE
from xinglin.wechat.calling import client_for
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.models import Follower

# The platform's 100, less our push slots and its own star group (sheet §8.10).
MOST_IN_STEP = 80


def keep_in_step(*, segment: Segment) -> tuple[int, int]:
    """Tag those who came to fit and untag those who no longer do; return how many of each it did.

    Raises ``RuleUnfit`` for a rule with sensitive tags: a diagnosis does not leave the house as a WeChat tag.
    """
    account = segment.account
    if not account.may(Capability.TAGS):
        return 0, 0
    rule = tree.read(segment.rule)
    if sealed.sensitive_tags(tree.tags_of(rule)):
        raise RuleUnfit(_("含敏感标签的分群不能同步为微信标签。"))
    taken = Segment.objects.filter(account=account, platform_tag__isnull=False).exclude(pk=segment.pk).count()
    if taken + SLOTS >= MOST_IN_STEP:
        raise RuleUnfit(_("微信每个公众号最多 100 个标签，已同步 %(n)d 个分群，请先停用一些。"), n=taken)
    client = client_for(account)
    if segment.platform_tag is None:
        segment.platform_tag = client.tags.create(_platform_name(segment))
        segment.save(update_fields=["platform_tag"])
    fits = members(account, rule).values("follower_id")
    wearing = SegmentMember.objects.filter(segment=segment).values("follower_id")
    joining = list(
        members(account, rule)
        .exclude(follower_id__in=wearing)
        .order_by("pk")
        .values_list("follower_id", flat=True)
    )
    leaving = list(
        SegmentMember.objects.filter(segment=segment).exclude(follower_id__in=fits)
        .order_by("follower_id").values_list("follower_id", flat=True)
    )  # fmt: skip
    joined = 0
    for start in range(0, len(joining), AT_ONCE):
        asked = Follower.objects.filter(pk__in=joining[start : start + AT_ONCE], erased_at__isnull=True)
        people = dict(asked.values_list("openid", "pk"))
        if not people:
            continue
        refused = set(tagging.tag(account, segment.platform_tag, list(people)))
        # Whoever carries twenty tags already is asked for again the next night; the others are not held up.
        _note(segment, [pk for openid, pk in people.items() if openid not in refused])
        joined += len(people) - len(refused)
    for start in range(0, len(leaving), AT_ONCE):
        page = leaving[start : start + AT_ONCE]
        if openids := _openids(page):
            client.tags.untag(segment.platform_tag, openids)
        SegmentMember.objects.filter(segment=segment, follower_id__in=page).delete()
    return joined, len(leaving)


def _platform_name(segment: Segment) -> str:
    """Return a name of at most 30 bytes that no other segment has."""
    ending = f"-{segment.pk}"
    name = segment.name
    while len((name + ending).encode()) > 30:
        name = name[:-1]
    return name + ending


def _openids(followers: list[int]) -> list[str]:
    rows = Follower.objects.filter(pk__in=followers, erased_at__isnull=True)
    return list(rows.values_list("openid", flat=True))


def _note(segment: Segment, followers: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into audience_segmentmember (segment_id, follower_id) select %s, unnest(%s::bigint[])"
            " on conflict do nothing",
            [segment.pk, followers],
        )
