"""What is there already, found before a person works: open, licensed, on our shelves, delivered before."""

from dataclasses import asdict, dataclass, replace

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from xinglin.catalog.marc import title_key
from xinglin.catalog.models import Record, RecordState
from xinglin.catalog.queries import availability_of
from xinglin.catalog.search.numbers import standard_numbers
from xinglin.consortium.models import Library
from xinglin.delivery import queries
from xinglin.delivery.models import DeliveredFile, DocumentKind, DocumentRequest
from xinglin.delivery.works import Work
from xinglin.eresources.coverage import Cover
from xinglin.eresources.models import Database
from xinglin.eresources.queries import issns_of, may_use, titles_covering
from xinglin.literature.identifiers import doi_address
from xinglin.patrons.models import Patron

MOST = 6


@dataclass(frozen=True)
class Copy:
    """One way to the document at once. ``url`` is where it is read or fetched; "" where one has to go there.

    ``enough``: the reader can have the whole document by it, without waiting for anybody.
    """

    kind: str
    words: str
    url: str = ""
    enough: bool = True

    def as_plain(self) -> dict[str, object]:
        return asdict(self)


def copies_of(work: Work, *, patron: Patron | None) -> list[Copy]:
    """Return the ways to a document, those that need nobody first."""
    library, work = patron.home_library if patron else None, _numbered(work)
    found = [*_delivered_before(work, patron), *_open(work), *_licensed(work, library, patron), *_held(work)]
    return found[:MOST]


def _numbered(work: Work) -> Work:
    """Return a document with the ISSN of its journal, or its ISBN, where it is named by the title alone.

    Chinese references have neither. Only a title that names one journal or one book tells its number.
    """
    if work.issn or work.isbn:
        return work
    part_of_book = work.kind == DocumentKind.CHAPTER
    name = work.container or (work.title if part_of_book else "")
    key = title_key(name)[:240]
    if not key:
        return work
    rows = Record.objects.filter(state=RecordState.ACTIVE, title_key=key)
    if part_of_book:
        books = rows.exclude(isbns=[])
        books = books.filter(year=work.year) if work.year else books
        found = list(books.values_list("isbns", flat=True)[:2])
        return replace(work, isbn=max(found[0], key=len)) if len(found) == 1 else work
    journals = list(rows.exclude(issns=[]).values_list("issns", flat=True)[:2])
    issns = journals[0] if len(journals) == 1 else [] if journals else issns_of(name)
    bare = issns[0].replace("-", "") if issns else ""
    return replace(work, issn=f"{bare[:4]}-{bare[4:]}") if len(bare) == 8 else work


def _delivered_before(work: Work, patron: Patron | None) -> list[Copy]:
    if patron is None or not work.key:
        return []
    files = DeliveredFile.objects.filter(
        request__patron=patron, request__work_key=work.key, purged_at=None
    ).order_by("-made_at")
    return [
        Copy("delivered", _("已经给您送过，链接还有效"), reverse("mobile:delivery.read", args=[file.token]))
        for file in files[:1]
        if file.is_readable
    ]


def _open(work: Work) -> list[Copy]:
    if not work.open_url.startswith(("http://", "https://")):
        return []
    return [Copy("open", _("开放获取，可以直接阅读全文"), work.open_url)]


def _licensed(work: Work, library: Library | None, patron: Patron | None) -> list[Copy]:
    """Return the databases that hold it and that this reader may use: by our own entries, and by their lists."""
    ways: dict[int, Copy] = {}
    for source in queries.licences_for(doi=work.doi, issn=work.issn, year=work.year):
        if _may_read(source.database, library, patron):
            ways[source.database_id] = _way(work, source.database, "", whole=True)
    for title, cover in titles_covering(issn=work.issn, isbn=work.isbn, year=work.year):
        database, whole = title.title_list.database, cover == Cover.WHOLE
        before = ways.get(database.pk)
        if before is not None and (before.enough or not whole):
            continue
        if title.is_free and whole:
            said = _("《%(title)s》这一年的全文可以免费读") % {"title": title.title[:60]}
            ways[database.pk] = Copy("open", said, _address(work, title.url, database))
        elif _may_read(database, library, patron):
            ways[database.pk] = _way(work, database, title.url, whole=whole)
    return sorted(ways.values(), key=lambda way: not way.enough)


def _may_read(database: Database, library: Library | None, patron: Patron | None) -> bool:
    return may_use(database, library) or (patron is not None and queries.has_grant(patron, database.pk))


def _way(work: Work, database: Database, url: str, *, whole: bool) -> Copy:
    said = (
        _("本馆已购《%(database)s》收录，可在馆内或按校外访问说明打开")
        if whole
        else _("本馆已购《%(database)s》收录这种刊，但不一定有这一期，请先打开看看")
    )
    return Copy("licensed", said % {"database": database.name}, _address(work, url, database), enough=whole)


def _address(work: Work, url: str, database: Database) -> str:
    if work.doi:
        return doi_address(work.doi)
    return url or reverse("mobile:database", args=[database.code])


def _held(work: Work) -> list[Copy]:
    """Return what stands on the shelves: the book itself, or the journal that the article is in."""
    if work.isbn:
        asked = Q(isbns__overlap=sorted(standard_numbers(work.isbn)))
    elif work.issn:
        asked = Q(issns__overlap=[work.issn, work.issn.replace("-", "")])
    else:
        return []
    records = list(Record.objects.filter(asked, state=RecordState.ACTIVE).only("pk", "title")[:2])
    held = availability_of([record.pk for record in records])
    found = []
    for record in records:
        libraries = [each for each in held.get(record.pk, []) if each.copies]
        if not libraries:
            continue
        names = "、".join(each.library.label for each in libraries[:4])
        said = _("馆藏《%(title)s》：%(libraries)s") % {"title": record.title[:60], "libraries": names}
        loanable = bool(work.isbn) and any(each.loanable for each in libraries)
        found.append(Copy("held", said, reverse("mobile:record", args=[record.pk]), enough=loanable))
    return found


def others_asking(request: DocumentRequest) -> list[DocumentRequest]:
    """Return other requests for the same document: a librarian looks for it once."""
    if not request.work_key:
        return []
    same = DocumentRequest.objects.filter(work_key=request.work_key).exclude(pk=request.pk)
    return list(same.select_related("library", "patron").order_by("-asked_at")[:20])
