"""The history of things: who did what to them, kept in the transaction that did it."""

from collections.abc import Mapping

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models

from xinglin.commons import clock
from xinglin.commons.models import HistoryEntry

Actor = AbstractBaseUser | AnonymousUser | str | None


def subject_of(thing: models.Model) -> str:
    """Return the name under which the history of a row is kept."""
    return f"{thing._meta.label_lower}:{thing.pk}"


def record(
    thing: models.Model,
    deed: str,
    *,
    by: Actor = None,
    changes: Mapping[str, object] | None = None,
    reason: str = "",
) -> HistoryEntry:
    """Write down one deed. ``by`` is a staff account, or a name for what acts on its own ("导入")."""
    user = by if isinstance(by, AbstractBaseUser) else None
    name = by if isinstance(by, str) else (user.get_username() if user else "")
    if user is not None:
        name = str(getattr(user, "first_name", "")) or name
    return HistoryEntry.objects.create(
        at=clock.now(),
        actor_id=user.pk if user else None,
        actor_name=name,
        subject=subject_of(thing),
        deed=deed,
        changes=_plain(changes or {}),
        reason=reason,
    )


def history_of(thing: models.Model) -> models.QuerySet[HistoryEntry]:
    """Return the history of a row, newest first."""
    return HistoryEntry.objects.filter(subject=subject_of(thing)).select_related("actor")


def _plain(changes: Mapping[str, object]) -> dict[str, object]:
    return {name: _plain_value(value) for name, value in changes.items()}


def _plain_value(value: object) -> object:
    if isinstance(value, (bool, int, float, str, type(None))):
        return value
    if isinstance(value, Mapping):
        return _plain(value)
    if isinstance(value, (list, tuple)):
        return [_plain_value(each) for each in value]
    return str(value)
