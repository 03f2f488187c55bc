"""Read the demonstration's files as the typed rows that the tests compare."""

import csv
import json
from functools import cache
from pathlib import Path
from typing import NotRequired, TypedDict

DATA = Path(__file__).resolve().parent.parent / "data"


class Library(TypedDict):
    """What these tests read of a library."""

    code: str
    kind: str
    parent: str | None
    introduction: list[str]
    opening_hours: dict[str, list[list[str]]]
    specialities: list[str]
    network_ranges: list[str]


class Licence(TypedDict):
    """What these tests read of a gatekeeper's medical licence."""

    number: str
    checked_by: str


class StaffMember(TypedDict):
    """What these tests read of a member of staff."""

    username: str
    role: str
    library: str
    licence: NotRequired[Licence]


class Category(TypedDict):
    """What these tests read of a patron category."""

    code: str


class Database(TypedDict):
    """What these tests read of an electronic resource."""

    code: str
    kind: str
    guide: str
    trial_ends_in_days: int | None
    libraries: list[str]


class Notice(TypedDict):
    """What these tests read of a notice."""

    library: str
    days_ago: int
    body: list[str]
    event_in_days: NotRequired[int]


class Overview(TypedDict):
    """What these tests read of a library's overview page."""

    library: str


class Notices(TypedDict):
    """The file of notices and overview pages."""

    notices: list[Notice]
    overviews: list[Overview]


class MenuEntry(TypedDict):
    """One of at most three menus with its buttons."""

    name: str
    buttons: list[dict[str, str]]


class Rule(TypedDict):
    """A keyword rule of an account."""

    name: str
    patterns: list[str]
    replies: list[dict[str, str]]


class Account(TypedDict):
    """What these tests read of a WeChat account."""

    key: str
    kind: str
    certified: bool
    library: str
    menu: list[MenuEntry]
    rules: list[Rule]


class Message(TypedDict):
    """An incoming message and what was answered."""

    account: str
    follower: str
    answered_by: str | None
    reply: str | None
    needs_librarian: bool


class Wechat(TypedDict):
    """The file of accounts and messages."""

    accounts: list[Account]
    messages: list[Message]


class Follower(TypedDict):
    """What these tests read of a phone of the sandbox."""

    key: str
    card_number: str
    follows: list[str]


def text_of(name: str) -> str:
    """Read a file of the demonstration."""
    return (DATA / name).read_text(encoding="utf-8")


@cache
def rows(name: str) -> list[dict[str, str]]:
    """Read a CSV file; a row with more or fewer cells than the header is an error."""
    return list(csv.DictReader(text_of(name).splitlines(), strict=True))


def libraries() -> list[Library]:
    """Read the five libraries."""
    found: list[Library] = json.loads(text_of("libraries.json"))
    return found


def staff() -> list[StaffMember]:
    """Read the staff of all libraries."""
    found: list[StaffMember] = json.loads(text_of("staff.json"))
    return found


def categories() -> list[Category]:
    """Read the patron categories."""
    found: list[Category] = json.loads(text_of("patron_categories.json"))
    return found


def databases() -> list[Database]:
    """Read the electronic resources."""
    found: list[Database] = json.loads(text_of("databases.json"))
    return found


def notices() -> Notices:
    """Read notices and overview pages."""
    found: Notices = json.loads(text_of("notices.json"))
    return found


def wechat() -> Wechat:
    """Read accounts and messages."""
    found: Wechat = json.loads(text_of("wechat.json"))
    return found


def followers() -> list[Follower]:
    """Read the phones."""
    found: list[Follower] = json.loads(text_of("followers.json"))
    return found
