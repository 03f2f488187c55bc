"""The desk's topics: their sources ask the literature sandbox; a few Chinese papers came in as a file."""

from datetime import timedelta

from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.demonstration import files
from xinglin.intelligence import services
from xinglin.intelligence.labelling import services as labelling
from xinglin.intelligence.models import RunKind, SourceKind, Topic
from xinglin.intelligence.patents import services as patents
from xinglin.intelligence.tasks import ask_soon, learn_soon
from xinglin.literature.articles import Article, Author
from xinglin.literature.files import write_ris

LOOKED_BACK = timedelta(days=30)
JOURNAL = "杏林公共卫生演示学报"
SECONDS_TO_HARVEST = 60
"""After so many seconds the sources have been asked, and there is something to suggest headings for."""


def make_topics(libraries: dict[str, Library]) -> int:
    """Follow the topics, take the file of papers in, let some through; return how many topics there are."""
    said = files.entries("papers")
    since = clock.today() - LOOKED_BACK
    for entry in said["topics"]:
        topic = services.add_topic(
            library=libraries[entry["library"]],
            code=entry["code"],
            name=entry["name"],
            description=entry["description"],
            by=None,
        )
        for kind in (SourceKind.PUBMED, SourceKind.EUROPE_PMC):
            if entry[kind]:
                ask_soon(
                    services.add_source(topic=topic, kind=kind, query=entry[kind], since=since, by=None),
                    RunKind.NEW,
                )
        _take_papers_in(topic, [each for each in said["papers"] if each["topic"] == entry["code"]])
        _file_papers(topic, said)
        if entry["code"] == "influenza":
            _take_patents_in(topic)
    return len(said["topics"])


def _file_papers(topic: Topic, said: dict[str, list[dict[str, str]]]) -> None:
    """File papers under the topic's headings as people would have; what the sources bring is suggested by them then."""
    headings = {
        each["name"]: labelling.write_heading(topic=topic, name=each["name"], scope=each["scope"], by=None)
        for each in said["headings"]
        if each["topic"] == topic.code
    }
    filed = {each["title"]: each for each in said["filed"] if each["topic"] == topic.code}
    if not filed:
        return
    data = write_ris(
        Article(title=title, journal=JOURNAL, year=2025, pages=str(10 * place))
        for place, title in enumerate(filed, start=1)
    ).encode()
    services.import_file(
        library=topic.library, data=data, name=f"万方导出-{topic.name}.ris", topic=topic, by=None
    )
    for finding in topic.findings.filter(publication__title__in=filed).select_related("publication"):
        entry = filed[finding.publication.title]
        studies = [entry["study"]] if "study" in entry else []
        labelling.file_paper(finding=finding, headings=[headings[entry["heading"]]], studies=studies, by=None)
        services.decide(finding=finding, deed="keep", by=None)
        services.decide(finding=finding, deed="release", by=None)
    learn_soon(topic, after=SECONDS_TO_HARVEST)


def _take_patents_in(topic: Topic) -> None:
    """Take a table in as 智慧芽 gives it, and draft a report of it."""
    data = (files.DATA / "patents.csv").read_bytes()
    made = patents.import_patents(topic=topic, title="流感专利", data=data, name="专利导出-流感.csv", by=None)
    patents.make_report(patents=made, title="流感检测与用药专利分析", by=None)


def _take_papers_in(topic: Topic, papers: list[dict[str, object]]) -> None:
    data = write_ris(_article(each) for each in papers).encode()
    services.import_file(
        library=topic.library, data=data, name=f"知网导出-{topic.name}.ris", topic=topic, by=None
    )
    let_through = {str(each["title"]) for each in papers if each["released"]}
    for finding in topic.findings.select_related("publication").order_by("pk"):
        title = finding.publication.title
        if title in let_through:
            # Of the doubtful pair one is let through, the other waits for a person.
            let_through.discard(title)
            services.decide(finding=finding, deed="keep", by=None)
            services.decide(finding=finding, deed="release", by=None)


def _article(paper: dict[str, object]) -> Article:
    authors = paper["authors"] if isinstance(paper["authors"], list) else []
    return Article(
        title=str(paper["title"]),
        authors=tuple(Author(name=str(each)) for each in authors),
        journal=str(paper["journal"]),
        year=int(str(paper["year"])),
        volume=str(paper["volume"]),
        issue=str(paper["issue"]),
        pages=str(paper["pages"]),
        language="chi",
    )
