"""A process that writes the log is killed in the middle: nobody stands in it twice, and nobody is missing."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from urllib.parse import quote

import pytest
from django.db import connection

from xinglin.audience.models import Channel, Delivery, Profile, Source
from xinglin.audience.rules.tree import HasTag, Not
from xinglin.audience.services.preparing import prepare
from xinglin.audience.services.tags import put_on_many
from xinglin.audience.tests.factories import (
    a_campaign,
    a_segment,
    an_audience,
    many,
    tag_of,
    under_way,
)
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.wechat.testing import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

FOLLOWERS, PAGE = 6_000, 20


def test_a_killed_log_is_taken_up_with_nobody_doubled_or_missed(a_small_consortium: SmallConsortium) -> None:
    account = an_audience(a_small_consortium.main)
    everybody = many(account, FOLLOWERS)
    put_on_many(followers=everybody[::3], tag=tag_of(), source=Source.IMPORT)
    meant = set(everybody) - set(everybody[::3])
    campaign = under_way(a_campaign(a_segment(account, Not(HasTag(tag_of().pk))), channel=Channel.IN_APP))
    at = connection.settings_dict
    address = f"postgresql://{quote(str(at['USER']))}@/{at['NAME']}?host={quote(str(at['HOST']), safe='')}"
    process = subprocess.Popen(
        [sys.executable, "-m", "xinglin.audience.tests.preparing_process", str(campaign.pk), str(PAGE)],
        env={**os.environ, "DATABASE_URL": address},
    )
    try:
        assert until(lambda: Delivery.objects.count() > FOLLOWERS // 20, 60)
        process.send_signal(signal.SIGKILL)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()
    written = Delivery.objects.count()
    assert 0 < written < len(meant)
    prepare(campaign=campaign)
    log = list(Delivery.objects.filter(campaign=campaign).values_list("follower_id", flat=True))
    assert len(log) == len(set(log)) and set(log) == meant
    assert Profile.objects.count() == FOLLOWERS
    prepare(campaign=campaign)
    assert Delivery.objects.count() == len(meant)
