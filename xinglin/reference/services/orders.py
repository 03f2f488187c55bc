"""From the client's draft to the two persons who work on it."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.patrons.models import Patron
from xinglin.patrons.models.patrons import Right
from xinglin.reference.authors import same_author
from xinglin.reference.errors import (
    MayNotOrder,
    NotIndependent,
    NotQualified,
    OrderMoveNotPossible,
    OrderUnfit,
    SamePersonReviews,
)
from xinglin.reference.events import OrderQuoted, OrderSentBack, OrderSubmitted
from xinglin.reference.lifecycle import State
from xinglin.reference.models import Order, OrderKind, Skill
from xinglin.reference.queries import MANAGE, qualified
from xinglin.reference.services.moving import for_client, for_staff, locked, move

PREFIX = {OrderKind.NOVELTY: "CX", OrderKind.CITATION: "CY"}
MOST_POINTS = 10
MOST_WORDS = 60


class Entry(TypedDict, total=False):
    """What a client says of an order."""

    client_unit: str
    client_phone: str
    client_email: str
    title: str
    title_foreign: str
    purpose: str
    scope: str
    content: str
    points: Sequence[str]
    keywords: Sequence[str]
    members: Sequence[str]
    self_rule: str
    wanted_by: date | None


@transaction.atomic
def draft(*, kind: OrderKind, library: Library, patron: Patron | None, by: Staff | None = None,
          client_name: str = "", **entry: Unpack[Entry]) -> Order:  # fmt: skip
    """Begin an order: a reader's own, or one that a librarian takes down for somebody at the desk.

    Raises ``MayNotOrder`` for a reader whose category does not include it, ``OrderUnfit``.
    """
    if patron is None:
        access.require(by, MANAGE, library.pk)
    elif not patron.category.may(Right.NOVELTY_SEARCH):
        raise MayNotOrder(
            _("%(category)s不能委托查新查引；需要时请到%(library)s服务台办理。"),
            category=patron.category.name, library=library.label,
        )  # fmt: skip
    order = Order(
        number=_next_number(kind),
        kind=kind,
        library=library,
        patron=patron,
        client_name=patron.name if patron else client_name,
    )
    _say(order, entry)
    order.save()
    history.record(order, "draft", by=by.user if by else order.client_name)
    return order


@transaction.atomic
def amend(*, order: Order, patron: Patron, **entry: Unpack[Entry]) -> Order:
    """Change a draft. Raises ``OrderMoveNotPossible`` once it was submitted, ``OrderUnfit``."""
    kept = for_client(order, patron)
    if kept.state != State.DRAFT:
        raise OrderMoveNotPossible(
            _("委托 %(number)s 已提交，内容不能再改；有变动请联系受理馆。"), number=kept.number
        )
    _say(kept, entry)
    kept.version += 1
    kept.save()
    return kept


@transaction.atomic
def submit(*, order: Order, patron: Patron | None, by: Staff | None = None) -> Order:
    """Hand an order in. Raises ``OrderUnfit`` with everything that is still missing."""
    kept = for_client(order, patron) if patron else for_staff(order, MANAGE, by)
    absent = _missing(kept)
    if absent:
        raise OrderUnfit(_("还缺：%(absent)s。补齐后再提交。"), absent="、".join(absent))
    kept.submitted_at = clock.now()
    move(kept, "submit_order", by=patron or by)
    announce(OrderSubmitted(order_id=kept.pk))
    return kept


@transaction.atomic
def quote(
    *, order: Order, fee_fen: int, promised_on: date, contract_number: str = "", by: Staff | None
) -> Order:
    """Take an order on at a fee and for a day, which the client has yet to agree to.

    Raises ``OrderUnfit`` for a day in the past.
    """
    kept = for_staff(order, MANAGE, by)
    if promised_on < clock.today():
        raise OrderUnfit(_("约定完成日 %(day)s 已经过去；请改成今天或以后。"), day=promised_on)
    kept.fee_fen, kept.promised_on = fee_fen, promised_on
    kept.contract_number = contract_number.strip() or kept.contract_number or f"HT-{kept.number}"
    changes = {"fee_fen": fee_fen, "promised_on": promised_on, "contract_number": kept.contract_number}
    move(kept, "quote", by=by, changes=changes)
    announce(OrderQuoted(order_id=kept.pk))
    return kept


@transaction.atomic
def send_back(*, order: Order, reason: str, by: Staff | None) -> Order:
    """Give an order back to its client, with what has to be added. Raises ``OrderUnfit`` without a reason."""
    kept = for_staff(order, MANAGE, by)
    move(kept, "send_back", by=by, reason=_reason(reason))
    announce(OrderSentBack(order_id=kept.pk))
    return kept


@transaction.atomic
def agree(*, order: Order, patron: Patron | None, by: Staff | None = None) -> Order:
    """Agree to fee and day: the contract stands. For a client at the desk a librarian notes the signature."""
    kept = for_client(order, patron) if patron else for_staff(order, MANAGE, by)
    kept.agreed_at = clock.now()
    move(kept, "agree", by=patron or by, changes={"contract_number": kept.contract_number})
    return kept


@transaction.atomic
def assign(*, order: Order, searcher: Staff, reviewer: Staff, by: Staff | None) -> Order:
    """Name who searches and who reviews: two persons, qualified today, neither of them of the project.

    Source: GB/T 32003-2015 (independence; the reviewer is not the searcher).
    Raises ``SamePersonReviews``, ``NotQualified``, ``NotIndependent``.
    """
    kept = for_staff(order, MANAGE, by)
    if searcher.pk == reviewer.pk:
        raise SamePersonReviews(
            _("查新员和审核员不能是同一个人（%(name)s）；请另选一位。"), name=searcher.name
        )
    for person, skill in ((searcher, Skill.SEARCHER), (reviewer, Skill.REVIEWER)):
        if not qualified(skill, library=kept.library).filter(pk=person.pk).exists():
            raise NotQualified(
                _("%(name)s 没有登记有效的%(skill)s资格；请先在“查新资格”里登记，或另选一位。"),
                name=person.name, skill=skill.label,
            )  # fmt: skip
        if any(same_author(person.name, member) for member in [*kept.members, kept.client_name]):
            raise NotIndependent(
                _("%(name)s 与项目组成员同名，不能参与本项目的查新；请另选一位。"), name=person.name
            )
    kept.searcher, kept.reviewer = searcher, reviewer
    move(kept, "assign", by=by, changes={"searcher": searcher.name, "reviewer": reviewer.name})
    return kept


@transaction.atomic
def withdraw(*, order: Order, reason: str, patron: Patron | None = None, by: Staff | None = None) -> Order:
    """End an order before its report is under review, by either side and with a reason."""
    kept = for_client(order, patron) if patron else for_staff(order, MANAGE, by)
    kept.closed_at = clock.now()
    move(kept, "withdraw_order", by=patron or by, reason=_reason(reason))
    return kept


def forget(*, patron_id: int) -> None:
    """Part the orders of an erased reader from the person; the archive keeps the contract without a way to call.

    Drafts, which bind nobody, are deleted.
    """
    theirs = Order.objects.filter(patron=patron_id)
    theirs.filter(state=State.DRAFT, submitted_at=None).delete()
    for order in theirs:
        kept = locked(order)
        kept.patron, kept.client_phone, kept.client_email = None, "", ""
        kept.save(update_fields=["patron", "client_phone", "client_email"])


def _next_number(kind: OrderKind) -> str:
    """Return the next number of the year. The lock keeps two clients from being given the same one."""
    year, prefix = clock.today().year, PREFIX[kind]
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"reference.number.{prefix}{year}"])
    last = Order.objects.filter(number__startswith=f"{prefix}{year}-").order_by("-number").first()
    return f"{prefix}{year}-{int(last.number.rpartition('-')[2]) + 1 if last else 1:05d}"


def _missing(order: Order) -> list[str]:
    wanted: list[tuple[object, object]] = [(order.client_name, _("委托人")), (order.title, _("项目名称"))]
    if order.kind == OrderKind.NOVELTY:
        wanted += [
            (order.content.strip(), _("科学技术要点")),
            (order.points, _("查新点（至少一条）")),
            (order.members, _("项目组成员")),
        ]
    else:
        wanted += [(order.members, _("作者姓名")), (order.content.strip(), _("论文清单"))]
    return [str(name) for value, name in wanted if not value]


def _say(order: Order, entry: Entry) -> None:
    for name, value in entry.items():
        if isinstance(value, (list, tuple)):
            value = [str(each).strip() for each in value if str(each).strip()]
        setattr(order, name, value)
    if len(order.points) > MOST_POINTS or any(len(point) > 500 for point in order.points):
        raise OrderUnfit(_("查新点最多 %(most)d 条，每条最多 500 字。"), most=MOST_POINTS)
    if len(order.keywords) > MOST_WORDS or len(order.members) > MOST_WORDS:
        raise OrderUnfit(_("检索词和成员各最多 %(most)d 个。"), most=MOST_WORDS)
    try:
        order.full_clean(exclude=["title"] if not order.title else [], validate_constraints=False)
    except ValidationError as error:
        said = "；".join(
            f"{Order._meta.get_field(field).verbose_name}：{''.join(why)}"  # type: ignore[union-attr]
            for field, why in error.message_dict.items()
        )
        raise OrderUnfit(_("委托内容有误：%(why)s"), why=said) from None


def _reason(text: str) -> str:
    if not text.strip():
        raise OrderUnfit(_("请写明原因，对方会看到。"))
    return text.strip()
