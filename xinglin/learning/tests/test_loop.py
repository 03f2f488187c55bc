"""A push, its link, a registration, and the report that counts it; criteria; what an erasure leaves."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from xinglin.audience import report
from xinglin.audience.models import Behaviour, Channel, Did
from xinglin.audience.rules.tree import read
from xinglin.audience.services import segments, sending
from xinglin.audience.telling import token_of
from xinglin.audience.tests.factories import a_campaign, a_segment, an_audience, under_way
from xinglin.commons import clock
from xinglin.commons.testing import run_errands
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.learning import services
from xinglin.learning.models import Registration, Via
from xinglin.learning.tests.factories import a_lecture, signs_up, until
from xinglin.newsroom import services as newsroom
from xinglin.newsroom.blocks import Content, Link
from xinglin.newsroom.tests.factories import ABOUT, a_column
from xinglin.patrons import services as patrons
from xinglin.patrons.models import Patron
from xinglin.patrons.tests.cast import Readers
from xinglin.patrons.tests.factories import a_patron
from xinglin.wechat.links import personal_link
from xinglin.wechat.models import Account, Follower
from xinglin.wechat.services.bindings import bind_by_code, issue_code
from xinglin.wechat.testing import a_follower, say, text_of


def bound(account: Account, patron: Patron) -> Follower:
    follower = a_follower(account)
    bind_by_code(follower=follower, digits=issue_code(patron=patron, by=None))
    return follower


@pytest.mark.django_db
def test_who_follows_a_pushs_link_and_registers_is_counted_in_its_report(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    account = an_audience(a_small_consortium.main)
    lecture = a_lecture(a_small_consortium.main)
    page = f"{settings.PUBLIC_URL}/m/lectures/{lecture.pk}/"
    draft = newsroom.write(
        library=account.library,
        content=Content(title="讲座预告", blocks=(Link("报名", page),), about=ABOUT),
        arrangement=newsroom.Arrangement(a_column(), for_branches=False, expires_on=None),
        by=None,
    )
    article = newsroom.publish(article=draft, version=draft.version, by=None)
    reader, silent = bound(account, readers.of_a), bound(account, readers.of_main)
    campaign = under_way(a_campaign(a_segment(account), channel=Channel.IN_APP, article=article))
    sending.send(campaign_id=campaign.pk)

    phone = Client()
    phone.get(urlsplit(personal_link(reader, "/m/for-me/")).path, follow=True)
    shown = phone.get(f"/m/p/{token_of(campaign.pk, reader.pk)}/").content.decode()
    found = re.search(r'href="([^"]*/m/lectures/\d+/)"', shown)
    assert found is not None
    address = urlsplit(found.group(1)).path
    assert "可报名" in phone.get(address).content.decode()
    answer = phone.post(f"{address}register/", follow=True)
    assert "已报名" in answer.content.decode()
    # Who never opened the push registers too, by the chat: that follows from nothing that we sent.
    say(silent, "讲座")
    assert "已报名" in text_of(say(silent, "报名 1"))

    campaign.refresh_from_db()
    told = report.of(campaign)
    assert told.acts == {Did.REGISTERED: 1} and told.shares.acted == 1
    kept = Behaviour.objects.get(kind=Did.REGISTERED)
    assert (kept.follower_id, kept.campaign_id) == (reader.pk, campaign.pk)
    # Given back and taken again it is still one.
    phone.post(f"{address}cancel/")
    phone.post(f"{address}register/")
    assert report.of(campaign).acts == {Did.REGISTERED: 1}
    assert Registration.objects.filter(lecture=lecture, state="registered").count() == 2


@pytest.mark.django_db
def test_segments_take_those_who_registered_or_came(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    account = an_audience(a_small_consortium.main)
    bound(account, readers.of_a)
    bound(account, readers.of_main)
    lecture = a_lecture(a_small_consortium.main, begins_at=clock.now() + timedelta(minutes=10))
    first, second = signs_up(lecture, readers.of_a, readers.of_main)

    def size(rule: object) -> int:
        return segments.count(account=account, rule=read(rule), by=None).size

    registered = {"fits": "learning.registered", "given": {"days": 30}}
    came = {"fits": "learning.attended", "given": {"days": 30}}
    assert (size(registered), size(came)) == (2, 0)
    services.attend(code=lecture.code, patron=readers.of_a)
    services.cancel(registration=second)
    assert (size(registered), size(came), size({"not": registered})) == (1, 1, 1)
    until(first.registered_at + timedelta(days=31))
    assert size({"any": [registered, came]}) == 0


@pytest.mark.django_db(transaction=True)
def test_an_erasure_leaves_no_trace_of_the_reader_in_any_table_of_the_room(
    a_small_consortium: SmallConsortium,
) -> None:
    patron = a_patron(a_small_consortium.a, name="痕迹王小明", phone="13700001234")
    lecture = a_lecture(a_small_consortium.main, begins_at=clock.now() + timedelta(minutes=10))
    signs_up(lecture, patron)
    services.attend(code=lecture.code, patron=patron)
    until(lecture.begins_at + timedelta(minutes=1))
    services.rate(registration=lecture.registrations.get(), score=5, words="痕迹密语")
    ahead = a_lecture(a_small_consortium.main)
    services.register(lecture=ahead, patron=patron, via=Via.CHAT)
    assert traces() and named(patron) == 2
    patrons.erase(patron=patron, reason="读者申请", by=None)
    run_errands()
    assert traces() == [] and named(patron) == 0
    assert lecture.registrations.count() == 1 and ahead.registrations.get().state == "cancelled"


def traces() -> list[str]:
    """The room's tables, and the notices, in which something of the person stands."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relkind = 'r' and relname ~ '^(learning|notices)_'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        assert len(tables) > 4
        for table in tables:
            cursor.execute(f"select count(*) from \"{table}\" t where t::text ~ '痕迹|13700001234'")
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def named(patron: Patron) -> int:
    return Registration.objects.filter(patron=patron.pk).count()
