"""Databases, their libraries and their readers, by the services."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest

from xinglin.commons import clock, history
from xinglin.commons.errors import NotAllowed
from xinglin.commons.sheets import UnreadableTable, xlsx_bytes
from xinglin.consortium.models import Staff
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.eresources import checks, queries, services
from xinglin.eresources.errors import (
    DatabaseChangedMeanwhile,
    DatabaseCodeTaken,
    DatabaseDeedNotPossible,
    DatabaseUnfit,
    DatabaseUnknown,
)
from xinglin.eresources.imports import take_table
from xinglin.eresources.lifecycle import DEEDS, MOVES, State
from xinglin.eresources.models import DailyVisits, Database
from xinglin.eresources.tests.factories import a_database
from xinglin.patrons.tests.cast import Readers


def test_a_library_sees_what_it_is_entitled_to_and_what_is_open(a_small_consortium: SmallConsortium) -> None:
    main, a, b = a_small_consortium.main, a_small_consortium.a, a_small_consortium.b
    ours = a_database(main, "cnki", libraries=(main, a))
    free = a_database(main, "pubmed", name="PubMed", kind="open")
    a_database(b, "wanfang", name="万方", libraries=(b,))
    assert set(queries.databases_for(a)) == {ours, free}
    assert queries.databases_for(None).count() == 3


def test_an_entitlement_holds_from_its_first_day_to_its_last(a_small_consortium: SmallConsortium) -> None:
    a, today = a_small_consortium.a, clock.today()
    database, day = a_database(a), timedelta(days=1)
    for since, until, holds in (
        (today, today, True),
        (today + day, None, False),
        (None, today - day, False),
        (today - day, today + day, True),
    ):
        services.entitle(database=database, libraries=[a], since=since, until=until, by=None)
        assert queries.databases_for(a).exists() is holds
        assert queries.may_use(database, a) is holds


def test_a_trial_is_counted_down_and_leaves_the_list_when_it_is_over(
    a_small_consortium: SmallConsortium,
) -> None:
    a, today = a_small_consortium.a, clock.today()
    trial = a_database(a, kind="trial", trial_until=today, libraries=(a,))
    assert trial.trial_days_left == 1
    assert list(queries.databases_for(a)) == [trial]

    over = a_database(a, "old", kind="trial", trial_until=today - timedelta(days=1), libraries=(a,))
    assert over.trial_is_over
    assert list(queries.databases_for(a)) == [trial]
    assert queries.database_by_code("old") == over


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        ({"url": "javascript:alert(1)"}, "https://"),
        ({"url": "//e.example/"}, "https://"),
        ({"url": ""}, "网址"),
        ({"url_outside": "ftp://e.example/"}, "https://"),
        ({"video_url": "data:text/html,x"}, "https://"),
        ({"types": ["novels"]}, "novels"),
        ({"languages": ["klingon"]}, "klingon"),
        ({"kind": "trial"}, "哪一天"),
        ({"kind": "stolen"}, "stolen"),
        ({"name": "长" * 121}, "名称"),
        ({"subjects": ["学" * 41]}, "学科"),
    ],
)
def test_what_cannot_be_said_of_a_database_is_refused_in_words(
    entry: services.Entry, what: str, a_small_consortium: SmallConsortium
) -> None:
    with pytest.raises(DatabaseUnfit, match=what):
        a_database(a_small_consortium.a, **entry)
    assert not Database.objects.exists()


def test_a_code_is_used_once(a_small_consortium: SmallConsortium) -> None:
    a_database(a_small_consortium.a)
    with pytest.raises(DatabaseCodeTaken, match="cnki"):
        a_database(a_small_consortium.b)


def test_the_second_of_two_editors_is_told_and_nothing_is_overwritten(
    a_small_consortium: SmallConsortium,
) -> None:
    database = a_database(a_small_consortium.a)
    services.amend_database(database=database, version=database.version, name="知网", by=None)
    with pytest.raises(DatabaseChangedMeanwhile):
        services.amend_database(database=database, version=database.version, name="CNKI", by=None)
    assert Database.objects.get().name == "知网"


def changes_tried_by(
    who: Staff, database: Database, cast: SmallConsortium
) -> tuple[Callable[[], object], ...]:
    return (
        lambda: services.amend_database(database=database, version=1, name="改", by=who),
        lambda: services.hide_database(database=database, by=who),
        lambda: services.entitle(database=database, libraries=[cast.b], by=who),
        lambda: services.end_entitlement(database=database, library=cast.a, by=who),
        lambda: services.add_database(code="x", keeper=cast.main, name="x", url="https://x.example", by=who),
    )


def test_a_member_library_reads_but_only_the_keeper_changes(a_small_consortium: SmallConsortium) -> None:
    librarian, outsider = a_small_consortium.librarian_a, a_small_consortium.outsider
    database = a_database(a_small_consortium.main, libraries=(a_small_consortium.a,))
    assert database in queries.databases_visible_to(librarian)
    assert database not in queries.databases_visible_to(outsider)
    for who in (librarian, outsider):
        for attempt in changes_tried_by(who, database, a_small_consortium):
            with pytest.raises(NotAllowed):
                attempt()
    database.refresh_from_db()
    assert (database.name, database.version, database.state) == ("中国知网", 1, State.ACTIVE)
    assert queries.entitled_libraries(database) == [a_small_consortium.a]
    assert [entry.deed for entry in history.history_of(database)] == ["entitle", "add"]


def test_a_hidden_database_is_told_like_one_that_never_was_and_comes_back(
    a_small_consortium: SmallConsortium,
) -> None:
    a = a_small_consortium.a
    database = a_database(a, libraries=(a,))
    services.hide_database(database=database, by=None)
    assert not queries.databases_for(a).exists()
    said = set()
    for code in ("cnki", "never"):
        with pytest.raises(DatabaseUnknown) as refusal:
            queries.database_by_code(code)
        said.add(str(refusal.value))
    assert len(said) == 1
    with pytest.raises(DatabaseDeedNotPossible):
        services.hide_database(database=database, by=None)
    services.show_database(database=database, by=None)
    assert list(queries.databases_for(a)) == [database]


def test_the_table_of_deeds_is_complete() -> None:
    assert {deed for _state, deed in MOVES} == set(DEEDS)


@pytest.mark.parametrize("words", ["知网", "zhongguozhiwang", "zgzw", "CNKI", "cnki 知", "同方"])
def test_a_database_is_found_by_name_pinyin_initials_and_provider(
    words: str, a_small_consortium: SmallConsortium
) -> None:
    wanted = a_database(a_small_consortium.a, other_name="CNKI", provider="同方知网")
    a_database(a_small_consortium.a, "wanfang", name="万方数据", provider="万方")
    assert list(queries.matching(Database.objects.all(), words)) == [wanted]


def test_chinese_and_latin_names_stand_under_their_letters(a_small_consortium: SmallConsortium) -> None:
    for code, name in (
        ("a", "中国知网"),
        ("b", "PubMed"),
        ("c", "重庆维普"),
        ("d", "万方"),
        ("e", "360 健康"),
    ):
        a_database(a_small_consortium.a, code, name=name)
    letters = {database.name: database.letter for database in Database.objects.all()}
    assert letters == {"中国知网": "Z", "PubMed": "P", "重庆维普": "C", "万方": "W", "360 健康": "#"}


def test_visits_are_counted_by_day_library_and_side_and_tell_what_is_used_most(
    a_small_consortium: SmallConsortium,
) -> None:
    main, a = a_small_consortium.main, a_small_consortium.a
    first = a_database(main, "cnki", libraries=(main, a))
    second = a_database(main, "pubmed", name="PubMed", kind="open")
    for _each in range(2):
        services.count_visit(database=second, library=a, in_house=False)
    services.count_visit(database=first, library=a, in_house=True)
    for _each in range(3):
        services.count_visit(database=first, library=None, in_house=False)
    assert [
        (row.in_house, row.outside) for row in DailyVisits.objects.filter(library=a, database=second)
    ] == [(0, 2)]
    assert DailyVisits.objects.count() == 3
    assert queries.most_used(queries.databases_for(a), library=a) == [second, first]
    assert queries.most_used(queries.databases_for(main), library=main) == []


def test_a_favourite_is_kept_once_and_goes_with_its_reader(readers: Readers) -> None:
    library = readers.of_a.home_library
    database = a_database(library, libraries=(library,))
    for _each in range(2):
        services.mark_favourite(database=database, patron=readers.of_a)
    assert list(queries.favourites_of(readers.of_a, Database.objects.all())) == [database]
    assert not queries.favourites_of(readers.outsider, Database.objects.all()).exists()
    services.drop_favourite(database=database, patron=readers.of_a)
    assert not queries.favourites_of(readers.of_a, Database.objects.all()).exists()


def test_an_address_is_in_house_only_inside_a_librarys_network(a_small_consortium: SmallConsortium) -> None:
    a = a_small_consortium.a
    a.network_ranges = ["10.21.0.0/16"]
    a.save()
    assert queries.reach_of("10.21.3.4").library == a
    for elsewhere in ("10.22.0.1", "", "nonsense", "::1"):
        assert not queries.reach_of(elsewhere).in_house


def test_a_table_is_taken_row_by_row_and_bad_rows_are_told(a_small_consortium: SmallConsortium) -> None:
    a = a_small_consortium.a
    table = xlsx_bytes(
        headings=["代码", "名称", "网址", "性质", "试用至", "类型", "语种", "学科", "可用馆"],
        rows=[
            [
                "cnki",
                "中国知网",
                "https://cnki.example",
                "已购",
                "",
                "全文、学位论文",
                "chi",
                "R、循证医学",
                "A，MAIN",
            ],
            [
                "up",
                "UpToDate",
                "https://up.example",
                "试用",
                "2026/12/31",
                "临床决策",
                "英文",
                "",
                "附一院馆",
            ],
            ["bad1", "没有网址", "", "", "", "", "", "", ""],
            ["bad2", "坏日期", "https://b.example", "试用", "下个月", "", "", "", ""],
            ["bad3", "坏馆名", "https://c.example", "", "", "", "", "", "火星馆"],
            ["bad4", "坏类型", "https://d.example", "", "", "小说", "", "", ""],
        ],
    )
    taken = take_table(file=BytesIO(table), name="t.xlsx", keeper=a, by=None)
    assert (taken.added, taken.amended) == (2, 0)
    assert [bad.number for bad in taken.bad] == [4, 5, 6, 7]
    assert ["网址" in str(taken.bad[0].reason), "下个月" in str(taken.bad[1].reason)] == [True, True]
    cnki = Database.objects.get(code="cnki")
    assert (cnki.types, cnki.languages, cnki.subjects) == (
        ["full_text", "theses"],
        ["chi"],
        ["R", "循证医学"],
    )
    assert {library.code for library in queries.entitled_libraries(cnki)} == {"A", "MAIN"}
    assert Database.objects.count() == 2


def test_the_same_table_again_amends_and_adds_nothing(a_small_consortium: SmallConsortium) -> None:
    table = "代码,名称,网址,一句话介绍\ncnki,中国知网,https://cnki.example,新的介绍\n".encode()
    a_database(a_small_consortium.a, guide="旧的指南")
    taken = take_table(file=BytesIO(table), name="t.csv", keeper=a_small_consortium.a, by=None)
    assert (taken.added, taken.amended, taken.bad) == (0, 1, [])
    database = Database.objects.get()
    assert (database.description, database.guide) == ("新的介绍", "旧的指南")


@pytest.mark.parametrize(
    "table", [b"", b"\x00\x01\x02", "代码,名称\ncnki,知网\n".encode(), "代码,名称,网址\n".encode()]
)
def test_a_file_that_is_no_such_table_is_refused(table: bytes, a_small_consortium: SmallConsortium) -> None:
    with pytest.raises(UnreadableTable):
        take_table(file=BytesIO(table), name="t.csv", keeper=a_small_consortium.a, by=None)


def test_the_doctor_tells_of_trials_that_end_and_of_databases_nobody_may_use(
    a_small_consortium: SmallConsortium,
) -> None:
    a, today = a_small_consortium.a, clock.today()
    a_database(a, "soon", name="快到期", kind="trial", trial_until=today, libraries=(a,))
    a_database(a, "over", name="已到期", kind="trial", trial_until=today - timedelta(days=1), libraries=(a,))
    said = [finding.says for finding in checks.trials()]
    assert ["快到期" in said[0], "已到期" in said[1], len(said)] == [True, True, 2]
    assert [finding.remedy for finding in checks.entitlements()] == [""]
    a_database(a, "lonely", name="没人能用")
    assert ["没人能用" in finding.says for finding in checks.entitlements()] == [True]
