"""Databases: their entries, who may use them, favourites and visits."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.eresources.errors import (
    DatabaseChangedMeanwhile,
    DatabaseCodeTaken,
    DatabaseDeedNotPossible,
    DatabaseUnfit,
)
from xinglin.eresources.lifecycle import DEEDS, MOVES, State
from xinglin.eresources.models import (
    ContentType,
    DailyVisits,
    Database,
    Entitlement,
    Favourite,
    Kind,
    Language,
)
from xinglin.eresources.queries import CHANGE
from xinglin.patrons.models import Patron

MOST_SUBJECTS = 30


class Entry(TypedDict, total=False):
    """What may be said of a database besides its code and its keeper."""

    name: str
    other_name: str
    provider: str
    kind: str
    types: Sequence[str]
    subjects: Sequence[str]
    languages: Sequence[str]
    description: str
    guide: str
    url: str
    url_outside: str
    access_in_house: str
    access_outside: str
    video_url: str
    trial_until: date | None


@transaction.atomic
def add_database(*, code: str, keeper: Library, by: Staff | None, **entry: Unpack[Entry]) -> Database:
    """Add a database, kept by a library. Nobody may use it until libraries are entitled, unless it is open.

    Raises ``DatabaseCodeTaken``, ``DatabaseUnfit``.
    """
    access.require(by, CHANGE, keeper.pk)
    if Database.objects.filter(code=code).exists():
        raise DatabaseCodeTaken(_("已有代码为「%(code)s」的数据库；请换一个代码。"), code=code)
    database = Database(code=code, keeper=keeper)
    _say(database, entry)
    database.save()
    history.record(database, "add", by=by.user if by else None, changes={"code": code, "name": database.name})
    return database


@transaction.atomic
def amend_database(*, database: Database, version: int, by: Staff | None, **entry: Unpack[Entry]) -> Database:
    """Change what is said of a database. Raises ``DatabaseChangedMeanwhile``, ``DatabaseUnfit``."""
    kept = locked_database(database, by)
    if kept.version != version:
        raise DatabaseChangedMeanwhile(
            _("您打开后，「%(name)s」已被别人改到第 %(now)d 版（您看到的是第 %(seen)d 版）；请重新打开后再改。"),
            name=kept.name, now=kept.version, seen=version,
        )  # fmt: skip
    before = {name: getattr(kept, name) for name in entry}
    _say(kept, entry)
    changes = {
        name: [_told(before[name]), _told(getattr(kept, name))]
        for name in entry
        if before[name] != getattr(kept, name)
    }
    if changes:
        kept.version += 1
        kept.save()
        history.record(kept, "amend", by=by.user if by else None, changes=changes)
    return kept


@transaction.atomic
def hide_database(*, database: Database, by: Staff | None) -> Database:
    """Take a database out of readers' sight. Raises ``DatabaseDeedNotPossible``."""
    return _move(database, "hide", by)


@transaction.atomic
def show_database(*, database: Database, by: Staff | None) -> Database:
    """Show a database to readers again. Raises ``DatabaseDeedNotPossible``."""
    return _move(database, "show", by)


@transaction.atomic
def entitle(
    *,
    database: Database,
    libraries: Sequence[Library],
    since: date | None = None,
    until: date | None = None,
    by: Staff | None,
) -> None:
    """Let the readers of libraries use a database; for a library that already may, the days are replaced.

    Only its keeper may do so: the keeper answers for the licence. Raises ``DatabaseUnfit``.
    """
    kept = locked_database(database, by)
    if since and until and until < since:
        raise DatabaseUnfit(
            _("使用权的结束日 %(until)s 早于开始日 %(since)s；请改正。"), since=since, until=until
        )
    for library in libraries:
        Entitlement.objects.update_or_create(
            database=kept, library=library, defaults={"since": since, "until": until}
        )
    codes = [library.code for library in libraries]
    history.record(
        kept,
        "entitle",
        by=by.user if by else None,
        changes={"libraries": codes, "since": since, "until": until},
    )


@transaction.atomic
def end_entitlement(*, database: Database, library: Library, by: Staff | None) -> None:
    """Take the use of a database from the readers of a library, at once."""
    kept = locked_database(database, by)
    ended, _rows = Entitlement.objects.filter(database=kept, library=library).delete()
    if ended:
        history.record(kept, "end_entitlement", by=by.user if by else None, changes={"library": library.code})


@transaction.atomic
def mark_favourite(*, database: Database, patron: Patron) -> None:
    """Keep a database at hand for a reader; to do it twice changes nothing."""
    Favourite.objects.get_or_create(database=database, patron=patron)


@transaction.atomic
def drop_favourite(*, database: Database, patron: Patron) -> None:
    """Put a favourite back among the others."""
    Favourite.objects.filter(database=database, patron=patron).delete()


@transaction.atomic
def count_visit(*, database: Database, library: Library | None, in_house: bool) -> None:
    """Count one opening of a database; of the reader nothing is kept but the library."""
    side = "in_house" if in_house else "outside"
    today = DailyVisits.objects.filter(database=database, library=library, day=clock.today())
    if today.update(**{side: F(side) + 1}):
        return
    _row, created = DailyVisits.objects.get_or_create(
        database=database, library=library, day=clock.today(), defaults={side: 1}
    )
    if not created:
        today.update(**{side: F(side) + 1})


def locked_database(database: Database, by: Staff | None) -> Database:
    kept = Database.objects.select_for_update().get(pk=database.pk)
    access.require(by, CHANGE, kept.keeper_id)
    return kept


def _move(database: Database, deed: str, by: Staff | None) -> Database:
    kept = locked_database(database, by)
    move = MOVES.get((State(kept.state), deed))
    if move is None:
        raise DatabaseDeedNotPossible(
            _("「%(name)s」现在是“%(state)s”，不能%(deed)s；请刷新页面后再看。"),
            name=kept.name,
            state=kept.get_state_display(),
            deed=DEEDS[deed],
        )
    kept.state = move[0]
    kept.version += 1
    kept.save(update_fields=["state", "version"])
    history.record(kept, deed, by=by.user if by else None)
    return kept


def _say(database: Database, entry: Entry) -> None:
    """Put an entry into a row, or refuse what cannot be."""
    for name, value in entry.items():
        setattr(database, name, list(value) if isinstance(value, (list, tuple)) else value)
    _refuse_unknown(_("类型"), database.types, set(ContentType.values))
    _refuse_unknown(_("语种"), database.languages, set(Language.values))
    if len(database.subjects) > MOST_SUBJECTS or any(len(subject) > 40 for subject in database.subjects):
        raise DatabaseUnfit(_("学科最多 %(most)d 个，每个最多 40 字。"), most=MOST_SUBJECTS)
    if database.kind == Kind.TRIAL and database.trial_until is None:
        raise DatabaseUnfit(_("试用的数据库要写明试用到哪一天。"))
    if database.kind != Kind.TRIAL:
        database.trial_until = None
    try:
        database.full_clean(exclude=["name_key"], validate_constraints=False)
    except ValidationError as error:
        said = "；".join(
            f"{Database._meta.get_field(field).verbose_name}：{''.join(why)}"  # type: ignore[union-attr]
            for field, why in error.message_dict.items()
        )
        raise DatabaseUnfit(_("数据库资料有误：%(why)s"), why=said) from None


def _told(value: object) -> object:
    """Return a value as the history keeps it: JSON knows no days."""
    return value.isoformat() if isinstance(value, date) else value


def _refuse_unknown(what: object, given: list[str], known: set[str]) -> None:
    unknown = [each for each in given if each not in known]
    if unknown:
        raise DatabaseUnfit(
            _("%(what)s「%(unknown)s」不认识；可用的有：%(known)s。"),
            what=what, unknown="、".join(unknown), known="、".join(sorted(known)),
        )  # fmt: skip
