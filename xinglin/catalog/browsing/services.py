"""The deeds of reading lists."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.catalog.browsing.errors import ReadingListUnreadable
from xinglin.catalog.browsing.models import ListedBook, ReadingList
from xinglin.catalog.marc import isbn13
from xinglin.catalog.models import Record, RecordState
from xinglin.commons import clock, history
from xinglin.commons.numbers import whole
from xinglin.commons.text import plain
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff

PERMISSION = "catalog.change_item"
MOST_BOOKS = 300
_SHOWN = 5


@transaction.atomic
def save_reading_list(
    *,
    reading_list: ReadingList | None,
    title: str,
    introduction: str,
    library: Library,
    lines: str,
    is_published: bool,
    by: Staff | None,
) -> ReadingList:
    """Make a list, or write one anew: a book a line, "ISBN 或书目号 推荐语".

    Nothing is saved when a line names no book. Raises ``NotAllowed``, ``ReadingListUnreadable``.
    """
    access.require(by, PERMISSION, library.pk)
    now = clock.now()
    if reading_list is None:
        current = ReadingList(library=library, made_at=now)
    else:
        current = ReadingList.objects.select_for_update().get(pk=reading_list.pk)
        access.require(by, PERMISSION, current.library_id)
        current.version += 1
    is_new = current.pk is None
    current.title, current.introduction = plain(title).strip(), plain(introduction).strip()
    current.library, current.is_published, current.changed_at = library, is_published, now
    current.save()
    books = _books(lines)
    current.books.all().delete()
    ListedBook.objects.bulk_create(
        ListedBook(reading_list=current, record=record, place=place, remark=remark)
        for place, (record, remark) in enumerate(books, 1)
    )
    history.record(
        current, "add" if is_new else "amend", by=by.user if by else None, changes={"books": len(books)}
    )
    return current


@transaction.atomic
def delete_reading_list(*, reading_list: ReadingList, by: Staff | None) -> None:
    """Take a list away; the books stay. Raises ``NotAllowed``."""
    access.require(by, PERMISSION, reading_list.library_id)
    history.record(reading_list, "delete", by=by.user if by else None, changes={"title": reading_list.title})
    ReadingList.objects.filter(pk=reading_list.pk).delete()


def lines_of(books: Sequence[ListedBook]) -> str:
    """Return the books of a list as they are typed."""
    return "\n".join(f"{book.record_id} {book.remark}".strip() for book in books)


def _books(lines: str) -> list[tuple[Record, str]]:
    found: dict[int, tuple[Record, str]] = {}
    bad: list[str] = []
    for number, line in enumerate(lines.splitlines(), 1):
        named, _blank, remark = plain(line).strip().partition(" ")
        if not named:
            continue
        records = _named(named)
        if len(records) == 1:
            found.setdefault(records[0].pk, (records[0], remark.strip()[:300]))
        elif records:
            bad.append(
                _("第 %(line)d 行的 %(named)s 有几条书目，请写书目号") % {"line": number, "named": named}
            )
        else:
            bad.append(_("第 %(line)d 行的 %(named)s 目录里没有") % {"line": number, "named": named})
    if bad:
        raise ReadingListUnreadable(
            _("有 %(count)d 行不能保存：%(lines)s。请改好再保存。"),
            count=len(bad),
            lines="；".join(bad[:_SHOWN]),
        )
    if len(found) > MOST_BOOKS:
        raise ReadingListUnreadable(
            _("书单有 %(count)d 种书，最多 %(most)d 种；请分成几个书单。"), count=len(found), most=MOST_BOOKS
        )
    return list(found.values())


def _named(written: str) -> list[Record]:
    active = Record.objects.filter(state=RecordState.ACTIVE).only("pk", "title")
    isbn = isbn13(written)
    if isbn:
        return list(active.filter(isbns__contains=[isbn])[:2])
    if (number := whole(written)) is not None:
        return list(active.filter(pk=number))
    return []
