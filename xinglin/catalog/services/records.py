"""Changes to bibliographic records. The description belongs to every library that holds the work."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.changelog import log_changes
from xinglin.catalog.description import Description, Native, put_into
from xinglin.catalog.errors import (
    ControlNumberTaken,
    RecordChangedMeanwhile,
    RecordStillHeld,
    RecordUnknown,
    SharedRecord,
    TitleMissing,
)
from xinglin.catalog.events import RecordAdded, RecordChanged, RecordDeleted
from xinglin.catalog.models import Record, RecordState
from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.commons.errors import NotAllowed
from xinglin.consortium import access
from xinglin.consortium.models import Staff


@transaction.atomic
def add_record(*, description: Description, native: Native | None = None, by: Staff | None) -> Record:
    """Add a record to the catalogue. ``by`` is None when the house itself acts.

    Raises ``TitleMissing``, ``ControlNumberTaken``, ``NotAllowed``.
    """
    _require_cataloguer(by, "catalog.add_record")
    _require_title(description)
    record = Record(added_at=clock.now(), updated_at=clock.now())
    put_into(record, description, native)
    save_record(record)
    log_changes([record.pk])
    history.record(record, "add", by=by.user if by else None)
    announce(RecordAdded(record_id=record.pk))
    return record


@transaction.atomic
def amend_record(
    *, record: Record, version: int, description: Description, native: Native | None = None, by: Staff | None
) -> Record:
    """Replace what is said about a work. ``version`` is the one the person had before their eyes.

    The row is locked and compared, so of two cataloguers who save the same record the second is told
    and nothing is overwritten.

    Raises ``RecordChangedMeanwhile``, ``SharedRecord``, ``TitleMissing``, ``ControlNumberTaken``.
    """
    _require_title(description)
    current = _locked(record)
    require_may_amend(by, current)
    if current.version != version:
        raise RecordChangedMeanwhile(
            _("您打开后，《%(title)s》已被别人改到第 %(now)d 版（您看到的是第 %(seen)d 版）；请重新打开后再改。"),
            title=current.title, now=current.version, seen=version,
        )  # fmt: skip
    before = {name: getattr(current, name) for name in _SHOWN_IN_HISTORY}
    put_into(current, description, native)
    current.version += 1
    current.updated_at = clock.now()
    save_record(current)
    log_changes([current.pk])
    changes = {
        name: [before[name], getattr(current, name)]
        for name in _SHOWN_IN_HISTORY
        if before[name] != getattr(current, name)
    }
    history.record(current, "amend", by=by.user if by else None, changes=changes)
    announce(RecordChanged(record_id=current.pk))
    return current


@transaction.atomic
def delete_record(*, record: Record, by: Staff | None, reason: str = "") -> None:
    """Take a record out of the catalogue; its row stays, so that harvesters hear of it.

    Raises ``RecordStillHeld`` while a library has a holding of it.
    """
    current = _locked(record)
    require_may_amend(by, current)
    held = current.holdings.count()
    if held:
        raise RecordStillHeld(
            _("《%(title)s》还有 %(held)d 处馆藏，不能删除；请先剔除单册并删除馆藏。"),
            title=current.title,
            held=held,
        )
    current.state = RecordState.DELETED
    current.version += 1
    current.updated_at = clock.now()
    current.save(update_fields=["state", "version", "updated_at"])
    log_changes([current.pk])
    history.record(current, "delete", by=by.user if by else None, reason=reason)
    announce(RecordDeleted(record_id=current.pk))


def require_may_amend(by: Staff | None, record: Record) -> None:
    """Let someone change a description only when every library that holds the work is theirs to catalogue for.

    Raises ``NotAllowed`` for who is no cataloguer, ``SharedRecord`` naming the others.
    """
    if by is None or access.has_whole_consortium(by, "catalog.change_record"):
        return
    _require_cataloguer(by, "catalog.change_record")
    mine = access.libraries_of(by, "catalog.change_record")
    others = record.holdings.exclude(library__in=mine).values_list("library__name", flat=True).distinct()
    names = list(others.order_by("library__name"))
    if names:
        raise SharedRecord(
            _("《%(title)s》也是 %(names)s 的馆藏，书目由总馆统一修改；请向总馆编目提出修改建议。"),
            title=record.title, names="、".join(names),
        )  # fmt: skip


def _require_cataloguer(by: Staff | None, permission: str) -> None:
    if by is not None and not access.may_anywhere(by, permission):
        raise NotAllowed(_("您没有编目权限；请联系本馆的系统管理员。"))


_SHOWN_IN_HISTORY = ("title", "responsibility", "publisher", "year", "isbns", "classes", "subjects")


def _require_title(description: Description) -> None:
    if not description.title.strip():
        raise TitleMissing(_("书目没有题名；请至少填写题名。"))


def _locked(record: Record) -> Record:
    current = Record.objects.select_for_update().filter(pk=record.pk, state=RecordState.ACTIVE).first()
    if current is None:
        raise RecordUnknown(_("这条书目已被删除或合并；请重新检索。"))
    return current


def save_record(record: Record) -> None:
    """Save a row whose control number may be taken. Raises ``ControlNumberTaken``."""
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError as error:
        if "one_active_record_of_a_control_number" not in str(error):
            raise
        raise ControlNumberTaken(
            _("来源机构 %(agency)s 的控制号 %(number)s 已有一条书目；请先查重。"),
            agency=record.agency, number=record.control_number,
        ) from None  # fmt: skip
