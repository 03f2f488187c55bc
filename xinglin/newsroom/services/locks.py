"""Who has an article open: told to the next one who opens it. Saving is guarded by the version all the same."""

from datetime import timedelta

from django.db import transaction

from xinglin.commons import clock
from xinglin.consortium.models import Staff
from xinglin.newsroom.models import Article, EditLock

HELD_FOR = timedelta(minutes=5)


@transaction.atomic
def take(*, article: Article, by: Staff) -> Staff | None:
    """Note that somebody writes; return who else does, or None. Each look renews it for five minutes."""
    now = clock.now()
    lock, created = (
        EditLock.objects.select_for_update(of=("self",))
        .select_related("holder__user")
        .get_or_create(article=article, defaults={"holder": by, "until": now + HELD_FOR})
    )
    if not created and lock.holder_id != by.pk and lock.until > now:
        return lock.holder
    EditLock.objects.filter(pk=lock.pk).update(holder=by, until=now + HELD_FOR)
    return None


@transaction.atomic
def release(*, article: Article, by: Staff | None) -> None:
    """Let an article go after it was saved."""
    EditLock.objects.filter(article=article, holder=by).delete()
