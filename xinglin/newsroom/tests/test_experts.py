"""Experts who make pieces with the newsroom: their agreement holds back publication, their rights other platforms."""

from datetime import timedelta

import pytest

from xinglin.commons import clock
from xinglin.commons.errors import NotAllowed
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.newsroom import services as articles
from xinglin.newsroom.errors import NotReady, PieceUnfit, TopicUnfit
from xinglin.newsroom.models import Article, Expert, Topic
from xinglin.newsroom.planning import experts, services
from xinglin.newsroom.planning.experts import ExpertFile
from xinglin.newsroom.planning.services import TopicFile
from xinglin.newsroom.publishing import outlets
from xinglin.newsroom.publishing.lifecycle import OutletKind, Way
from xinglin.newsroom.tests.channels import planned
from xinglin.newsroom.tests.factories import a_draft

pytestmark = pytest.mark.django_db


def an_expert(cast: SmallConsortium, row: Expert | None = None, **more: object) -> Expert:
    file = ExpertFile(name="王立", department="心内科", **more)  # type: ignore[arg-type]
    return experts.keep(library=cast.a, file=file, row=row, by=None)


def a_piece_with(cast: SmallConsortium, *people: Expert) -> Article:
    file = TopicFile(title="怎样在家量血压", experts=people, joint_with="心内科、体检中心")
    topic = services.propose(library=cast.a, file=file, by=None)
    topic = services.plan(topic=topic, on=clock.today(), by=None)
    article = a_draft(cast.a)
    services.hand_in(topic=topic, article=article, by=None)
    return article


def test_a_piece_waits_for_the_agreement_of_its_expert(a_small_consortium: SmallConsortium) -> None:
    expert = an_expert(a_small_consortium)
    article = a_piece_with(a_small_consortium, expert)
    with pytest.raises(NotReady, match="王立（心内科）"):
        articles.publish(article=article, version=article.version, by=None)
    with pytest.raises(TopicUnfit, match="不早于"):
        an_expert(a_small_consortium, expert, agreed_until=clock.today())
    yesterday = clock.today() - timedelta(days=1)
    an_expert(a_small_consortium, expert, agreed_on=yesterday, agreed_until=yesterday)
    assert experts.unagreed(article)
    an_expert(a_small_consortium, expert, agreed_on=yesterday, agreed_until=clock.today())
    articles.publish(article=article, version=article.version, by=None)
    services.note_published(article=article)
    (seen,) = experts.experts_visible_to(a_small_consortium.librarian_a)
    assert seen.made == 1  # type: ignore[attr-defined]


def test_other_platforms_need_the_experts_word(a_small_consortium: SmallConsortium) -> None:
    expert = an_expert(a_small_consortium, agreed_on=clock.today())
    article = a_piece_with(a_small_consortium, expert)
    articles.publish(article=article, version=article.version, by=None)
    article.refresh_from_db()
    file = outlets.OutletFile(name="附一院")
    weibo, letters = (
        outlets.add_outlet(library=a_small_consortium.a, kind=kind, file=file, by=None)
        for kind in (OutletKind.WEIBO, OutletKind.EMAIL)
    )
    with pytest.raises(PieceUnfit, match="没有同意发到其他平台"):
        planned(article, weibo, Way.BY_HAND)
    assert planned(article, letters, Way.DIGEST).pk
    an_expert(a_small_consortium, expert, agreed_on=clock.today(), may_repost=True)
    assert planned(article, weibo, Way.BY_HAND).pk


def test_the_pool_is_each_librarys_own(a_small_consortium: SmallConsortium) -> None:
    expert = an_expert(a_small_consortium)
    with pytest.raises(TopicUnfit, match="已经在专家库"):
        an_expert(a_small_consortium)
    with pytest.raises(TopicUnfit, match="不在这个馆"):
        services.propose(library=a_small_consortium.b, file=TopicFile(title="题", experts=[expert]), by=None)
    with pytest.raises(NotAllowed):
        experts.keep(
            library=a_small_consortium.a, file=ExpertFile(name="李", department="儿科"),
            by=a_small_consortium.outsider,
        )  # fmt: skip
    stranger = signed_in(a_small_consortium.outsider)
    assert "王立" not in stranger.get("/console/newsroom/experts/").content.decode()
    assert stranger.get(f"/console/newsroom/expert/edit/{expert.pk}/").status_code in (403, 404)


def test_the_console_enters_an_expert_and_offers_them_to_topics(a_small_consortium: SmallConsortium) -> None:
    client = signed_in(a_small_consortium.librarian_a)
    typed = {"library": a_small_consortium.a.pk, "name": "王立", "department": "心内科", "active": "on"}
    assert client.post("/console/newsroom/expert/new/", typed).status_code == 302
    expert = Expert.objects.get()
    assert "没有登记" in client.get("/console/newsroom/experts/?unagreed=on").content.decode()
    page = f"/console/newsroom/expert/edit/{expert.pk}/"
    assert 'value="王立"' in client.get(page).content.decode()
    agreed = {**typed, "agreed_on": clock.today().isoformat(), "may_repost": "on"}
    assert client.post(page, agreed).status_code == 302
    assert "王立" not in client.get("/console/newsroom/experts/?unagreed=on").content.decode()
    scores = dict.fromkeys(("need", "fits_goal", "doable", "priority", "worth"), "1")
    topic = {"title": "量血压", "experts": [str(expert.pk)], "joint_with": "体检中心", **scores}
    assert client.post("/console/newsroom/topic/new/", topic).status_code == 302
    made = Topic.objects.get()
    assert list(made.experts.all()) == [expert]
    shown = client.get(f"/console/newsroom/topic/{made.pk}/").content.decode()
    assert "王立（心内科）" in shown and "体检中心" in shown
    kept = client.get(f"/console/newsroom/topic/edit/{made.pk}/").content.decode()
    assert f'value="{expert.pk}" id="id_experts_0" checked' in kept or "checked" in kept
