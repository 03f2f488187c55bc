"""Watching: words, bursts, tone, alarms, and briefs with their receipts."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import product as every
from math import log
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from xinglin.commons import clock
from xinglin.commons.sheets import xlsx_bytes
from xinglin.consortium import roles
from xinglin.consortium.models import Staff
from xinglin.consortium.services import grant_role
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.consortium.tests.factories import a_staff
from xinglin.intelligence import services
from xinglin.intelligence.harvest.asking_feeds import Story, take_stories
from xinglin.intelligence.models import Run, RunKind, SourceKind, Topic
from xinglin.intelligence.products import printing
from xinglin.intelligence.products import services as products
from xinglin.intelligence.products.errors import ReviewNeedsAnother
from xinglin.intelligence.products.lifecycle import ProductState
from xinglin.intelligence.products.models import Product
from xinglin.intelligence.products.queries import products_for_readers, products_visible_to
from xinglin.intelligence.watching import bursting, queries
from xinglin.intelligence.watching import services as watching
from xinglin.intelligence.watching.bursting import bursts_of
from xinglin.intelligence.watching.errors import BriefUnfit, BriefUnknown, WatchUnfit
from xinglin.intelligence.watching.feeling import Feeling, feeling_of
from xinglin.intelligence.watching.figures import Figures
from xinglin.intelligence.watching.hotness import hot_words
from xinglin.intelligence.watching.lifecycle import AlarmState, CopyState
from xinglin.intelligence.watching.models import Alarm, AlarmKind, Copy, Item, Part, Watch
from xinglin.intelligence.watching.services.briefs import draft_daily_briefs
from xinglin.intelligence.watching.services.watches import WatchFile
from xinglin.intelligence.watching.wording import words_of
from xinglin.newsroom.models import RumourState, Verdict
from xinglin.newsroom.rumours import services as rumours
from xinglin.notices.models import Notice
from xinglin.patrons.tests.factories import a_patron

TODAY = date(2026, 3, 20)


@pytest.fixture
def _in_march(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[datetime]]:
    """A clock that a test can move by changing its only entry."""
    now = [datetime(2026, 3, 20, 2, 0, tzinfo=UTC)]
    # Not ``now`` itself: the defaults of the models hold that function.
    monkeypatch.setattr(clock, "_present_offset", lambda: now[0] - datetime.now(UTC))
    yield now


@pytest.fixture
def watch(topic: Topic, _in_march: list[datetime]) -> Watch:
    return watching.add_watch(topic=topic, file=WatchFile(named_words="第一医院", least=4), by=None)


def _say(watch: Watch, day: date, *titles: str) -> list[Item]:
    return [
        watching.note_item(watch=watch, title=f"{title}（{day:%d}-{n}）", day=day, by=None)
        for n, title in enumerate(titles)
    ]


def _a_quiet_fortnight_and_a_burst(watch: Watch) -> None:
    for back in range(1, 15):
        _say(watch, TODAY - timedelta(days=back), "门诊预约", "医保报销", "疫苗接种", "体检服务")
    _say(watch, TODAY, *["退烧药断货，市民担忧"] * 6, "疫苗接种")


# Pure: words, hot words, bursts, tone


def test_a_story_is_counted_by_its_words_and_own_words_stay_whole() -> None:
    assert "奥司他韦缓释片" in words_of("奥司他韦缓释片开始供应", own=["奥司他韦缓释片"])
    assert "奥司他韦缓释片" not in words_of("奥司他韦缓释片开始供应")
    told = words_of("记者今天获悉：布洛芬、布洛芬到货 300 盒")
    assert told.count("布洛芬") == 1 and not {"记者", "今天", "获悉", "300"} & set(told)
    assert words_of("ＣＯＶＩＤ疫苗") == words_of("covid疫苗")


def test_a_word_that_is_always_there_is_not_hot() -> None:
    found = hot_words({"疫苗": 8, "断货": 6, "偶然": 2}, {"疫苗": 112, "门诊": 100, "偶然": 14})
    assert found[0].word == "断货" and found[0].is_sure
    assert all(hot.word != "偶然" or not hot.is_sure for hot in found)
    assert all(not hot.is_sure for hot in hot_words({"疫苗": 8}, {}))


def _cheapest_by_trying_all(holding: list[int], stories: list[int]) -> float:
    quiet = sum(holding) / sum(stories)
    shares = (quiet, quiet * bursting.TIMES)
    costs = [[bursting._cost(share, r, d) for share in shares] for r, d in zip(holding, stories, strict=True)]
    up = log(len(stories))
    return min(
        sum(costs[day][state] for day, state in enumerate(states))
        + sum(up for before, after in zip((0, *states), states, strict=False) if after > before)
        for states in every((0, 1), repeat=len(stories))
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 24)), min_size=2, max_size=9))
def test_the_bursts_are_the_cheapest_of_all_ways_through_the_days(days: list[tuple[int, int]]) -> None:
    holding, stories = [r for r, _rest in days], [r + rest for r, rest in days]
    found = bursts_of(holding, stories)
    if not sum(holding) or sum(holding) / sum(stories) > bursting.COMMONEST:
        assert found == []
        return
    quiet = sum(holding) / sum(stories)
    all_quiet = sum(bursting._cost(quiet, r, d) for r, d in _days_of(holding, stories))
    saved = all_quiet - _cheapest_by_trying_all(holding, stories)
    told = sum(burst.weight for burst in found) - len(found) * log(len(stories))
    assert told == pytest.approx(saved, abs=0.02), "weights less the price of going up are what is saved"


def _days_of(holding: list[int], stories: list[int]) -> list[tuple[int, int]]:
    return list(zip(holding, stories, strict=True))


def test_days_without_stories_are_no_end_of_the_world() -> None:
    assert bursts_of([0, 0, 0], [0, 0, 0]) == []
    with pytest.raises(ValueError, match="none to all"):
        bursts_of([3], [2])


@pytest.mark.parametrize(
    ("text", "feeling"),
    [
        ("医院感谢市民，物资充足", Feeling.GOOD),
        ("药品短缺引发担忧", Feeling.BAD),
        ("药品并不短缺", Feeling.GOOD),
        ("没有感谢，只有投诉", Feeling.BAD),
        ("短缺不断缓解，市民放心", Feeling.GOOD),
        ("满意，但也有投诉", Feeling.MIXED),
        ("昨日感染 3 例，死亡 0 例", Feeling.UNKNOWN),
    ],
)
def test_tone_is_counted_and_negated(text: str, feeling: Feeling) -> None:
    assert feeling_of(text).feeling == feeling


# In the house


pytestmark = pytest.mark.django_db


def test_a_burst_alarms_the_desk_once_and_is_settled_with_a_word(
    watch: Watch, a_small_consortium: SmallConsortium
) -> None:
    _a_quiet_fortnight_and_a_burst(watch)
    raised = watching.look_for_alarms(watch=watch)
    assert {alarm.word for alarm in raised if alarm.kind == AlarmKind.BURST} >= {"断货", "退烧药"}
    assert [alarm.stories for alarm in raised if alarm.kind == AlarmKind.NEGATIVE] == [6]
    assert "疫苗" not in {alarm.word for alarm in raised}
    assert watching.look_for_alarms(watch=watch) == [], "the desk is told once"
    _say(watch, TODAY, "退烧药断货：第一医院排队")
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
    (item,) = _say(watch, TODAY, "奥司他韦缓释片缺货")
    assert "奥司他韦缓释片" not in item.words
    watching.amend_watch(
        watch=watch, version=1, file=WatchFile(own_words="奥司他韦缓释片"), recipients=[], by=None
    )
    item.refresh_from_db()
    assert "奥司他韦缓释片" in item.words


def test_a_person_judges_the_tone_and_the_machine_leaves_it(
    watch: Watch, a_small_consortium: SmallConsortium
) -> None:
    (item,) = _say(watch, TODAY, "药品短缺")
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


# Briefs


@pytest.fixture
def reviewer(a_small_consortium: SmallConsortium) -> Staff:
    return a_staff(
        roles.REFERENCE_LIBRARIAN, library=a_small_consortium.main, name="钱馆员", sign_in_name="qian"
    )


def _a_card(cast: SmallConsortium, item: Item) -> None:
    """Write a claim's card, and let somebody with a licence stand for it."""
    gatekeeper = a_staff(library=cast.main, name="医师")
    gatekeeper.medical_licence, gatekeeper.licence_valid_until = "110000000000001", date(2027, 1, 1)
    gatekeeper.save()
    grant_role(staff=gatekeeper, role=roles.GATEKEEPER, library=cast.main, by=None)
    file = rumours.RumourFile(
        claim="退烧药全市断货",
        truth="医院药房有货，配送延迟一天。",
        sources="市卫健委通报",
        verdict=Verdict.PARTLY,
    )
    rumours.approve(rumour=watching.make_claim(item=item, file=file, by=cast.manager), by=gatekeeper)


def _sent(watch: Watch, cast: SmallConsortium, reviewer: Staff, card: str = "") -> tuple[Product, list[Copy]]:
    leaders = [
        watching.write_recipient(library=cast.main, name="赵院长", duty="院长", card=card, by=cast.manager),
        watching.write_recipient(library=cast.main, name="孙处长", duty="医务处", by=cast.manager),
    ]
    brief = watching.draft_brief(
        watch=watch, title="退烧药供应简报", first=TODAY - timedelta(days=6), last=TODAY, by=cast.manager
    )
    with pytest.raises(BriefUnfit, match="建议"):
        watching.hand_in_brief(brief=brief, by=cast.manager)
    brief = watching.reword_brief(
        brief=brief, version=brief.version, title=brief.title, what=str(brief.content["what"]),
        action="请药学部今天公布到货时间，并在公众号答复。", by=cast.manager,
    )  # fmt: skip
    brief = watching.hand_in_brief(brief=brief, by=cast.manager)
    with pytest.raises(ReviewNeedsAnother):
        products.release(product=brief, by=cast.manager)
    brief = products.release(product=brief, by=reviewer)
    return brief, watching.send_brief(brief=brief, recipients=leaders, by=cast.manager)


def test_a_brief_tells_figures_evidence_checked_claims_and_action_on_one_page(
    watch: Watch, a_small_consortium: SmallConsortium, reviewer: Staff
) -> None:
    cast = a_small_consortium
    _a_quiet_fortnight_and_a_burst(watch)
    told = list(Item.objects.filter(day=TODAY).order_by("pk"))
    for item, part in zip(told, Part, strict=False):
        watching.put_into_part(item=item, part=part, by=None)
    _a_card(cast, told[0])
    brief, _copies = _sent(watch, cast, reviewer)
    content = brief.content
    assert content["figures"]["stories"] == 6 * 4 + 7 and content["figures"]["before"] == 7 * 4
    assert "断货" in {word for word, *_rest in content["figures"]["risen"]}
    assert [part["name"] for part in content["parts"]] == [str(part.label) for part in Part]
    assert [claim["verdict"] for claim in content["claims"]] == ["部分属实"]
    data, _kind = products.file_of(brief, "pdf")
    pages = PdfReader(BytesIO(data)).pages
    text = pages[0].extract_text()
    assert len(pages) == 1 and "退烧药供应简报" in text and "建议" in text and "部分属实" in text
    assert printing.pdf(content) == data, "the same whenever it is made again"


def test_a_brief_longer_than_a_page_is_not_handed_in(watch: Watch) -> None:
    _say(watch, TODAY, "门诊预约")
    brief = watching.draft_brief(watch=watch, title="长", first=TODAY, last=TODAY, by=None)
    brief = watching.reword_brief(
        brief=brief, version=1, title="长", what="很长的一段。\n" * 60, action="去做。", by=None
    )
    with pytest.raises(BriefUnfit, match="2 页"):
        watching.hand_in_brief(brief=brief, by=None)


def test_leaders_read_by_their_own_links_and_who_does_not_is_reminded(
    watch: Watch, a_small_consortium: SmallConsortium, reviewer: Staff, _in_march: list[datetime]
) -> None:
    cast = a_small_consortium
    patron = a_patron(cast.main)
    _say(watch, TODAY, "门诊预约")
    brief, (dean, head) = _sent(watch, cast, reviewer, card=str(patron.card_number))
    notice = Notice.objects.get(patron=patron)
    assert notice.link == reverse("mobile:brief", args=[dean.token])
    assert list(products_for_readers()) == [], "a brief is not for readers"
    assert list(products_visible_to(cast.manager)) == []
    assert list(queries.briefs_visible_to(cast.outsider)) == []

    phone = Client()
    page = phone.get(notice.link).content.decode()
    assert "呈 赵院长（院长）" in page and "请药学部今天公布" in page
    dean.refresh_from_db()
    assert (dean.state, dean.receipted_at) == (CopyState.OPENED, None), "opened is not yet read"
    assert phone.get(reverse("mobile:brief.pdf", args=[dean.token])).content[:4] == b"%PDF"
    assert phone.get(reverse("mobile:brief", args=["x" * 32])).status_code == 404

    assert watching.remind_everybody() == 0, "not before a day has passed"
    _in_march[0] += timedelta(hours=25)
    assert watching.remind_everybody() == 1, "who has a card is reminded by the machine"
    assert watching.remind_everybody() == 0, "once"
    with pytest.raises(BriefUnfit, match="孙处长"):
        watching.remind(copy=head, by=cast.manager)

    phone.post(notice.link, {"answer": "同意，请医务处督办。"})
    phone.post(notice.link, {"answer": "改口"})
    dean.refresh_from_db()
    assert (dean.state, dean.answer) == (CopyState.RECEIPTED, "同意，请医务处督办。")
    assert "已阅" in phone.get(notice.link).content.decode()
    desk = (
        signed_in(cast.manager).get(reverse("console:intelligence.brief", args=[brief.pk])).content.decode()
    )
    assert "请医务处督办" in desk and head.token in desk and dean.token not in desk

    products.withdraw(product=brief, remark="数字有误", by=reviewer)
    assert phone.get(notice.link).status_code == 404
    with pytest.raises(BriefUnknown):
        watching.answer_brief(token=head.token)


def test_a_standing_commission_is_drafted_once_a_day(topic: Topic, _in_march: list[datetime]) -> None:
    watching.add_watch(topic=topic, file=WatchFile(daily_brief=True), by=None)
    (made,) = draft_daily_briefs()
    assert (made.period_from, made.state) == (TODAY - timedelta(days=1), ProductState.DRAFT)
    assert draft_daily_briefs() == []


def test_a_claim_becomes_the_newsrooms_card_and_answers_nobody_before_its_gatekeeper(
    watch: Watch, a_small_consortium: SmallConsortium
) -> None:
    (item,) = _say(watch, TODAY, "喝白酒能杀死病毒")
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
    (item,) = _say(watch, TODAY, "门诊预约")
    outsider = signed_in(a_small_consortium.outsider)
    for name, pk in (("watch", watch.pk), ("item", item.pk)):
        assert outsider.get(reverse(f"console:intelligence.{name}", args=[pk])).status_code in (403, 404)
    outsider.post(reverse("console:intelligence.item.do", args=[item.pk, "part"]), {"part": "policy"})
    item.refresh_from_db()
    assert item.part == ""
