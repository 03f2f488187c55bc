"""The demonstration's files agree with each other and with the rules of the identifiers in them.

Read with nothing but the standard library and python-stdnum, so that a slip in the data shows before any loader runs.
"""

import ipaddress
from collections import Counter

import pytest
from stdnum import isbn, issn

from xinglin.demonstration.tests.story import (
    categories,
    databases,
    followers,
    libraries,
    notices,
    rows,
    staff,
    wechat,
)

MEDICAL_CLASSES = ["R", *(f"R{number}" for number in (1, 2, 3, 4, 5, 6, *range(71, 80), 8, 9))]
MAIN_CLASSES = list("ABCDEFGHIJKNOPQSTUVXZ")
CLASSES = frozenset(MAIN_CLASSES + MEDICAL_CLASSES)
CONDITIONS = {"on_shelf", "in_process", "at_bindery", "damaged", "lost"}
WEEKDAYS = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}


def codes() -> set[str]:
    """Name the libraries' codes."""
    return {library["code"] for library in libraries()}


def repeated(values: list[str]) -> list[str]:
    """Name the values that occur more than once."""
    return [value for value, count in Counter(values).items() if count > 1]


@pytest.mark.parametrize(
    ("name", "least"), [("titles.csv", 420), ("items.csv", 1350), ("patrons.csv", 118), ("holds.csv", 25)]
)
def test_each_table_is_large_enough_and_every_row_is_whole(name: str, least: int) -> None:
    table = rows(name)
    assert len(table) >= least
    assert [row for row in table if None in row or None in row.values()] == []


def test_one_main_library_stands_above_four_branches() -> None:
    mains = [library["code"] for library in libraries() if library["kind"] == "main"]
    branches = [library for library in libraries() if library["kind"] == "branch"]
    assert len(mains) == 1
    assert [branch["parent"] for branch in branches] == mains * 4


def test_every_library_tells_its_week_its_story_and_its_private_networks() -> None:
    for library in libraries():
        assert set(library["opening_hours"]) == WEEKDAYS
        for periods in library["opening_hours"].values():
            assert all(opens < closes for opens, closes in periods)
        assert len(library["introduction"]) >= 2
        assert set(library["specialities"]) <= CLASSES
        assert all(ipaddress.ip_network(found).is_private for found in library["network_ranges"])


def test_every_role_is_filled_and_every_branch_has_its_librarian() -> None:
    people = staff()
    assert len(people) >= 14
    assert repeated([person["username"] for person in people]) == []
    assert {person["library"] for person in people} == codes()
    assert {person["role"] for person in people} >= {
        "system_administrator", "consortium_manager", "cataloguer", "reviewer",
        "gatekeeper", "reference_librarian", "decision_maker",
    }  # fmt: skip
    branches = {library["code"] for library in libraries() if library["kind"] == "branch"}
    assert {person["library"] for person in people if person["role"] == "branch_librarian"} == branches


def test_every_gatekeeper_holds_a_licence_that_a_colleague_checked() -> None:
    names = {person["username"] for person in staff()}
    gatekeepers = [person for person in staff() if person["role"] == "gatekeeper"]
    assert gatekeepers
    assert all(person["licence"]["checked_by"] in names - {person["username"]} for person in gatekeepers)


def test_every_patron_has_an_own_card_a_known_category_and_a_library() -> None:
    patrons = rows("patrons.csv")
    for column in ("card_number", "staff_number", "phone", "email"):
        assert repeated([patron[column] for patron in patrons]) == []
    assert {patron["category"] for patron in patrons} == {category["code"] for category in categories()}
    assert {patron["library_code"] for patron in patrons} == codes()


def test_every_telephone_and_mail_address_is_from_an_invented_block() -> None:
    assert all(
        len(patron["phone"]) == 11 and patron["phone"].startswith("1990000") for patron in rows("patrons.csv")
    )
    assert all(patron["email"].endswith(".example") for patron in rows("patrons.csv"))


def test_every_isbn_and_issn_has_its_check_digit_and_is_used_once() -> None:
    isbns = [title["isbn"] for title in rows("titles.csv") if title["isbn"]]
    issns = [title["issn"] for title in rows("titles.csv") if title["issn"]]
    assert [number for number in isbns if len(number) != 13 or not isbn.is_valid(number)] == []
    assert [number for number in issns if not issn.is_valid(number)] == []
    assert repeated(isbns) == []
    assert repeated(issns) == []


def test_every_book_has_an_isbn_and_every_journal_an_issn() -> None:
    number = {"book": "isbn", "journal": "issn"}
    bare = [
        title["title"]
        for title in rows("titles.csv")
        if title["kind"] in number and not title[number[title["kind"]]]
    ]
    assert bare == []


def test_no_class_number_goes_deeper_than_the_second_level_of_medicine() -> None:
    used = {title["class_number"] for title in rows("titles.csv")}
    assert used <= CLASSES
    assert used >= set(MEDICAL_CLASSES) - {"R"}
    classes = {title["title_key"]: title["class_number"] for title in rows("titles.csv")}
    wrong = [
        item for item in rows("items.csv") if item["call_number"].split("/")[0] != classes[item["title_key"]]
    ]
    assert wrong == []


def test_the_titles_cover_what_the_tour_asks_for() -> None:
    titles = rows("titles.csv")
    kinds = Counter(title["kind"] for title in titles)
    assert sum("心电图" in title["subjects"] for title in titles) >= 12
    assert kinds["journal"] >= 30
    assert set(kinds) == {"book", "journal", "thesis", "standard", "audio"}
    assert sum(title["language"] == "eng" and title["kind"] == "book" for title in titles) >= 40
    assert all(title["subjects"] and title["keywords"] and title["abstract"] for title in titles)
    assert repeated([title["title_key"] for title in titles]) == []
    assert repeated([title["title"] + title["subtitle"] + title["volume"] for title in titles]) == []


def test_every_item_belongs_to_a_title_and_a_library_under_an_own_barcode() -> None:
    items = rows("items.csv")
    assert {item["title_key"] for item in items} == {title["title_key"] for title in rows("titles.csv")}
    assert {item["library_code"] for item in items} == codes()
    assert repeated([item["barcode"] for item in items]) == []
    assert {item["condition"] for item in items} == CONDITIONS
    assert all(int(item["price_fen"]) > 0 for item in items)


def test_some_titles_are_in_every_library_and_some_in_one_branch_only() -> None:
    holders: dict[str, set[str]] = {}
    for item in rows("items.csv"):
        holders.setdefault(item["title_key"], set()).add(item["library_code"])
    assert any(found == codes() for found in holders.values())
    branches = [library["code"] for library in libraries() if library["kind"] == "branch"]
    for branch in branches:
        assert {branch} in holders.values()


def test_every_hold_is_by_a_valid_card_for_a_title_of_the_consortium() -> None:
    expiry = {patron["card_number"]: patron["expires_on"] for patron in rows("patrons.csv")}
    titles = {title["title_key"] for title in rows("titles.csv")}
    holds = rows("holds.csv")
    assert all(expiry[hold["card_number"]] > "2027" for hold in holds)
    assert {hold["title_key"] for hold in holds} <= titles
    assert {hold["pickup_library"] for hold in holds} == codes()
    assert repeated([hold["card_number"] + hold["title_key"] for hold in holds]) == []
    assert max(Counter(hold["title_key"] for hold in holds).values()) >= 3, "one title should show a queue"


def test_every_database_has_a_guide_and_only_a_trial_has_an_end() -> None:
    assert len(databases()) >= 24
    assert repeated([database["code"] for database in databases()]) == []
    for database in databases():
        assert set(database["libraries"]) <= codes()
        assert database["libraries"]
        assert 3 <= database["guide"].count("。") <= 6
        assert (database["kind"] == "trial") == (database["trial_ends_in_days"] is not None)


def test_every_library_has_notices_and_an_overview_and_names_no_day_it_does_not_know() -> None:
    found = notices()
    assert len(found["notices"]) >= 14
    assert {notice["library"] for notice in found["notices"]} == codes()
    assert {overview["library"] for overview in found["overviews"]} == codes()
    for notice in found["notices"]:
        assert notice["days_ago"] >= 0
        assert ("{event_date}" in "".join(notice["body"])) == ("event_in_days" in notice)


def test_a_certified_service_account_stands_beside_an_uncertified_subscription_account() -> None:
    accounts = wechat()["accounts"]
    assert [(account["kind"], account["certified"]) for account in accounts] == [
        ("service", True),
        ("subscription", False),
    ]
    assert {account["library"] for account in accounts} <= codes()


def test_menus_keep_to_the_platform_and_rules_answer_more_than_once() -> None:
    for account in wechat()["accounts"]:
        assert len(account["menu"]) <= 3
        assert all(len(entry["buttons"]) <= 5 for entry in account["menu"])
        assert len(account["rules"]) >= 15
        assert repeated([rule["name"] for rule in account["rules"]]) == []
        assert all(rule["patterns"] and rule["replies"] for rule in account["rules"])
        assert sum(len(rule["replies"]) > 1 for rule in account["rules"]) >= 5


def test_every_message_is_from_a_phone_and_some_wait_for_a_librarian() -> None:
    accounts = {account["key"] for account in wechat()["accounts"]}
    answerers = {person["username"] for person in staff()} | {"rule", "search"}
    phones = {follower["key"]: follower for follower in followers()}
    messages = wechat()["messages"]
    assert len(messages) >= 40
    assert sum(message["needs_librarian"] for message in messages) >= 8
    for message in messages:
        assert message["account"] in accounts
        assert message["account"] in phones[message["follower"]]["follows"]
        assert message["needs_librarian"] == (message["answered_by"] is None) == (message["reply"] is None)
        assert message["answered_by"] is None or message["answered_by"] in answerers


def test_every_phone_follows_an_account_and_knows_the_card_it_will_bind() -> None:
    cards = {patron["card_number"] for patron in rows("patrons.csv")}
    accounts = {account["key"] for account in wechat()["accounts"]}
    phones = followers()
    assert len(phones) >= 12
    assert repeated([follower["card_number"] for follower in phones]) == []
    for follower in phones:
        assert follower["card_number"] in cards
        assert follower["follows"]
        assert set(follower["follows"]) <= accounts
