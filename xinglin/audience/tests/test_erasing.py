"""An unfollow and an erasure leave no personal trace: every table of the database is searched."""

from datetime import timedelta

import pytest
from django.db import connection

from xinglin.audience import sealed
from xinglin.audience.errors import ConsentMissing
from xinglin.audience.models import (
    AudienceConsent,
    Channel,
    ConsentKind,
    Did,
    FollowerTag,
    Profile,
    SealedTags,
    SensitiveAccess,
    Source,
)
from xinglin.audience.services import choices, sending, tags, tracking
from xinglin.audience.tests.factories import (
    a_campaign,
    a_member,
    a_segment,
    an_article,
    an_audience,
    consent,
    dimension,
    tag_of,
    under_way,
)
from xinglin.commons import clock
from xinglin.commons.testing import run_errands
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.newsroom.answers import services as answers
from xinglin.newsroom.publishing import outlets, postings
from xinglin.newsroom.publishing.lifecycle import OutletKind, Way
from xinglin.patrons import services as patrons
from xinglin.patrons.tests.factories import a_patron
from xinglin.wechat.links import personal_link
from xinglin.wechat.models import Follower, IncomingMessage
from xinglin.wechat.services import bindings
from xinglin.wechat.testing import a_follower, happen, say, send

pytestmark = pytest.mark.django_db(transaction=True)

OPENID = "oTraceOfSomebody0000000001"
MARKS = (
    OPENID,
    "痕迹王小明",
    "13700001234",
    "trace@example.org",
    "痕迹密语",
    "TRACE0001",
    "痕迹证据",
    "痕迹备注",
)
# Rows that name a follower by number: after an erasure only counts may be left of them.
COUNTED = {"audience_delivery"}


def traces() -> dict[str, list[str]]:
    """Every table in which one of the marks stands, with the mark."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind in ('r', 'p', 'm') and n.nspname = 'public' order by 1"
        )
        tables = [name for (name,) in cursor.fetchall()]
        assert len(tables) > 60
        for table in tables:
            for mark in MARKS:
                cursor.execute(f'select count(*) from "{table}" t where t::text like %s', [f"%{mark}%"])
                if cursor.fetchone()[0]:
                    found.setdefault(table, []).append(mark)
    return found


def rows_of(follower: Follower) -> dict[str, int]:
    """How many rows of each table name a follower by number."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name from information_schema.columns where column_name = 'follower_id'"
            " and table_schema = 'public'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'select count(*) from "{table}" where follower_id = %s', [follower.pk])
            if number := cursor.fetchone()[0]:
                found[table] = number
    return found


def somebody(cast: SmallConsortium) -> Follower:
    """A follower of whom every table that can know something does."""
    account = an_audience(cast.main)
    follower = a_follower(account, OPENID)
    Follower.objects.filter(pk=follower.pk).update(remark="痕迹备注", scene="痕迹密语")
    patron = a_patron(
        cast.main, card_number="TRACE0001", name="痕迹王小明", phone="13700001234", email="trace@example.org",
        department="心内科",
    )  # fmt: skip
    code = bindings.issue_code(patron=patron, by=None)
    bindings.bind_by_code(follower=follower, digits=code)
    run_errands()
    consent(follower)
    for code, source in (
        ("disease", Source.DECLARED),
        ("identity", Source.DECLARED),
        ("preference", Source.RULE),
    ):
        tags.put(follower=follower, tag=tag_of(code), source=source, evidence="痕迹证据")
    campaign = under_way(a_campaign(a_segment(account), channel=Channel.IN_APP))
    sending.send(campaign_id=campaign.pk)
    for kind in (Did.OPENED, Did.SHARED, Did.RATED_GOOD):
        tracking.note(campaign=campaign, follower=follower, kind=kind)
    choices.opt_out(follower=follower, topic=campaign.topic, through="test")
    say(follower, "痕迹密语")
    send(follower, {"MsgType": "image", "PicUrl": "http://x/痕迹密语", "MediaId": "m", "MsgId": "77"})
    personal_link(follower, "/m/me/")
    sealed.open_one(follower=follower, purpose="test")
    in_the_newsroom(follower)
    return follower


def in_the_newsroom(follower: Follower) -> None:
    """What the newsroom can know of somebody: a comment, a rating, a place on the list of a mass send."""
    article = an_article(follower.account)
    answers.comment(article=article, person=f"f{follower.pk}", text="痕迹密语")
    answers.rate(article=article, person=f"f{follower.pk}", useful=True)
    file = outlets.OutletFile(name="公众号", account=follower.account)
    outlet = outlets.add_outlet(library=article.library, kind=OutletKind.WECHAT, file=file, by=None)
    listed = postings.PostingFile(
        outlet=outlet, way=Way.MASS_LIST, due_at=clock.now() + timedelta(days=1),
        people=[follower.pk, a_follower(follower.account).pk],
    )  # fmt: skip
    postings.plan(article=article, version=article.version, file=listed, by=None)


def test_an_unfollow_leaves_no_trace_of_the_follower(a_small_consortium: SmallConsortium) -> None:
    follower = somebody(a_small_consortium)
    assert traces()["wechat_follower"] and rows_of(follower)["audience_followertag"] == 2
    happen(Follower.objects.get(pk=follower.pk), "unsubscribe")
    run_errands()
    left = traces()
    of_the_reader = {"patrons_patron", "patrons_card", "commons_historyentry"}  # the reader stays a reader
    assert {table: found for table, found in left.items() if table not in of_the_reader} == {}
    assert OPENID not in {mark for found in left.values() for mark in found}
    remaining = rows_of(follower)
    assert set(remaining) <= COUNTED | {"wechat_incomingmessage", "wechat_outgoingmessage"}
    assert not IncomingMessage.objects.exclude(text="", payload={}).filter(follower=follower).exists()


def test_an_erasure_leaves_no_trace_of_the_reader_or_of_whom_they_were(
    a_small_consortium: SmallConsortium,
) -> None:
    follower = somebody(a_small_consortium)
    binding = follower.bindings.get()
    patrons.erase(patron=binding.patron, reason="读者申请", by=None)
    run_errands()
    happen(Follower.objects.get(pk=follower.pk), "unsubscribe")
    run_errands()
    assert traces() == {}
    assert not SealedTags.objects.exists() and not AudienceConsent.objects.exists()


def test_an_erasure_alone_forgets_tags_behaviour_and_consent(a_small_consortium: SmallConsortium) -> None:
    follower = somebody(a_small_consortium)
    patrons.erase(patron=follower.bindings.get().patron, reason="读者申请", by=None)
    run_errands()
    assert {table for table in rows_of(follower) if table.startswith("audience_")} <= COUNTED | {
        "audience_profile"
    }
    assert Profile.objects.get(pk=follower.pk).tags == []
    assert not FollowerTag.objects.exists()


def test_sensitive_tags_are_sealed_asked_consent_for_and_every_look_is_written_down(
    a_small_consortium: SmallConsortium,
) -> None:
    account = an_audience(a_small_consortium.main)
    disease = tag_of("disease", "糖尿病")
    stranger = a_follower(account)
    with pytest.raises(ConsentMissing):
        tags.put(follower=stranger, tag=disease, source=Source.DECLARED)
    with pytest.raises(ConsentMissing):
        tags.put_on_many(followers=[stranger.pk], tag=disease, source=Source.IMPORT)
    member = a_member(account, disease)
    kept = SealedTags.objects.get(follower=member).sealed
    assert "糖尿病" not in kept and f'"{disease.pk}"' not in kept
    before = SensitiveAccess.objects.count()
    worn = sealed.open_one(follower=member, purpose="查看", by=a_small_consortium.manager, actor="")
    assert list(worn) == [disease.pk]
    look = SensitiveAccess.objects.latest("pk")
    assert SensitiveAccess.objects.count() == before + 1
    assert (look.staff, look.purpose, look.follower_id) == (a_small_consortium.manager, "查看", member.pk)
    tags.withdraw_consent(follower=member, kind=ConsentKind.HEALTH)
    assert not SealedTags.objects.exists()
    assert sealed.carriers(account=account, tags={disease.pk}, purpose="test") == {disease.pk: set()}


def test_what_a_reader_declares_replaces_what_was_and_outweighs_a_rule(
    a_small_consortium: SmallConsortium,
) -> None:
    account = an_audience(a_small_consortium.main)
    nurse, doctor = tag_of("identity", "护士"), tag_of("identity", "医师")
    follower = a_follower(account)
    tags.put(follower=follower, tag=doctor, source=Source.RULE)
    tags.declare(follower=follower, dimension=dimension("identity"), tags=[nurse])
    tags.put(follower=follower, tag=doctor, source=Source.RULE)
    assert list(FollowerTag.objects.values_list("tag_id", "source")) == [(nurse.pk, Source.DECLARED)]
    tags.declare(follower=follower, dimension=dimension("identity"), tags=[])
    assert not FollowerTag.objects.exists()
