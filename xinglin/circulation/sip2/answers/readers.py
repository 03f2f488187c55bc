"""Readers: 23/24, 63/64, 35/36, 01 and 25/26."""

from django.utils.translation import gettext as _

from xinglin.circulation import blocks, queries
from xinglin.circulation.lifecycle import HoldState
from xinglin.circulation.models import DeviceRight
from xinglin.circulation.rules import Case
from xinglin.circulation.sip2.asking import Answer, Asking, Fields, answers, flag, lines, not_proved, told
from xinglin.circulation.terms import Terms
from xinglin.circulation.ties import standing_of
from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.patrons import services as patrons
from xinglin.patrons.errors import CardLost
from xinglin.patrons.models import Patron, Right

CURRENCY = "CNY"
DEFAULT_SUMMARY = " " * 10


def yuan(fen: int) -> str:
    """Return a sum as the protocol writes it."""
    return f"{fen // 100}.{fen % 100:02d}"


def _unknown_status(*, lost: bool = False) -> str:
    """Nobody's rights: charge, renewal, recall and hold denied; a lost card is said to be lost."""
    return "YYYY" + ("Y" if lost else " ") + " " * 9


def status_of(patron: Patron) -> str:
    """Return the fourteen flags of a reader (3M document 2.00, patron status)."""
    known = standing_of(patron)
    terms = _terms_of(patron)
    standing = list(blocks.of_standing(patron, known))
    overdue = list(blocks.of_overdue(patron, known))
    fees = list(blocks.of_fees(known, terms.owed_most_fen))
    may_hold = patron.may(Right.HOLD)
    flags = [
        bool(standing or overdue or fees),  # may not borrow
        bool(standing or overdue),  # may not renew
        True,  # recalls are the librarians'
        not may_hold,
        False,  # a lost card finds no reader
        known.loans >= terms.loans_most_anywhere,
        bool(overdue),
        False,
        False,
        False,
        bool(fees),
        False,
        False,
        False,
    ]
    return "".join("Y" if each else " " for each in flags)


def _terms_of(patron: Patron) -> Terms:
    """Return the terms of a reader's own library for any kind of item."""
    return queries.terms_for(Case(patron.home_library, patron.home_library, patron.category, "")).terms


def _identity(asking: Asking, patron: Patron, proved: bool | None) -> Fields:
    return [
        *asking.head(),
        ("AA", asking.message.first("AA")),
        ("AE", patron.name),
        ("BL", flag(patron.is_in_good_standing)),
        ("CQ", flag(proved is not False)),
    ]


def _why_not(patron: Patron) -> str:
    known = standing_of(patron)
    found = [str(block) for block in (*blocks.of_standing(patron, known), *blocks.of_overdue(patron, known))]
    return found[0] if found else ""


def _stranger(code: str, asking: Asking, sentence: str, counts: str = "") -> Answer:
    """Answer for a card that nobody has, or a password that does not fit: no name, nothing that is owed."""
    fields = [*asking.head(), *asking.echo("AA"), ("AE", ""), ("BL", "N"), ("CQ", "N"), *told(sentence)]
    language = asking.fixed("language") or "000"
    return Answer(code, f"{_unknown_status()}{language}{asking.stamp}{counts}", fields, refused=sentence)


def _refuse_status(asking: Asking, sentence: str) -> Answer:
    return _stranger("24", asking, sentence)


def _known(asking: Asking) -> tuple[Patron, bool | None] | str:
    """Return the reader and whether the password fits, or why nothing is told."""
    patron = asking.patron()
    proved = asking.password_is_right(patron)
    if proved is False:
        return str(_("密码不对，请再试一次；忘记密码请到服务台。"))
    if proved is None and asking.device.needs_password:
        return not_proved()
    return patron, proved


@answers("23", refuse=_refuse_status, right=DeviceRight.PATRON)
def patron_status(asking: Asking) -> Answer:
    """Tell the standing of a reader."""
    try:
        known = _known(asking)
    except CardLost as lost:
        fixed = f"{_unknown_status(lost=True)}{asking.fixed('language') or '000'}{asking.stamp}"
        return Answer(
            "24",
            fixed,
            [*asking.head(), *asking.echo("AA"), ("AE", ""), ("BL", "N"), *told(str(lost))],
            str(lost),
        )
    if isinstance(known, str):
        return _stranger("24", asking, known)
    patron, proved = known
    fixed = f"{status_of(patron)}{asking.fixed('language') or '000'}{asking.stamp}"
    owed = standing_of(patron).owed_fen
    fields = [
        *_identity(asking, patron, proved),
        ("BH", CURRENCY),
        ("BV", yuan(owed)),
        *told(_why_not(patron)),
    ]
    return Answer("24", fixed, fields)


def _refuse_information(asking: Asking, sentence: str) -> Answer:
    return _stranger("64", asking, sentence, "0000" * 6)


@answers("63", refuse=_refuse_information, right=DeviceRight.PATRON)
def patron_information(asking: Asking) -> Answer:
    """Tell all of a reader, and of one kind of things the list that the machine asks for."""
    known = _known(asking)
    if isinstance(known, str):
        return _stranger("64", asking, known, "0000" * 6)
    patron, proved = known
    loans = list(queries.open_loans_of(patron))
    holds = list(queries.open_holds_of(patron))
    ready = [hold for hold in holds if hold.state == HoldState.READY]
    waiting = [hold for hold in holds if hold.state != HoldState.READY]
    overdue = [loan for loan in loans if loan.is_overdue]
    fees = list(queries.open_fees_of(patron))
    lists: tuple[tuple[str, list[str]], ...] = (
        ("AS", [hold.item.barcode if hold.item else hold.record.title for hold in ready]),
        ("AT", [loan.item.barcode for loan in overdue]),
        ("AU", [loan.item.barcode for loan in loans]),
        ("AV", [f"{fee.pk} {fee.get_kind_display()} {yuan(fee.owed_fen)}" for fee in fees]),
        ("BU", []),
        ("CD", [hold.record.title for hold in waiting]),
    )
    counts = "".join(f"{min(len(values), 9999):04d}" for _name, values in lists)
    terms = _terms_of(patron)
    wanted = (asking.fixed("summary") or DEFAULT_SUMMARY).find("Y")
    listed: Fields = []
    if 0 <= wanted < len(lists):
        name, values = lists[wanted]
        listed = lines(name, _between(values, asking.message.first("BP"), asking.message.first("BQ")))
    fields = [
        *_identity(asking, patron, proved),
        ("BZ", f"{terms.holds_most:04d}"),
        ("CB", f"{terms.loans_most_anywhere:04d}"),
        ("BH", CURRENCY),
        ("BV", yuan(sum(fee.owed_fen for fee in fees))),
        ("CC", yuan(terms.owed_most_fen)),
        *listed,
        *told(_why_not(patron)),
    ]
    fixed = f"{status_of(patron)}{asking.fixed('language') or '000'}{asking.stamp}{counts}"
    return Answer("64", fixed, fields)


def _between(values: list[str], start: str, end: str) -> list[str]:
    """Return the entries from one number to another, both included and counted from one."""
    first, last = whole(start) or 1, whole(end)
    return values[first - 1 : len(values) if last is None else last]


def _refuse_end(asking: Asking, sentence: str) -> Answer:
    return Answer("36", f"N{asking.stamp}", [*asking.head(), *asking.echo("AA"), *told(sentence)], sentence)


@answers("35", refuse=_refuse_end)
def end_session(asking: Asking) -> Answer:
    """The reader steps away; nothing is kept here between two messages."""
    return Answer("36", f"Y{asking.stamp}", [*asking.head(), *asking.echo("AA")])


@answers("01", refuse=_refuse_status, right=DeviceRight.BLOCK)
def block_patron(asking: Asking) -> Answer:
    """Suspend a reader's card because the machine kept it, or was told to."""
    patron = asking.patron()
    reason = asking.message.first("AL") or str(_("自助设备停用"))
    try:
        patrons.suspend(patron=patron, reason=f"{asking.device.name}：{reason}"[:200], by=None)
    except Refusal as refusal:
        return _blocked(asking, patron, str(refusal))
    patron.refresh_from_db()
    return _blocked(asking, patron, "")


def _blocked(asking: Asking, patron: Patron, sentence: str) -> Answer:
    fields = [*asking.head(), *asking.echo("AA"), ("AE", patron.name), ("BL", "N"), *told(sentence)]
    return Answer("24", f"{status_of(patron)}000{asking.stamp}", fields, sentence)


def _refuse_enable(asking: Asking, sentence: str) -> Answer:
    return _stranger("26", asking, sentence)


@answers("25", refuse=_refuse_enable, right=DeviceRight.BLOCK)
def enable_patron(asking: Asking) -> Answer:
    """Let a suspended reader be served again."""
    patron = asking.patron()
    sentence = ""
    try:
        patrons.reinstate(patron=patron, by=None)
    except Refusal as refusal:
        sentence = str(refusal)
    patron.refresh_from_db()
    fields = [*_identity(asking, patron, asking.password_is_right(patron)), *told(sentence)]
    return Answer("26", f"{status_of(patron)}000{asking.stamp}", fields, sentence)
