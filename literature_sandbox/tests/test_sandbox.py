"""The sandbox answers as its models do, goes wrong as it is told, and is the same for the same seed."""

from pathlib import Path

import httpx
import pytest

from literature_sandbox import eutils, invented, scenario
from literature_sandbox.clock import Clock
from literature_sandbox.faults import Faults
from literature_sandbox.query import BadQuery
from literature_sandbox.testing import running_literature
from literature_sandbox.world import World

DAY = 86_400.0
START = 1_600_000_000.0


@pytest.fixture
def world() -> World:
    world = World(clock=Clock(START))
    for place in range(40):
        world.shelf.add(
            invented.article(invented.FIRST_NUMBER + place, seed=1, year=2020), at=START + place * DAY / 2
        )
    return world


def test_articles_appear_by_the_clock(world: World) -> None:
    assert len(world.shelf.present(world.clock.now())) == 1
    world.clock.wait(2 * DAY)
    assert len(world.shelf.present(world.clock.now())) == 5
    assert [record.number for record in world.find(f"{invented.FIRST_NUMBER}[uid]")] == [
        str(invented.FIRST_NUMBER)
    ]


def test_queries_know_words_phrases_fields_dates_and_brackets(world: World) -> None:
    world.clock.wait(30 * DAY)
    everything = len(world.find("hospital OR hospitals OR outcome"))
    assert everything == 40
    trials = world.find('"Randomized Controlled Trial"[pt]')
    others = world.find('hospitals NOT "Randomized Controlled Trial"[pt]')
    assert trials and len(trials) + len(others) == 40
    assert len(world.find("hospitals AND 2020/09/13:2020/09/14[edat]")) == 3
    assert len(world.find("(hospitals) AND FIRST_IDATE:[2020-09-13 TO 2020-09-14]")) == 3
    for wrong in ("(open", "a[nosuchfield]", "AND", ""):
        with pytest.raises(BadQuery):
            world.find(wrong)


def test_a_merged_record_is_answered_by_the_other_and_a_retracted_one_says_so(world: World) -> None:
    first, second = str(invented.FIRST_NUMBER), str(invented.FIRST_NUMBER + 1)
    world.shelf.merge(first, into=second, at=START + 5 * DAY)
    world.shelf.retract(second, at=START + 6 * DAY)
    world.clock.wait(7 * DAY)
    answer = eutils.efetch(world, {"id": first}, "").decode()
    assert f">{second}</PMID>" in answer and "Retracted Publication" in answer
    assert world.find('"retracted publication"[pt]')[0].number == second


def test_the_same_seed_goes_wrong_in_the_same_way() -> None:
    one, other = Faults(7, 0.35), Faults(7, 0.35)
    drawn = [one.draw("efetch") for _each in range(300)]
    assert drawn == [other.draw("efetch") for _each in range(300)]
    assert 80 < sum(map(bool, drawn)) < 130 and len(set(drawn)) > 8


def test_a_fourth_request_in_a_second_is_too_many() -> None:
    with running_literature(standing_at=START) as literature, httpx.Client() as client:
        codes = [client.get(f"{literature.pubmed_url}/einfo.fcgi").status_code for _each in range(4)]
        literature.world.clock.wait(1.1)
        codes.append(client.get(f"{literature.pubmed_url}/einfo.fcgi").status_code)
    assert codes == [200, 200, 200, 429, 200]


def test_a_cut_answer_breaks_off_on_the_wire() -> None:
    with running_literature(standing_at=START) as literature, httpx.Client() as client:
        literature.world.faults.order("cut")
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(f"{literature.pubmed_url}/esearch.fcgi", params={"term": "x"})


def test_invented_articles_are_the_same_for_the_same_seed() -> None:
    assert invented.article(90_000_005, seed=3, year=2026) == invented.article(90_000_005, seed=3, year=2026)
    assert invented.article(90_000_005, seed=3, year=2026) != invented.article(90_000_005, seed=4, year=2026)


def test_a_demonstration_world_has_a_past_and_a_future() -> None:
    world = World(clock=Clock(START))
    scenario.fill_with_invented(world, count=100, past_days=30, coming_days=20)
    assert 55 < len(world.shelf.present(START)) < 65
    assert len(world.shelf.present(START + 20 * DAY)) == 100


@pytest.mark.corpus
def test_real_articles_appear_so_many_a_tick(shared: Path) -> None:
    world = World(clock=Clock(START))
    files = (shared / "data/intelligence/pubmed").rglob("xml*/*.xml")
    numbers = scenario.fill_from_files(world, files, per_tick=15)
    assert len(numbers) == 434
    world.clock.wait(scenario.HALF_A_DAY)
    assert len(world.shelf.present(world.clock.now())) == 15


def test_every_fifth_article_is_open_and_its_page_can_be_read() -> None:
    with running_literature() as literature:
        for place in range(6):
            literature.world.shelf.add(
                invented.article(invented.FIRST_NUMBER + place, seed=1, year=2020), at=START
            )
        asked = {"query": "hospital OR hospitals OR outcome", "format": "json", "resultType": "core"}
        answer = httpx.get(f"{literature.europe_pmc_url}/search", params=asked).json()
        found = {each["pmid"]: each for each in answer["resultList"]["result"]}
        assert [number for number, each in found.items() if each["isOpenAccess"] == "Y"] == ["90000005"]
        (way,) = found["90000005"]["fullTextUrlList"]["fullTextUrl"]
        assert (way["availabilityCode"], found["90000005"]["pmcid"]) == ("OA", "PMC90000005")
        assert found["90000005"]["title"] in httpx.get(way["url"]).text
        (subscribed,) = found["90000001"]["fullTextUrlList"]["fullTextUrl"]
        assert subscribed["availabilityCode"] == "S"
        assert httpx.get(way["url"].replace("90000005", "90000001")).status_code == 404
