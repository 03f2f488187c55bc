"""Watching: what is collected, alarms, own words, claims, and who sees it."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.urls import reverse

from xinglin.commons import clock
from xinglin.commons.sheets import xlsx_bytes
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.intelligence import services
from xinglin.intelligence.harvest.asking_feeds import Story, take_stories
from xinglin.intelligence.models import Run, RunKind, SourceKind, Topic
from xinglin.intelligence.tests.watched import TODAY, a_quiet_fortnight_and_a_burst, say
from xinglin.intelligence.tests.watched import in_march as in_march
from xinglin.intelligence.tests.watched import watch as watch
from xinglin.intelligence.watching import services as watching
from xinglin.intelligence.watching.errors import WatchUnfit
from xinglin.intelligence.watching.feeling import Feeling
from xinglin.intelligence.watching.figures import Figures
from xinglin.intelligence.watching.lifecycle import AlarmState
from xinglin.intelligence.watching.models import Alarm, AlarmKind, Watch
from xinglin.intelligence.watching.services.watches import WatchFile
from xinglin.newsroom.models import RumourState
from xinglin.newsroom.rumours import services as rumours

pytestmark = pytest.mark.django_db


def test_a_burst_alarms_the_desk_once_and_is_settled_with_a_word(
    watch: Watch, a_small_consortium: SmallConsortium
) -> None:
    a_quiet_fortnight_and_a_burst(watch)
    raised = watching.look_for_alarms(watch=watch)
    assert {alarm.word for alarm in raised if alarm.kind == AlarmKind.BURST} >= {"断货", "退烧药"}
    assert [alarm.stories for alarm in raised if alarm.kind == AlarmKind.NEGATIVE] == [6]
    assert "疫苗" not in {alarm.word for alarm in raised}
    assert watching.look_for_alarms(watch=watch) == [], "the desk is told once"
    say(watch, TODAY, "退烧药断货：第一医院排队")
    more = watching.look_for_alarms(watch=watch)
    assert [(alarm.kind, alarm.word) for alarm in more] == [(AlarmKind.NAMED, "第一医院")]
    grown = Alarm.objects.get(kind=AlarmKind.BURST, word="断货")
    assert grown.stories == 7, "what goes on grows in its row"
    with pytest.raises(WatchUnfit):
        watching.settle(alarm=grown, deed="take_up", note=" ", by=a_small_consortium.manager)
    done = watching.settle(alarm=grown, deed="take_up", note="已请药学部答复", by=a_small_consortium.manager)
    assert done.state == AlarmState.TAKEN_UP and done.settled_by == a_small_consortium.manager.user


def test_a_table_is_reckoned_up_and_the_same_story_is_held_once(watch: Watch) -> None:
    rows = [
        ["流感门诊增设", "内容", "卫健委", "https://example.cn/1?utm_source=x", "2026-03-18"],
        ["流感门诊增设（转）", "", "卫健委", "http://example.cn/1/", "2026/3/19"],
        ["", "没有标题", "报社", "", "2026-03-18"],
        ["将来的事", "", "报社", "", "2027-01-01"],
        ["日期写错", "", "报社", "", "三月初"],
        ["网址写错", "", "报社", "javascript:alert(1)", ""],
    ]
    data = xlsx_bytes(headings=["标题", "内容", "发布者", "网址", "日期"], rows=rows)
    made = watching.import_items(watch=watch, data=data, name="舆情.xlsx", by=None)
    assert (made.declared, made.taken, made.known, made.refused_count) == (6, 1, 1, 4)
    assert [line for line, _why, _what in made.refused] == [4, 5, 6, 7]
    again = watching.import_items(watch=watch, data=data, name="舆情.xlsx", by=None)
    assert (again.taken, again.known) == (0, 2)
    with pytest.raises(WatchUnfit, match="标题"):
        watching.import_items(watch=watch, data="甲,乙\n1,2\n".encode(), name="x.csv", by=None)


def test_own_words_count_the_stories_anew(watch: Watch, topic: Topic) -> None:
    (item,) = say(watch, TODAY, "奥司他韦缓释片缺货")
    assert "奥司他韦缓释片" not in item.words
    watching.amend_watch(
        watch=watch, version=1, file=WatchFile(own_words="奥司他韦缓释片"), recipients=[], by=None
    )
    item.refresh_from_db()
    assert "奥司他韦缓释片" in item.words


def test_a_person_judges_the_tone_and_the_machine_leaves_it(
    watch: Watch, a_small_consortium: SmallConsortium
) -> None:
    (item,) = say(watch, TODAY, "药品短缺")
    watching.say_feeling(item=item, feeling=Feeling.GOOD, by=a_small_consortium.manager)
    watching.amend_watch(watch=watch, version=1, file=WatchFile(own_words="短缺"), recipients=[], by=None)
    item.refresh_from_db()
    assert item.feeling == Feeling.GOOD


@pytest.mark.corpus
def test_the_polls_of_february_2020_show_the_outbreaks_abroad(
    topic: Topic, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = services.add_source(topic=topic, kind=SourceKind.FEED, query="https://example.cn/dxy", by=None)
    polls = (shared / "data/intelligence/feeds/dxy_news_polls.jsonl").read_text(encoding="utf-8").splitlines()
    run = Run.objects.create(
        source=feed, kind=RunKind.NEW, query=feed.query, query_version=1, window_from=date(2020, 2, 5),
        window_to=date(2020, 2, 29),
    )  # fmt: skip
    newest = {
        (each["infoSource"], each["sourceUrl"]): each
        for poll in polls
        for each in json.loads(poll)["results"]
    }
    stories = [
        Story(
            number="", address=each["sourceUrl"], title=each["title"], summary=each["summary"],
            publisher=each["infoSource"], published=datetime.fromtimestamp(each["pubDate"] / 1000, UTC).isoformat(),
        )
        for each in newest.values()
    ]  # fmt: skip
    take_stories(feed, run, stories)
    monkeypatch.setattr(clock, "now", lambda: datetime(2020, 2, 28, 4, 0, tzinfo=UTC))
    watch = watching.add_watch(topic=topic, file=WatchFile(burst_level=4.0), by=None)
    assert watch.items.count() == 801
    assert watching.take_harvested(watch=watch) == 0, "nothing twice"
    risen = {each.word: each for each in Figures(watch, date(2020, 2, 29)).risen()}
    assert {"意大利", "韩国"} <= risen.keys()
    assert risen["意大利"].since == date(2020, 2, 24), "the day after the first towns were closed"
    watching.look_for_alarms(watch=watch)
    assert Alarm.objects.filter(word="意大利", kind=AlarmKind.BURST).exists()


def test_a_claim_becomes_the_newsrooms_card_and_answers_nobody_before_its_gatekeeper(
    watch: Watch, a_small_consortium: SmallConsortium
) -> None:
    (item,) = say(watch, TODAY, "喝白酒能杀死病毒")
    file = rumours.RumourFile(claim="喝白酒能杀死病毒", truth="不能。", sources="世界卫生组织")
    card = watching.make_claim(item=item, file=file, by=a_small_consortium.manager)
    assert card.state == RumourState.DRAFT
    brief = watching.draft_brief(watch=watch, title="简报", first=TODAY, last=TODAY, by=None)
    assert brief.content["claims"] == []
    page = signed_in(a_small_consortium.manager).get(reverse("console:intelligence.item", args=[item.pk]))
    assert reverse("console:newsroom.rumour", args=[card.pk]) in page.content.decode()


def test_who_is_elsewhere_sees_no_watch_and_changes_nothing(
    watch: Watch, a_small_consortium: SmallConsortium
) -> None:
    (item,) = say(watch, TODAY, "门诊预约")
    outsider = signed_in(a_small_consortium.outsider)
    for name, pk in (("watch", watch.pk), ("item", item.pk)):
        assert outsider.get(reverse(f"console:intelligence.{name}", args=[pk])).status_code in (403, 404)
    outsider.post(reverse("console:intelligence.item.do", args=[item.pk, "part"]), {"part": "policy"})
    item.refresh_from_db()
    assert item.part == ""
