"""The audience of the story comes through the sandbox, and its push has a report."""

import httpx
import pytest
from django.test import override_settings

from wechat_sandbox.testing import running_sandbox
from xinglin.audience import awareness, report
from xinglin.audience.models import Campaign, Profile, SealedTags, Segment, Survey
from xinglin.audience.rules import tree
from xinglin.audience.services import segments
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.demonstration import audience
from xinglin.newsroom.tests.factories import a_notice
from xinglin.wechat.calling import close_clients
from xinglin.wechat.models import SceneCode
from xinglin.wechat.testing import an_account

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_audience_comes_tags_itself_and_reads(a_small_consortium: SmallConsortium) -> None:
    a_notice(a_small_consortium.main)
    with (
        running_sandbox() as sandbox,
        override_settings(WECHAT_API_URL=sandbox.base_url),
        httpx.Client(base_url=f"{sandbox.base_url}/sandbox") as client,
    ):
        made = sandbox.add_account("wxstory", kind="F1")
        account = an_account(a_small_consortium.main, kind="F1", appid="wxstory", secret=str(made["secret"]))
        assert audience.gather(client, account) == 240
        close_clients()
    assert Profile.objects.count() == 240 and SealedTags.objects.count() == 30
    sizes = [
        segments.count(account=account, rule=tree.read(each.rule), by=None).size
        for each in Segment.objects.all()
    ]
    assert min(sizes) > 0 and max(sizes) == 240
    told = report.of(Campaign.objects.exclude(started_at=None).exclude(title_b="").get())
    assert told.sent == 240 and told.shares.opened > 60
    assert told.comparison is not None and told.comparison.better == 1
    assert SceneCode.objects.count() == 5
    survey = awareness.of(Survey.objects.get())
    assert survey.whole.both == 72 and "显著提高" in survey.whole.verdict
