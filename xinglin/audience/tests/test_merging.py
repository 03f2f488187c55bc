"""One person in two rows: what was kept of both is kept of one, and a refusal of either holds."""

import pytest

from xinglin.audience.models import (
    AudienceConsent,
    Channel,
    ConsentKind,
    Delivery,
    Did,
    FollowerTag,
    OptOut,
    Profile,
    ProfilingOff,
    SealedTags,
    Source,
)
from xinglin.audience.services import choices, merging, sending, surveys, tags
from xinglin.audience.tests.factories import (
    a_campaign,
    a_member,
    a_segment,
    a_survey,
    an_audience,
    answers,
    did,
    tag_of,
    under_way,
)
from xinglin.consortium.tests.factories import a_library
from xinglin.newsroom.answers import services as newsroom_answers
from xinglin.newsroom.models import Answer
from xinglin.wechat.models import Account, Follower
from xinglin.wechat.testing import a_follower

pytestmark = pytest.mark.django_db


def test_what_was_kept_of_two_followers_is_kept_of_one(account: Account) -> None:
    nurse, doctor, topic = (
        tag_of("identity", "护士"),
        tag_of("identity", "医师"),
        tag_of("preference", "健康科普"),
    )
    kept, other = a_member(account, nurse), a_member(account, doctor, topic, tag_of("disease", "糖尿病"))
    did(other, Did.OPENED)
    first = under_way(a_campaign(a_segment(account), channel=Channel.IN_APP))
    sending.send(campaign_id=first.pk)
    choices.opt_out(follower=other, topic=None, through="test")
    survey = a_survey(account)
    surveys.open_baseline(survey=survey, by=None)
    answers(survey, other, knows=True)
    merging.merge(follower_id=kept.pk, merged_id=other.pk)
    newsroom_answers.merge(person=f"f{other.pk}", into=f"f{kept.pk}")
    assert set(FollowerTag.objects.values_list("follower_id", "tag_id")) == {
        (kept.pk, nurse.pk), (kept.pk, topic.pk),
    }  # fmt: skip
    assert sorted(Profile.objects.get(pk=kept.pk).tags) == sorted([nurse.pk, topic.pk])
    assert SealedTags.objects.get().follower == kept and AudienceConsent.objects.get().follower == kept
    assert OptOut.objects.get().follower == kept
    assert Delivery.objects.get(campaign=first).follower_id == kept.pk
    assert set(Answer.objects.values_list("person", flat=True)) == {f"f{kept.pk}"}
    merging.merge(follower_id=kept.pk, merged_id=other.pk)
    assert FollowerTag.objects.count() == 2


def test_a_consent_taken_back_and_a_profile_switched_off_hold_for_both(account: Account) -> None:
    disease = tag_of("disease", "高血压")
    kept, other = a_member(account, disease), a_member(account, disease)
    tags.withdraw_consent(follower=other, kind=ConsentKind.HEALTH)
    did(kept, Did.OPENED)
    tags.put(follower=kept, tag=tag_of("preference"), source=Source.BEHAVIOUR)
    choices.switch_profiling(follower=other, on=False)
    merging.merge(follower_id=kept.pk, merged_id=other.pk)
    assert not AudienceConsent.objects.filter(withdrawn_at=None).exists()
    assert not SealedTags.objects.exists() and not FollowerTag.objects.exists()
    assert ProfilingOff.objects.get().follower == kept


def test_the_mirror_follows_a_follower_to_another_account(account: Account) -> None:
    member, elsewhere = a_member(account, tag_of()), an_audience(a_library())
    a_follower(account)
    Follower.objects.filter(pk=member.pk).update(account=elsewhere)
    assert Profile.objects.get(account=elsewhere).tags == [tag_of().pk]
    assert Profile.objects.filter(account=account).count() == 1
