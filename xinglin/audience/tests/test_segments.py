"""Segments: what is counted is what is listed is what one by one comes out."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinglin.audience import sealed
from xinglin.audience.errors import GroupTooSmall, RuleUnfit
from xinglin.audience.models import Behaviour, Did, FollowerTag, Profile, Source, Tag
from xinglin.audience.rules import tree
from xinglin.audience.rules.compiling import members
from xinglin.audience.rules.slowly import holds
from xinglin.audience.rules.tree import All, AnyOf, Behaved, Fits, HasTag, Node, Not
from xinglin.audience.rules.wording import in_words
from xinglin.audience.services import segments, tags
from xinglin.audience.tests.factories import a_member, a_segment, consent, did, tag_of
from xinglin.circulation.tests.factories import a_loan
from xinglin.commons import clock
from xinglin.commons.criteria import UnknownCriterion, registry
from xinglin.commons.errors import NotAllowed
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.models import Account, Binding, Follower
from xinglin.wechat.services import followers
from xinglin.wechat.testing import a_follower, say

pytestmark = pytest.mark.django_db

NAMES = ("identity", "age", "preference", "disease")


def fits(account: Account, rule: Node) -> set[int]:
    """The followers whom SQL finds."""
    carriers = segments.opened(account, rule, None, "test")
    return set(members(account, rule, carriers).values_list("follower_id", flat=True))


@pytest.fixture
def population(account: Account, readers: Readers) -> list[int]:
    """Eight followers, differing in tags, weights, deeds and bindings."""
    found = []
    for number in range(8):
        follower = a_follower(account)
        for place, code in enumerate(NAMES):
            tag = tag_of(code)
            if number >> place & 1:
                if tag.dimension.is_sensitive:
                    consent(follower)
                tags.put(follower=follower, tag=tag, source=Source.RULE, weight=20 + 10 * number)
        for times in range(number % 3):
            did(follower, Did.OPENED, days_ago=times * 20, column=1 + number % 2)
        if number % 4 == 1:
            say(follower, "你好")
        found.append(follower.pk)
    Binding.objects.create(follower_id=found[0], patron=readers.of_main)
    Binding.objects.create(follower_id=found[3], patron=readers.of_a)
    Binding.objects.create(follower_id=found[4], patron=readers.of_a, unbound_at=clock.now())
    return found


LEAVES = st.one_of(
    st.tuples(st.sampled_from(NAMES), st.sampled_from((0, 0, 40, 60))).map(lambda one: ("tag", *one)),
    st.builds(
        Behaved,
        st.just(Did.OPENED),
        st.sampled_from((10, 30)),
        st.integers(1, 2),
        st.sampled_from((None, 1, 2)),
    ),
    st.sampled_from(
        (
            Fits("wechat.wrote", {"days": 30}),
            Fits("wechat.wrote", {"days": 30}, 2),
            Fits("patrons.department", {"word": "心内"}),
            Fits("patrons.bound", {}),
        )
    ),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=6,
)


def planted(node: object) -> Node:
    """A drawn tree with the tags that there are."""
    match node:
        case ("tag", str(code), int(weight)):
            return HasTag(tag_of(code).pk, 0 if code == "disease" else weight)
        case All(parts):
            return All(tuple(map(planted, parts)))
        case AnyOf(parts):
            return AnyOf(tuple(map(planted, parts)))
        case Not(part):
            return Not(planted(part))
    assert isinstance(node, Behaved | Fits)
    return node


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=TREES)
def test_what_is_counted_is_what_is_listed_is_what_comes_out_one_by_one(
    drawn: object, account: Account, population: list[int]
) -> None:
    rule = planted(drawn)
    assert tree.read(tree.write(rule)) == rule
    listed = fits(account, rule)
    carriers = segments.opened(account, rule, None, "test")
    assert listed == {follower for follower in population if holds(rule, follower, carriers)}
    assert segments.count(account=account, rule=rule, by=None).size == len(listed)
    assert in_words(rule)


def test_tags_of_readers_who_left_or_whose_time_is_over_do_not_count(account: Account) -> None:
    tag = tag_of()
    stays, leaves, ends = (a_member(account, tag) for _each in range(3))
    FollowerTag.objects.filter(follower=ends).update(expires_at=clock.now() - timedelta(days=1))
    followers.unfollow(follower=leaves)
    assert segments.count(account=account, rule=HasTag(tag.pk), by=None).size == 1
    assert fits(account, HasTag(tag.pk)) == {stays.pk}
    assert segments.count(account=account, rule=All(), by=None).everybody == 2


def test_the_mirror_follows_whoever_writes(account: Account) -> None:
    one, other = tag_of("identity", "医师"), tag_of("preference", "健康科普")
    follower = a_member(account, one)
    tags.put_on_many(followers=[follower.pk], tag=other, source=Source.IMPORT)
    assert Profile.objects.get(pk=follower.pk).tags == sorted([one.pk, other.pk])
    FollowerTag.objects.filter(follower=follower, tag=one).delete()
    assert Profile.objects.get(pk=follower.pk).tags == [other.pk]
    Follower.objects.filter(pk=follower.pk).update(is_following=False)
    assert not Profile.objects.filter(pk=follower.pk).exists()
    Follower.objects.filter(pk=follower.pk).update(is_following=True)
    assert Profile.objects.get(pk=follower.pk).tags == [other.pk]


def test_loans_speak_for_the_follower_who_is_bound(account: Account, readers: Readers) -> None:
    bound, _stranger = a_follower(account), a_follower(account)
    Binding.objects.create(follower=bound, patron=readers.of_main)
    a_loan(readers.of_main, account.library)
    assert fits(account, Fits("circulation.borrowed", {"days": 90})) == {bound.pk}
    assert fits(account, Fits("circulation.borrowed", {"days": 90}, 2)) == set()
    assert fits(account, Not(Fits("circulation.overdue", {}))) == {bound.pk, _stranger.pk}


def test_a_rule_from_outside_is_read_strictly() -> None:
    unfit: list[object] = [
        None, [], {}, {"all": [], "any": []}, {"tag": "1; drop table"}, {"tag": True}, {"tag": 1, "x": 2},
        {"did": "teleported"}, {"did": "opened", "days": 0}, {"not": {"not": {"not": {"not": {"not": {"not": {}}}}}}},
        {"all": [{"tag": 1}] * 61},
    ]  # fmt: skip
    for raw in unfit:
        with pytest.raises(RuleUnfit):
            tree.read(raw)
    for raw in (
        {"fits": "no.such"},
        {"fits": "wechat.wrote", "given": {"days": "x"}},
        {"fits": "patrons.category", "given": {"category": "不存在"}},
    ):
        with pytest.raises((UnknownCriterion, RuleUnfit)):
            tree.read(raw)
    assert {"circulation.borrowed", "patrons.department", "wechat.wrote"} <= set(registry.criteria)


def test_a_sensitive_rule_shows_neither_names_nor_small_numbers(
    account: Account, a_small_consortium: SmallConsortium
) -> None:
    disease = tag_of("disease", "糖尿病")
    a_member(account, disease)
    rule = HasTag(disease.pk)
    sized = segments.count(account=account, rule=rule, by=a_small_consortium.manager)
    assert sized.is_hidden and "少于" in sized.told
    with pytest.raises(GroupTooSmall):
        segments.sample(account=account, rule=rule, by=a_small_consortium.manager)


def test_the_outsider_counts_nothing_and_changes_nothing(
    account: Account, a_small_consortium: SmallConsortium
) -> None:
    segment = a_segment(account)
    for deed in (
        lambda: segments.count(account=account, rule=All(), by=a_small_consortium.outsider),
        lambda: segments.sample(account=account, rule=All(), by=a_small_consortium.outsider),
        lambda: segments.retire(segment=segment, by=a_small_consortium.outsider),
    ):
        with pytest.raises(NotAllowed):
            deed()
    segment.refresh_from_db()
    assert not segment.retired


def test_a_segment_is_counted_every_day(account: Account) -> None:
    segment = a_segment(account, HasTag(tag_of().pk))
    a_member(account, tag_of())
    assert segments.note_size(segment=segment) == segments.note_size(segment=segment) == 1
    assert segment.sizes.count() == 1
    assert segments.overlap(account=account, one=All(), other=HasTag(tag_of().pk), by=None).size == 1
    assert Behaviour.objects.count() == 0 and sealed.sensitive_tags([tag_of().pk]) == {}
    assert Tag.objects.count() > 50
