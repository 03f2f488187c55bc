"""Experts who make pieces together with the newsroom: entered, and what they allow."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as words
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.newsroom.errors import TopicUnfit
from xinglin.newsroom.models import Article, Expert
from xinglin.newsroom.planning.lifecycle import TopicState
from xinglin.newsroom.planning.queries import VIEW
from xinglin.newsroom.planning.services import CHANGE


@dataclass(frozen=True, kw_only=True)
class ExpertFile:
    """What is entered of an expert."""

    name: str
    department: str
    position: str = ""
    field: str = ""
    agreed_on: date | None = None
    agreed_until: date | None = None
    may_repost: bool = False
    rights: str = ""
    active: bool = True


@transaction.atomic
def keep(*, library: Library, file: ExpertFile, by: Staff | None, row: Expert | None = None) -> Expert:
    """Enter an expert, or change one. Raises ``TopicUnfit``."""
    access.require(by, CHANGE, library.pk)
    kept = Expert.objects.select_for_update().get(pk=row.pk) if row else Expert(library=library)
    if not file.name.strip() or not file.department.strip():
        raise TopicUnfit(_("请写专家的姓名和科室。"))
    if file.agreed_until is not None and (file.agreed_on is None or file.agreed_until < file.agreed_on):
        raise TopicUnfit(_("“同意到哪天”要和“本人同意日期”一起写，而且不早于它。"))
    for name in ExpertFile.__dataclass_fields__:
        value = getattr(file, name)
        setattr(kept, name, value.strip() if isinstance(value, str) else value)
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError:
        raise TopicUnfit(_("「%(who)s」已经在专家库里。"), who=str(kept)) from None
    changes = {"name": kept.name, "agreed_on": kept.agreed_on, "agreed_until": kept.agreed_until}
    history.record(kept, "amend" if row else "add", by=by.user if by else None, changes=changes)
    return kept


def experts_visible_to(staff: Staff) -> QuerySet[Expert]:
    """Return the experts of someone's libraries, with how many pieces they made (``made``)."""
    done = Count("topics", filter=Q(topics__state=TopicState.DONE))
    libraries = access.libraries_of(staff, VIEW)
    return Expert.objects.filter(library__in=libraries).select_related("library").annotate(made=done)


def of_article(article: Article) -> QuerySet[Expert]:
    """Return the experts who make an article together with the newsroom."""
    return Expert.objects.filter(topics__article=article)


def unagreed(article: Article) -> list[str]:
    """Return, in words, which experts have not agreed to an article or no longer do."""
    return [
        words("合作专家 %(who)s 没有登记本人同意，或已到期") % {"who": expert}
        for expert in of_article(article)
        if not expert.has_agreed
    ]


def against_elsewhere(article: Article) -> list[str]:
    """Return the names of the experts who have not agreed to other platforms than our own."""
    return [str(expert) for expert in of_article(article).filter(may_repost=False)]


def agreed_now() -> Q:
    """Return the condition that an expert's agreement stands today."""
    today = clock.today()
    return Q(agreed_on__isnull=False) & (Q(agreed_until=None) | Q(agreed_until__gte=today))
