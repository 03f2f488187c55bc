"""The policy's rows: terms, copyright limits, licences, and who works at a desk."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.delivery import queries
from xinglin.delivery.errors import HandlerUnfit, PolicyUnfit
from xinglin.delivery.models import (
    CopyrightLimit,
    Counting,
    Handler,
    LicensedSource,
    Onward,
    ServiceTerms,
    Skill,
    Unit,
    Urgency,
)
from xinglin.delivery.models.policy import Over
from xinglin.delivery.services.locking import actor
from xinglin.eresources.models import Database

CHANGE = "delivery.change_policy"


@dataclass(frozen=True, kw_only=True)
class TermsFile:
    """What a library promises for a class, and what it charges."""

    minutes: int
    take_minutes: int
    counting: Counting
    fee_fen: int = 0
    page_fee_fen: int = 0


@transaction.atomic
def set_terms(
    *, library: Library | None, urgency: Urgency, file: TermsFile, by: Staff | None
) -> ServiceTerms:
    """Write down how soon a class is done at a library, or everywhere; from the next request on.

    Raises ``PolicyUnfit``, ``NotAllowed``.
    """
    access.require(by, CHANGE, library.pk if library else None)
    if not 1 <= file.take_minutes <= file.minutes:
        raise PolicyUnfit(_("受理时限要在 1 分钟到完成时限之间。"))
    terms, _made = ServiceTerms.objects.update_or_create(
        library=library,
        urgency=urgency,
        defaults={
            "minutes": file.minutes,
            "take_minutes": file.take_minutes,
            "counting": file.counting,
            "fee_fen": file.fee_fen,
            "page_fee_fen": file.page_fee_fen,
        },
    )
    history.record(terms, "change", by=actor(by), changes=vars(file))
    return terms


@transaction.atomic
def add_limit(*, limit: CopyrightLimit, by: Staff | None) -> CopyrightLimit:
    """Put a copyright limit into force for the consortium. Raises ``PolicyUnfit``, ``NotAllowed``."""
    access.require(by, CHANGE, None)
    if limit.unit == Unit.PERCENT and limit.over != Over.BOOK:
        raise PolicyUnfit(_("百分比只能按同一本书计。"))
    if not limit.advice.strip():
        raise PolicyUnfit(_("请写明超限时馆员该怎么办，如联系版权方或走付费渠道。"))
    limit.pk, limit.since, limit.retired_at = None, clock.now(), None
    limit.save()
    history.record(limit, "add", by=actor(by), changes={"name": limit.name, "most": limit.most})
    return limit


@transaction.atomic
def retire_limit(*, limit: CopyrightLimit, by: Staff | None, reason: str) -> None:
    """Take a limit out of force; what it counted stays. Raises ``NotAllowed``."""
    access.require(by, CHANGE, None)
    limit = CopyrightLimit.objects.select_for_update().get(pk=limit.pk)
    if limit.retired_at is None:
        limit.retired_at = clock.now()
        limit.save(update_fields=["retired_at"])
        history.record(limit, "end_rule", by=actor(by), reason=reason)


@dataclass(frozen=True, kw_only=True)
class SourceFile:
    """What a database holds, and what its licence lets us pass on."""

    title: str = ""
    issn: str = ""
    doi_prefix: str = ""
    from_year: int | None = None
    to_year: int | None = None
    onward: Onward = Onward.NO
    without_limits: bool = False


@transaction.atomic
def add_source(*, database: Database, file: SourceFile, by: Staff | None) -> LicensedSource:
    """Write down that a database holds a journal or the works of a DOI prefix; amends the row that is there.

    Raises ``PolicyUnfit``, ``NotAllowed``.
    """
    access.require(by, CHANGE, database.keeper_id)
    if not file.issn and not file.doi_prefix:
        raise PolicyUnfit(_("请填 ISSN 或 DOI 前缀，否则无法核对。"))
    if file.from_year and file.to_year and file.to_year < file.from_year:
        raise PolicyUnfit(_("止年早于起年。"))
    source, _made = LicensedSource.objects.update_or_create(
        database=database,
        issn=file.issn.strip().upper(),
        doi_prefix=file.doi_prefix.strip().lower(),
        from_year=file.from_year,
        defaults={
            "title": file.title.strip(),
            "to_year": file.to_year,
            "onward": file.onward,
            "without_limits": file.without_limits,
        },
    )
    history.record(source, "add", by=actor(by), changes=vars(file))
    return source


@transaction.atomic
def end_source(*, source: LicensedSource, by: Staff | None) -> None:
    """Strike a row of the licence list. Raises ``NotAllowed``."""
    access.require(by, CHANGE, source.database.keeper_id)
    history.record(source, "remove", by=actor(by), changes={"title": str(source)})
    source.delete()


@transaction.atomic
def put_handler(
    *, staff: Staff, library: Library, skills: list[Skill], most_open: int, by: Staff | None
) -> Handler:
    """Put somebody on the desk of a library, or change what they are good at and how much they take.

    Raises ``HandlerUnfit``, ``NotAllowed``.
    """
    access.require(by, CHANGE, library.pk)
    if not staff.active or library.pk not in access.libraries_of(staff, queries.HANDLE):
        raise HandlerUnfit(
            _("%(name)s 不能处理%(library)s的申请；请选择有权限的在职馆员。"),
            name=str(staff),
            library=library.label,
        )
    if most_open < 1:
        raise HandlerUnfit(_("最多同时处理数至少为 1。"))
    handler, _made = Handler.objects.update_or_create(
        staff=staff,
        library=library,
        defaults={"skills": [each.value for each in skills], "most_open": most_open, "active": True},
    )
    history.record(
        handler, "appoint", by=actor(by), changes={"skills": handler.skill_words, "most_open": most_open}
    )
    return handler


@transaction.atomic
def amend_handler(*, handler: Handler, active: bool, by: Staff | None) -> Handler:
    """Take somebody off the desk for a while, or back; their open requests stay theirs. Raises ``NotAllowed``."""
    access.require(by, CHANGE, handler.library_id)
    handler = Handler.objects.select_for_update(of=("self",)).get(pk=handler.pk)
    handler.active = active
    handler.save(update_fields=["active"])
    if active:
        history.record(handler, "switch on", by=actor(by))
    else:
        history.record(handler, "switch off", by=actor(by))
    return handler
