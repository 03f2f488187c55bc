"""What readers meet first: the two accounts with their rules, notices, and the databases."""

from datetime import datetime, time, timedelta

from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.demonstration import accounts, files
from xinglin.eresources import services as eresources
from xinglin.newsroom import services as newsroom
from xinglin.newsroom.blocks import Content, Text, from_plain
from xinglin.newsroom.models import Column

WEEKDAYS = "一二三四五六日"
# The journals of one database, as its provider would send them; one row has no ISSN on purpose.
TITLE_LIST = ("wanfang", "医学期刊", "wanfang_journals.tsv")


def make_front(libraries: dict[str, Library]) -> None:
    """Publish the notices, list the databases, connect the accounts."""
    _publish_notices(libraries)
    _list_databases(libraries)
    accounts.connect(libraries)


def _publish_notices(libraries: dict[str, Library]) -> None:
    column = Column.objects.get(code="notices")
    for notice in sorted(files.entries("notices")["notices"], key=lambda notice: -notice["days_ago"]):
        library = libraries[notice["library"]]
        paragraphs = "\n".join(notice["body"])
        if "event_in_days" in notice:
            paragraphs = paragraphs.replace("{event_date}", _day_in_words(notice["event_in_days"]))
        article = newsroom.write(
            library=library,
            content=Content(
                title=notice["title"], digest="", cover="", blocks=(Text(from_plain(paragraphs)),)
            ),
            arrangement=newsroom.Arrangement(column, for_branches=library.parent_id is None, expires_on=None),
            by=None,
        )
        at = _morning(notice["days_ago"])
        article = newsroom.publish(article=article, version=article.version, by=None, at=at)
        if notice.get("pinned"):
            newsroom.pin(article=article, version=article.version, by=None)


def _morning(days_ago: int) -> datetime:
    day = clock.today() - timedelta(days=days_ago)
    moment = datetime.combine(day, time(8, 30), tzinfo=clock.SHANGHAI)
    return min(moment, clock.now())


def _day_in_words(days_ahead: int) -> str:
    day = clock.today() + timedelta(days=days_ahead)
    return f"{day.month}月{day.day}日（星期{WEEKDAYS[day.weekday()]}）"


def _list_databases(libraries: dict[str, Library]) -> None:
    main = next(library for library in libraries.values() if library.parent_id is None)
    for entry in files.entries("databases"):
        trial_ends = entry["trial_ends_in_days"]
        database = eresources.add_database(
            code=entry["code"],
            keeper=main,
            by=None,
            name=entry["name"],
            provider=entry["provider"],
            kind=entry["kind"],
            types=[entry["type"]],
            subjects=entry["subjects"],
            languages=entry["languages"],
            guide=entry["guide"],
            url=entry["url"],
            access_in_house=entry["access_in_house"],
            access_outside=entry["access_outside"],
            trial_until=clock.today() + timedelta(days=trial_ends) if trial_ends else None,
        )
        if entry["kind"] != "open":
            entitled = [libraries[code] for code in entry["libraries"]]
            eresources.entitle(database=database, libraries=entitled, since=None, until=None, by=None)
        if entry["code"] == TITLE_LIST[0]:
            _code, name, file_name = TITLE_LIST
            with (files.DATA / file_name).open("rb") as file:
                eresources.take_title_list(
                    database=database, name=name, file=file, file_name=file_name, by=None
                )
