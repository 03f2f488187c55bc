"""Orders to vendors: drawn up line by line, placed within rules and budget, cancelled."""

from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.acquisitions import finding, queries
from xinglin.acquisitions.errors import (
    OrderingRuleBroken,
    OrderMoveNotPossible,
    OrderUnfit,
)
from xinglin.acquisitions.lifecycle import ORDER_DEEDS, ORDER_MOVES, OrderState, SuggestionState
from xinglin.acquisitions.models import Fund, OrderLine, PurchaseOrder, Suggestion, Vendor
from xinglin.acquisitions.queries import ORDER
from xinglin.acquisitions.services.funds import locked_fund, require_enough
from xinglin.acquisitions.services.moving import hold_lock, locked, move, next_number
from xinglin.acquisitions.works import Wish, checked
from xinglin.catalog.policy.models import ClassDuty
from xinglin.catalog.search.numbers import class_key, class_path
from xinglin.commons import clock, history
from xinglin.commons.onscreen import yuan_text
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff

MOST_LINES = 500


@transaction.atomic
def begin_order(*, library: Library, vendor: Vendor, note: str = "", by: Staff | None) -> PurchaseOrder:
    """Begin an order. Raises ``OrderUnfit`` for a vendor that is out of use, ``NotAllowed``."""
    access.require(by, ORDER, library.pk)
    if not vendor.active:
        raise OrderUnfit(_("书商 %(name)s 已停用；请另选一家。"), name=vendor.name)
    hold_lock("number.CG")
    head = f"CG{clock.today().year}-"
    last = PurchaseOrder.objects.filter(number__startswith=head).order_by("-number").first()
    order = PurchaseOrder.objects.create(
        number=next_number("CG", last.number if last else None),
        library=library,
        vendor=vendor,
        note=note.strip()[:300],
        made_at=clock.now(),
    )
    history.record(order, "draft", by=by.user if by else None)
    return order


@transaction.atomic
def add_line(
    *,
    order: PurchaseOrder,
    fund: Fund,
    wish: Wish,
    copies: int,
    library: Library | None = None,
    suggestion: Suggestion | None = None,
    by: Staff | None,
) -> OrderLine:
    """Put a work on a draft, for the ordering library or another one that ``by`` orders for.

    Raises ``OrderUnfit``, ``NotAnIsbn``, ``NotAllowed``.
    """
    kept = _draft(order, by)
    keeper = library or kept.library
    access.require(by, ORDER, keeper.pk)
    wish = checked(wish)
    records = finding.records_of(wish)
    title = wish.title or (records[0].full_title[:300] if records else "")
    if not title:
        raise OrderUnfit(_("请写题名；目录里还没有 ISBN 为 %(isbn)s 的书目。"), isbn=wish.isbn)
    if wish.price_fen is None or not 1 <= copies <= 1000:
        raise OrderUnfit(_("《%(title)s》请写单价，册数在 1 到 1000 之间。"), title=title)
    if not fund.active or fund.library_id not in (kept.library_id, keeper.pk):
        raise OrderUnfit(_("经费“%(fund)s”已停用，或不是订购馆、收藏馆的。"), fund=fund.name)
    if kept.lines.count() >= MOST_LINES:
        raise OrderUnfit(_("一份订单最多 %(most)d 行；请另开一份。"), most=MOST_LINES)
    line = OrderLine.objects.create(
        order=kept, fund=fund, library=keeper, suggestion=suggestion, record=records[0] if records else None,
        isbn=wish.isbn, title=title, author=wish.author, publisher=wish.publisher, year=wish.year,
        class_number=wish.class_number, price_fen=wish.price_fen, copies=copies,
    )  # fmt: skip
    history.record(kept, "add_line", by=by.user if by else None, changes={"title": title, "copies": copies})
    return line


@transaction.atomic
def order_suggestion(
    *, order: PurchaseOrder, suggestion: Suggestion, fund: Fund, copies: int = 1, by: Staff | None
) -> OrderLine:
    """Put what was agreed to on a draft; a suggestion stands on one order at a time. Raises ``OrderUnfit``."""
    wanted = locked(suggestion)
    if wanted.state != SuggestionState.APPROVED:
        raise OrderUnfit(
            _("荐购 %(number)s 现在是“%(state)s”；同意购买之后才能订。"),
            number=wanted.number, state=wanted.get_state_display(),
        )  # fmt: skip
    if OrderLine.objects.filter(suggestion=wanted).exclude(order__state=OrderState.CANCELLED).exists():
        raise OrderUnfit(_("荐购 %(number)s 已在另一份订单上。"), number=wanted.number)
    wish = Wish(
        isbn=wanted.isbn, title=wanted.title, author=wanted.author, publisher=wanted.publisher,
        year=wanted.year, price_fen=wanted.price_fen, class_number=wanted.class_number,
    )  # fmt: skip
    return add_line(
        order=order, fund=fund, wish=wish, copies=copies, library=wanted.library, suggestion=wanted, by=by
    )


@transaction.atomic
def remove_line(*, line: OrderLine, by: Staff | None) -> None:
    """Take a line off a draft. Raises ``OrderMoveNotPossible`` once it was placed."""
    kept = _draft(line.order, by)
    history.record(kept, "remove_line", by=by.user if by else None, changes={"title": line.title})
    line.delete()


@transaction.atomic
def place_order(*, order: PurchaseOrder, override: str = "", by: Staff | None) -> PurchaseOrder:
    """Send an order off: its money is bound, within the rules of purchase and the funds.

    The funds are locked in one order, so that two orders at once cannot spend the same money. ``override``
    is the reason for which a rule or a budget is passed over; it stands in the history.

    Raises ``OrderUnfit`` for an empty order, ``OrderingRuleBroken``, ``BudgetExceeded``.
    """
    kept = for_staff(order, by)
    lines = list(kept.lines.select_related("library", "fund", "suggestion").order_by("pk"))
    if not lines:
        raise OrderUnfit(_("订单 %(number)s 还没有书；请先加书。"), number=kept.number)
    # Funds and titles are locked before anything is counted: two orders at once see each other.
    funds = {pk: locked_fund(Fund(pk=pk)) for pk in sorted({line.fund_id for line in lines})}
    against = [sentence for sentence in _against(lines) if not override.strip()]
    if against:
        raise OrderingRuleBroken(_("%(against)s 确需这样订，请写明理由。"), against="".join(against[:5]))
    wanted: dict[int, int] = defaultdict(int)
    for line in lines:
        wanted[line.fund_id] += line.amount_fen
    for pk, amount in wanted.items():
        require_enough(funds[pk], amount, override=override)
    kept.placed_at = clock.now()
    step(kept, "place_order", by=by, reason=override.strip()[:500])
    for line in lines:
        if line.suggestion_id:
            suggestion = locked(Suggestion(pk=line.suggestion_id))
            if suggestion.state == SuggestionState.APPROVED:
                move(suggestion, "order_suggestion", by=by)
    return kept


@transaction.atomic
def cancel_order(*, order: PurchaseOrder, reason: str, by: Staff | None) -> PurchaseOrder:
    """Cancel what has not come; its money is free again, and what nobody got is approved as before.

    Raises ``OrderUnfit`` without a reason, ``OrderMoveNotPossible``.
    """
    kept = for_staff(order, by)
    if not reason.strip():
        raise OrderUnfit(_("请写明取消的理由。"))
    partly = kept.state == OrderState.PARTLY
    for line in kept.lines.select_for_update(of=("self",)):
        line.cancelled += line.outstanding
        line.save(update_fields=["cancelled"])
        if line.suggestion_id and line.received == 0:
            suggestion = locked(Suggestion(pk=line.suggestion_id))
            if suggestion.state == SuggestionState.ORDERED:
                move(suggestion, "order_falls_through", by=by, reason=reason.strip()[:500])
    step(kept, "cancel_rest" if partly else "cancel_order", by=by, reason=reason.strip()[:500])
    return kept


# -- shared with receiving and invoicing -------------------------------------------------------------


def for_staff(order: PurchaseOrder, by: Staff | None, *, permission: str = ORDER) -> PurchaseOrder:
    """Return an order locked, for someone who orders for its library, or may what is named. Raises ``NotAllowed``."""
    kept = (
        PurchaseOrder.objects.select_for_update(of=("self",))
        .select_related("library", "vendor")
        .get(pk=order.pk)
    )
    access.require(by, permission, kept.library_id)
    return kept


def step(kept: PurchaseOrder, deed: str, *, by: Staff | None, reason: str = "") -> None:
    """Take a locked order one step on. Raises ``OrderMoveNotPossible``."""
    there = ORDER_MOVES.get((OrderState(kept.state), deed))
    if there is None:
        raise OrderMoveNotPossible(
            _("订单 %(number)s 现在是“%(state)s”，不能%(deed)s；请刷新后再看。"),
            number=kept.number, state=kept.get_state_display(), deed=ORDER_DEEDS[deed],
        )  # fmt: skip
    kept.state = there[0]
    kept.save()
    history.record(kept, deed, by=by.user if by else None, reason=reason)


def _draft(order: PurchaseOrder, by: Staff | None) -> PurchaseOrder:
    kept = for_staff(order, by)
    if kept.state != OrderState.DRAFT:
        raise OrderMoveNotPossible(
            _("订单 %(number)s 已经下单，不能再加减书；请另开一份。"), number=kept.number
        )
    return kept


def _against(lines: Sequence[OrderLine]) -> list[str]:
    """Return a sentence for each rule of purchase that a line breaks."""
    said: list[str] = []
    here: dict[tuple[int, str], int] = defaultdict(int)
    for line in lines:
        rules = queries.rules_for(line.library)
        facts = {"title": line.title, "library": line.library.label}
        if line.price_fen > rules.price_limit_fen:
            limit = yuan_text(rules.price_limit_fen)
            said.append(
                str(_("《%(title)s》单价 %(price)s，超过上限 %(limit)s。"))
                % {**facts, "price": yuan_text(line.price_fen), "limit": limit}
            )
        key = line.isbn or f"{line.title}|{line.author}"
        there = here[(line.library_id, key)] + queries.copies_there(line)
        here[(line.library_id, key)] += line.copies
        if there + line.copies > rules.most_copies:
            said.append(
                str(
                    _(
                        "《%(title)s》%(library)s已有或在订 %(there)d 册，再订 %(more)d 册超过上限 %(most)d 册。"
                    )
                )
                % {**facts, "there": there, "more": line.copies, "most": rules.most_copies}
            )
        builders = _builders(line.class_number) if rules.duties_bind else []
        if builders and line.library_id not in {library.pk for library in builders}:
            names = "、".join(library.label for library in builders)
            said.append(
                str(_("《%(title)s》的 %(number)s 类分工由%(names)s建设。"))
                % {**facts, "number": line.class_number, "names": names}
            )
    return said


def _builders(number: str) -> list[Library]:
    """Return the libraries whose duty the class is, by the narrowest class that is anybody's."""
    path = [class_key(each) for each in class_path(number)] if number else []
    duties = list(ClassDuty.objects.filter(key__in=path).select_related("library"))
    longest = max((len(duty.key) for duty in duties), default=0)
    return [duty.library for duty in duties if len(duty.key) == longest]
