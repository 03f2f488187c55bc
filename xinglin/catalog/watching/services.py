"""The deeds of kept searches."""

import hashlib
import json

from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.catalog.asking import Asked
from xinglin.catalog.watching.errors import NothingToSave, SavedSearchUnknown, TooManySavedSearches
from xinglin.catalog.watching.models import SavedSearch
from xinglin.catalog.watching.naming import name_of
from xinglin.commons import clock
from xinglin.commons.text import plain, shortened
from xinglin.patrons.models import Patron

MOST = 30


@transaction.atomic
def save_search(*, patron: Patron, asked: Asked, name: str = "", is_watched: bool = True) -> SavedSearch:
    """Keep a search; the same one twice is one, and may be named or watched anew.

    Raises ``NothingToSave``, ``TooManySavedSearches``.
    """
    if not asked.values.keys() - {"shelf", "at"}:
        raise NothingToSave(_("请先输入检索词，或选一个分类、主题，再保存。"))
    Patron.objects.select_for_update(no_key=True).get(pk=patron.pk)
    values = dict(sorted(asked.values.items()))
    key = hashlib.sha256(json.dumps(values).encode()).hexdigest()
    chosen = shortened(plain(name).strip() or name_of(asked), characters=100)
    kept = SavedSearch.objects.filter(patron=patron, key=key).first()
    if kept is not None:
        kept.name, kept.is_watched = chosen, is_watched
        kept.save(update_fields=["name", "is_watched"])
        return kept
    held = SavedSearch.objects.filter(patron=patron).count()
    if held >= MOST:
        raise TooManySavedSearches(
            _("您已保存 %(held)d 个检索，最多 %(most)d 个；请先删掉不用的。"), held=held, most=MOST
        )
    now = clock.now()
    return SavedSearch.objects.create(
        patron=patron,
        name=chosen,
        values=values,
        key=key,
        is_watched=is_watched,
        told_until=now,
        saved_at=now,
    )


@transaction.atomic
def watch(*, patron: Patron, pk: int, is_watched: bool) -> SavedSearch:
    """Be told of news in a kept search, or no longer. Raises ``SavedSearchUnknown``."""
    kept = _own(patron, pk)
    if is_watched and not kept.is_watched:
        kept.told_until = clock.now()
    kept.is_watched = is_watched
    kept.save(update_fields=["is_watched", "told_until"])
    return kept


@transaction.atomic
def drop_search(*, patron: Patron, pk: int) -> None:
    """Keep a search no longer. Raises ``SavedSearchUnknown``."""
    _own(patron, pk).delete()


@transaction.atomic
def forget_searches_of(*, patron_id: int) -> None:
    """Drop all that an erased reader kept."""
    SavedSearch.objects.filter(patron=patron_id).delete()


@transaction.atomic
def stop_watching_for(*, patron_id: int) -> None:
    """Tell nothing more to a reader who left."""
    SavedSearch.objects.filter(patron=patron_id, is_watched=True).update(is_watched=False)


def _own(patron: Patron, pk: int) -> SavedSearch:
    kept = SavedSearch.objects.select_for_update().filter(patron=patron, pk=pk).first()
    if kept is None:
        raise SavedSearchUnknown(_("没有这个保存的检索，可能已经删除；请刷新后再看。"))
    return kept
