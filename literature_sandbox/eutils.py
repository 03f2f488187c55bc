"""E-utilities: esearch, efetch, epost, esummary and einfo as NCBI answers them, errors and limits included."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape

from literature_sandbox.query import BadQuery
from literature_sandbox.world import World

MOST_SHOWN = 10_000
LONGEST_GET_LIST = 200
_HEAD = '<?xml version="1.0" encoding="UTF-8" ?>\n'
_SEARCH = (
    '<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN"'
    ' "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
)
_FETCH = (
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN"'
    ' "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)


def esearch(world: World, asked: Mapping[str, str], fault: str) -> bytes:
    """Answer a search; ``drift`` tells a count that has moved since the numbers were listed."""
    if fault == "not_obtained":
        return _search_error("Unable to obtain query #1")
    if fault == "backend":
        return _search_error("Search Backend failed: Exception: temporarily unavailable")
    start, most = _number(asked, "retstart", 0), _number(asked, "retmax", 20)
    if start >= MOST_SHOWN - 1:
        return _search_error("Search Backend failed: Exception: 'retstart' cannot be larger than 9998.")
    term = asked.get("term", "")
    if asked.get("mindate") and asked.get("maxdate"):
        term = f"({term}) AND {asked['mindate']}:{asked['maxdate']}[{asked.get('datetype', 'edat')}]"
    try:
        numbers = [record.number for record in world.find(term)]
    except BadQuery as error:
        return _search_error(f"Invalid query: {error}")
    listed = numbers[start : start + min(most, MOST_SHOWN - 1)]
    count = len(numbers) + (3 if fault == "drift" else 0)
    history = ""
    if asked.get("usehistory") == "y":
        key = f"MCID_{len(world.histories) + 1:024x}"
        world.histories[key] = numbers
        history = f"<QueryKey>1</QueryKey><WebEnv>{key}</WebEnv>"
    ids = "".join(f"<Id>{number}</Id>\n" for number in listed)
    nothing = "" if numbers else "<WarningList><OutputMessage>No items found.</OutputMessage></WarningList>"
    return (
        f"{_HEAD}{_SEARCH}<eSearchResult><Count>{count}</Count><RetMax>{len(listed)}</RetMax>"
        f"<RetStart>{start}</RetStart>{history}<IdList>\n{ids}</IdList><TranslationSet/>"
        f"<QueryTranslation>{escape(term)}</QueryTranslation>{nothing}</eSearchResult>\n"
    ).encode()


def efetch(world: World, asked: Mapping[str, str], fault: str) -> bytes:
    """Answer with records; a number that was merged brings the record that it was merged into."""
    if fault == "not_obtained":
        return _fetch_error("Unable to obtain query #1")
    numbers = [each for each in asked.get("id", "").replace(" ", "").split(",") if each]
    if asked.get("WebEnv"):
        start, most = _number(asked, "retstart", 0), _number(asked, "retmax", 20)
        numbers = world.histories.get(asked["WebEnv"], [])[start : start + most]
    if not numbers:
        return _fetch_error("Empty id list - nothing todo")
    now, bodies = world.clock.now(), []
    for number in dict.fromkeys(numbers):
        record = world.shelf.resolved(number, now)
        version = record.at(now) if record else None
        if version is not None:
            bodies.append(version.xml)
    if fault == "short" and bodies:
        bodies = bodies[: len(bodies) - world.faults.share(len(bodies))]
    if fault == "twice" and bodies:
        bodies.append(bodies[0])
    return f"{_HEAD}{_FETCH}".encode() + b"<PubmedArticleSet>" + b"\n".join(bodies) + b"</PubmedArticleSet>\n"


def epost(world: World, asked: Mapping[str, str]) -> bytes:
    """Keep numbers for later."""
    numbers = [each for each in asked.get("id", "").split(",") if each.strip().isdecimal()]
    if not numbers:
        return f"{_HEAD}<ePostResult><ERROR>Empty ID list; Nothing to store</ERROR></ePostResult>".encode()
    key = f"MCID_{len(world.histories) + 1:024x}"
    world.histories[key] = numbers
    return f"{_HEAD}<ePostResult><QueryKey>1</QueryKey><WebEnv>{key}</WebEnv></ePostResult>".encode()


def esummary(world: World, asked: Mapping[str, str]) -> bytes:
    """Answer with title and journal of each number."""
    numbers = [each for each in asked.get("id", "").split(",") if each.strip()]
    if not numbers:
        return f"{_HEAD}<eSummaryResult><ERROR>Neither query_key nor id specified</ERROR></eSummaryResult>".encode()
    now, said = world.clock.now(), []
    for number in numbers:
        record = world.shelf.resolved(number, now)
        version = record.at(now) if record else None
        if version is None:
            said.append(f"<ERROR>UID={escape(number)}: cannot get document summary</ERROR>")
            continue
        title = escape(world.shelf.facts(version.xml).title)
        said.append(f'<DocSum><Id>{number}</Id><Item Name="Title" Type="String">{title}</Item></DocSum>')
    return f"{_HEAD}<eSummaryResult>{''.join(said)}</eSummaryResult>".encode()


def einfo(world: World) -> bytes:
    """Say what the database is and how many records it holds now."""
    count = len(world.shelf.present(world.clock.now()))
    info = f"<DbInfo><DbName>pubmed</DbName><Count>{count}</Count></DbInfo>"
    return f"{_HEAD}<eInfoResult>{info}</eInfoResult>".encode()


def _search_error(said: str) -> bytes:
    return f"{_HEAD}{_SEARCH}<eSearchResult><ERROR>{escape(said)}</ERROR></eSearchResult>\n".encode()


def _fetch_error(said: str) -> bytes:
    return f"{_HEAD}<eFetchResult>\n\t<ERROR>{escape(said)}</ERROR>\n</eFetchResult>\n".encode()


def _number(asked: Mapping[str, str], name: str, default: int) -> int:
    text = asked.get(name, "")
    return int(text) if text.isdecimal() else default
