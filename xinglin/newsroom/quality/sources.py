"""Texts from elsewhere, collected by hand or by a room above, that articles are compared with."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.newsroom.errors import TermUnfit
from xinglin.newsroom.models import CollectedSource
from xinglin.newsroom.quality.similar import keep_sketch

LEAST = 50


@transaction.atomic
def collect_source(
    *, title: str, text: str, publisher: str = "", url: str = "", library: Library | None, by: Staff | None
) -> CollectedSource:
    """Keep a text to compare with, and its sketch. Raises ``TermUnfit`` for one too short or known already."""
    access.require(by, "newsroom.write_article", library.pk if library else None)
    if len(text.strip()) < LEAST:
        raise TermUnfit(_("正文不到 %(least)d 字，比不出相似；请粘贴全文。"), least=LEAST)
    source = CollectedSource(
        title=title[:200],
        publisher=publisher[:100],
        url=url,
        text=text[:100_000],
        library=library,
        at=clock.now(),
    )
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError:
        raise TermUnfit(_("这个链接已经收过了。")) from None
    keep_sketch(source=source)
    history.record(source, "add", by=by.user if by else None, changes={"title": source.title})
    return source
