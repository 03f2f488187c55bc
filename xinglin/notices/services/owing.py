"""Owing a notice to a reader, and what the reader does with their list."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app

from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.notices.kinds import kind_of
from xinglin.notices.lifecycle import State
from xinglin.notices.models import Notice
from xinglin.notices.services.delivering import DELIVER
from xinglin.patrons.models import Patron


@transaction.atomic
def owe(
    *,
    patron: Patron,
    kind: str,
    key: str,
    title: str,
    text: str,
    link: str = "",
    fields: Mapping[str, object] | None = None,
    library: Library | None = None,
    not_before: datetime | None = None,
    urgent: bool = False,
) -> Notice:
    """Owe a reader a notice; what was owed already under this key is returned as it stands.

    It is told after the commit of the caller's transaction, over the best way that is open, outside the quiet
    hours where the kind may wait. ``urgent`` does not wait. ``link`` is a path of ours.

    Raises ``KindUnknown``.
    """
    kind_of(kind)
    now = clock.now()
    due_at = max(now, not_before) if not_before else now
    known = Notice.objects.filter(patron=patron, kind=kind, key=key).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            notice = Notice.objects.create(
                patron=patron,
                library=library or patron.home_library,
                kind=kind,
                key=key,
                title=_shortened(title),
                text=text,
                link=link,
                fields={name: str(value) for name, value in (fields or {}).items()},
                urgent=urgent,
                owed_at=now,
                due_at=due_at,
            )
    except IntegrityError:  # somebody owed the same at the same moment
        return Notice.objects.get(patron=patron, kind=kind, key=key)
    if due_at <= now:
        app.configure_task(DELIVER, queue="notices", lock=f"notice-reader-{patron.pk}").defer(
            notice_id=notice.pk
        )
    return notice


def _shortened(title: str) -> str:
    most = Notice._meta.get_field("title").max_length or 0
    return title if len(title) <= most else title[: most - 1] + "…"


@transaction.atomic
def withdraw_owed(*, patron: Patron, kind: str, key: str) -> bool:
    """Take back a notice that is no longer true and not yet told; return whether there was one."""
    changed = Notice.objects.filter(patron=patron, kind=kind, key=key, state=State.WAITING).update(
        state=State.DROPPED, due_at=None
    )
    return changed > 0


@transaction.atomic
def read(*, notice: Notice) -> None:
    """Note that the reader has opened a notice."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=clock.now())


@transaction.atomic
def read_all(*, patron: Patron) -> int:
    """Note that the reader has seen all, and return how many were new."""
    return Notice.objects.filter(patron=patron, read_at=None).update(read_at=clock.now())


@transaction.atomic
def forget_reader(*, patron_id: int) -> None:
    """Delete what was told to a reader whose data is erased."""
    Notice.objects.filter(patron=patron_id).delete()
