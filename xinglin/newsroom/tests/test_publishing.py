"""Out to the channels, against a pretend WeChat: planned, drafted, published, sent, reported."""

from datetime import timedelta

import httpx
import pytest

from wechat_sandbox.control import SandboxClient
from xinglin.commons import clock
from xinglin.commons.errors import NotAllowed
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.newsroom import services
from xinglin.newsroom.errors import MassQuotaSpent, PostingNotPossible
from xinglin.newsroom.lifecycle import State
from xinglin.newsroom.models import Article, PlatformPicture, Posting
from xinglin.newsroom.publishing import delivery, outlets, postings, results
from xinglin.newsroom.publishing.lifecycle import POSTING_MOVES, PostingState, Way
from xinglin.newsroom.publishing.postings import PostingFile
from xinglin.newsroom.publishing.quotas import quota_of
from xinglin.newsroom.services import Arrangement
from xinglin.newsroom.tests.channels import account_of, an_outlet, planned, sent, with_pictures
from xinglin.newsroom.tests.channels import pretend_wechat as pretend_wechat
from xinglin.newsroom.tests.channels import sandbox as sandbox
from xinglin.newsroom.tests.factories import a_column, a_content, a_draft, a_notice
from xinglin.newsroom.tests.reviewers import an_office, pass_all, submitted
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.calling import client_for
from xinglin.wechat.client.errors import PlatformBusy
from xinglin.wechat.models import Follower
from xinglin.wechat.services import followers

pytestmark = pytest.mark.django_db


def test_an_article_is_drafted_published_and_reported(
    a_small_consortium: SmallConsortium, sandbox: SandboxClient
) -> None:
    outlet = an_outlet(a_small_consortium, sandbox)
    posting = sent(planned(with_pictures(a_small_consortium), outlet, Way.PUBLISH))
    assert (posting.state, posting.error) == (PostingState.SENT, "")
    assert PlatformPicture.objects.filter(purpose="body").count() == 1
    sandbox.advance_clock(120)
    sandbox.settle()
    Posting.objects.update(sent_at=clock.now() - timedelta(minutes=20))
    assert results.ask_for_results() == 1
    posting.refresh_from_db()
    assert posting.state == PostingState.OUT and posting.url.startswith(sandbox.base_url)
    page = httpx.get(posting.url, trust_env=False).text
    assert "什么时候去医院" in page and "/mmbiz/" in page
    # The pictures are not uploaded again for the next article.
    assert sent(planned(a_notice(a_small_consortium.a), outlet, Way.PUBLISH)).state == PostingState.SENT


def test_a_mass_send_reaches_the_followers_and_is_counted(
    a_small_consortium: SmallConsortium, sandbox: SandboxClient
) -> None:
    outlet = an_outlet(a_small_consortium, sandbox, "S1")
    outlets.amend_outlet(
        outlet=outlet,
        file=outlets.OutletFile(name=outlet.name, account=outlet.account, keeps_one_send=False),
        by=None,
    )
    outlet.refresh_from_db()
    article = a_notice(a_small_consortium.a, title="流感疫苗开打")
    assert sent(planned(article, outlet, Way.MASS_ALL)).state == PostingState.SENT
    sandbox.advance_clock(120)
    sandbox.settle()
    shown = sandbox.chat(account_of(outlet).appid, "wang")[-1]
    assert "流感疫苗开打" in str(shown)
    quota = quota_of(outlet, clock.today())
    assert (quota.day_used, quota.day_most, quota.day_left) == (1, 1, 0)
    with pytest.raises(MassQuotaSpent, match="1 次"):
        planned(a_notice(a_small_consortium.a, title="第二条"), outlet, Way.MASS_ALL)


def test_the_last_send_of_a_month_is_kept_for_an_emergency(
    a_small_consortium: SmallConsortium, sandbox: SandboxClient
) -> None:
    outlet = an_outlet(a_small_consortium, sandbox)
    later = clock.now() + timedelta(minutes=5)
    for number in range(3):
        planned(a_notice(a_small_consortium.a, title=f"第 {number} 条"), outlet, Way.MASS_ALL, due_at=later)
    assert quota_of(outlet, clock.local(later).date()).month_left == 1
    with pytest.raises(MassQuotaSpent, match="应急"):
        planned(a_notice(a_small_consortium.a), outlet, Way.MASS_ALL, due_at=later)


def test_a_repeated_mass_send_is_recognised_by_its_name(
    a_small_consortium: SmallConsortium, sandbox: SandboxClient
) -> None:
    outlet = an_outlet(a_small_consortium, sandbox)
    posting = sent(planned(a_notice(a_small_consortium.a), outlet, Way.MASS_ALL))
    sandbox.advance_clock(120)
    sandbox.settle()
    before = len(sandbox.chat(account_of(outlet).appid, "wang"))
    # As if the answer had never come: the posting was put back and is sent once more.
    Posting.objects.update(state=PostingState.PLANNED)
    assert sent(posting).state in (PostingState.SENT, PostingState.FAILED)
    sandbox.advance_clock(120)
    sandbox.settle()
    assert len(sandbox.chat(account_of(outlet).appid, "wang")) == before


def test_a_busy_platform_is_asked_again_and_a_refusal_is_told(
    a_small_consortium: SmallConsortium, sandbox: SandboxClient
) -> None:
    outlet = an_outlet(a_small_consortium, sandbox)
    posting = planned(a_notice(a_small_consortium.a), outlet, Way.PUBLISH)
    sandbox.fault("api", "errcode", errcode=-1, path="/cgi-bin/freepublish/submit", times=20)
    with pytest.raises(PlatformBusy):
        delivery.deliver(posting_id=posting.pk)
    posting.refresh_from_db()
    assert posting.state == PostingState.PLANNED and posting.error
    sandbox.clear_faults()
    assert sent(posting).state == PostingState.SENT


def test_an_uncertified_account_gets_a_draft_and_the_rest_by_hand(
    a_small_consortium: SmallConsortium, sandbox: SandboxClient
) -> None:
    outlet = an_outlet(a_small_consortium, sandbox, "S0")
    assert list(outlets.ways_of(outlet)) == [Way.DRAFT, Way.BY_HAND]
    article = a_notice(a_small_consortium.a)
    with pytest.raises(PostingNotPossible, match="没有这项权限"):
        planned(article, outlet, Way.PUBLISH)
    posting = sent(planned(article, outlet, Way.DRAFT))
    assert (posting.state, bool(posting.media_id)) == (PostingState.BY_HAND, True)
    posting = postings.report_out(posting=posting, url="https://mp.weixin.qq.com/s/abc", by=None)
    assert posting.state == PostingState.OUT


def test_a_scheduled_text_goes_out_at_its_time_and_only_as_it_was_passed(
    a_small_consortium: SmallConsortium,
) -> None:
    office = an_office(a_small_consortium.a)
    round_ = submitted(office)
    article = Article.objects.get(pk=round_.article_id)
    due = clock.now() + timedelta(hours=2)
    posting = postings.plan(
        article=article,
        version=article.version,
        file=PostingFile(way=Way.PUBLISH, due_at=due),
        by=office.publisher,
    )
    assert sent(posting).state == PostingState.PLANNED
    clock.move(timedelta(hours=3))
    try:
        waiting = sent(posting)
        assert waiting.state == PostingState.FAILED and "审核" in waiting.error
        pass_all(office, round_)
        posting = postings.send_again(posting=posting, by=office.publisher)
        assert sent(posting).state == PostingState.OUT
        article.refresh_from_db()
        assert article.state == State.PUBLISHED
    finally:
        clock.set_right()


def test_a_text_that_was_changed_after_it_was_planned_does_not_go_out(
    a_small_consortium: SmallConsortium, sandbox: SandboxClient
) -> None:
    outlet = an_outlet(a_small_consortium, sandbox)
    article = a_draft(a_small_consortium.a)
    posting = planned(article, outlet, Way.PUBLISH)
    arrangement = Arrangement(a_column())
    services.revise(
        article=article, version=article.version, content=a_content("改了"), arrangement=arrangement, by=None
    )
    posting = sent(posting)
    assert posting.state == PostingState.FAILED and "改过" in posting.error
    article.refresh_from_db()
    assert article.state == State.DRAFT


def test_the_outsider_plans_nothing(a_small_consortium: SmallConsortium, sandbox: SandboxClient) -> None:
    outlet = an_outlet(a_small_consortium, sandbox)
    mine = a_notice(a_small_consortium.b)
    with pytest.raises(NotAllowed):
        postings.plan(
            article=mine, version=mine.version, file=PostingFile(outlet=outlet, way=Way.PUBLISH),
            by=a_small_consortium.outsider,
        )  # fmt: skip
    assert not Posting.objects.exists()


def test_no_way_leads_out_of_the_table_and_back_to_planned_by_itself() -> None:
    back = {
        (state, deed)
        for (state, deed), (then, _hand) in POSTING_MOVES.items()
        if then == PostingState.PLANNED
    }
    assert back == {
        (PostingState.UNSURE, "not_now"), (PostingState.UNSURE, "again"), (PostingState.FAILED, "again"),
    }  # fmt: skip


def test_tags_and_lists_are_picked_and_not_typed(
    a_small_consortium: SmallConsortium, sandbox: SandboxClient, readers: Readers
) -> None:
    outlet = an_outlet(a_small_consortium, sandbox)
    account = account_of(outlet)
    people = list(account.followers.order_by("pk")) or [
        Follower.objects.create(account=account, openid=f"o{number}") for number in range(3)
    ]
    number = client_for(account).tags.create("糖尿病")
    Follower.objects.filter(pk__in=[each.pk for each in people[:2]]).update(starred=True)
    Follower.objects.create(account=account, openid="gone", starred=True, is_following=False)
    article = a_draft(a_small_consortium.a)
    client = signed_in(a_small_consortium.librarian_a)
    page = f"/console/newsroom/article/plan/{article.pk}/"
    assert "糖尿病" not in client.get(page).content.decode()  # the platform is not asked by every look
    shown = client.get(f"{page}?tags=1").content.decode()
    assert f'value="{outlet.pk}:{number}"' in shown and "星标关注者 · 2 人" in shown

    def plan(**typed: str) -> int:
        due = f"{clock.local(clock.now()) + timedelta(days=2):%Y-%m-%dT%H:%M}"
        return client.post(page, {"do": "plan", "due_at": due, **typed}).status_code

    assert plan(where=f"{outlet.pk}:mass_tag", tag=f"{outlet.pk + 1}:{number}") == 422  # another account's
    assert plan(where=f"{outlet.pk}:mass_tag", tag=f"{outlet.pk}:{number}") == 302
    assert Posting.objects.get().tag_id == number
    Posting.objects.all().delete()
    assert (
        plan(where=f"{outlet.pk}:mass_list", people=f"{outlet.pk}:starred", openids=people[0].openid) == 302
    )
    made = Posting.objects.get()
    assert sorted(made.people) == sorted(each.pk for each in people[:2])
    # Of two followers who turned out to be one the first stands in the place of both.
    postings.put_in_place(follower_id=people[2].pk, of=people[1].pk)
    postings.put_in_place(follower_id=people[1].pk, of=people[2].pk)
    postings.put_in_place(follower_id=people[1].pk, of=people[2].pk)
    made.refresh_from_db()
    assert sorted(made.people) == sorted(each.pk for each in people[:2])
    # Who has left meanwhile is not sent to, and nothing of them stands in the list.
    followers.unfollow(follower=Follower.objects.get(pk=people[0].pk))
    Follower.objects.filter(pk=people[1].pk).update(starred=True)
    assert people[0].openid not in str(Posting.objects.filter(pk=made.pk).values())
    Posting.objects.filter(pk=made.pk).update(due_at=clock.now())
    left = sent(made)
    assert left.state == PostingState.FAILED and "只剩 1 位" in left.error
    Posting.objects.all().delete()
    assert plan(where=f"{outlet.pk}:mass_list", people=f"{outlet.pk}:category-x") != 302
    assert plan(where=f"{outlet.pk}:mass_list", openids="oStranger oGone") == 422
    sandbox.reset(empty=True)
    assert "没有读到" in client.get(f"{page}?tags=1").content.decode()
