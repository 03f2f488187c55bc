"""Copies: 11/12, 09/10, 29/30, 65/66, 17/18 and 19/20."""

from datetime import timedelta

from django.utils.translation import gettext as _

from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.models import Item, ItemType
from xinglin.circulation import queries, services
from xinglin.circulation.errors import LoanClosed
from xinglin.circulation.lifecycle import CAPTURED, OPEN_LOANS, HoldState
from xinglin.circulation.models import DeviceRight, Hold, Loan, Transit
from xinglin.circulation.services import CheckIn, Next
from xinglin.circulation.sip2.answers.readers import CURRENCY, yuan
from xinglin.circulation.sip2.asking import Answer, Asking, Fields, answers, flag, lines, not_proved, told
from xinglin.circulation.sip2.wire import moment_of
from xinglin.commons.errors import Refusal
from xinglin.patrons.models import Patron

# A machine that lost our answer asks again: within this time the same loan is told once more.
ASKED_AGAIN_WITHIN = timedelta(minutes=2)
# Media type (CK) and the bin of a sorter (CL): 1 the shelf, 2 the hold shelf, 3 another library, 4 a person.
MEDIA = {ItemType.JOURNAL: "002", ItemType.MEDIA: "006", ItemType.EQUIPMENT: "010"}
BINS = {Next.SHELF: "1", Next.HOLD_SHELF: "2", Next.BOX: "3"}


def _media(item: Item) -> str:
    return MEDIA.get(ItemType(item.item_type), "001")


def _refuse_lend(asking: Asking, sentence: str) -> Answer:
    fields = [*asking.head(), *asking.echo("AA", "AB"), ("AJ", ""), ("AH", ""), *told(sentence)]
    return Answer("12", f"0NUN{asking.stamp}", fields, refused=sentence)


@answers("11", refuse=_refuse_lend, right=DeviceRight.LEND)
def check_out(asking: Asking) -> Answer:
    """Lend a copy. With "no block" the machine has done so already, without us: it is entered as it was."""
    patron, item = asking.patron(), asking.item()
    sentence = _password_sentence(asking, patron)
    if sentence:
        return _refuse_lend(asking, sentence)
    done_before = asking.fixed("no_block") == "Y"
    moment = moment_of(asking.fixed("at")) if done_before else None
    mine = Loan.objects.filter(item=item, patron=patron, state__in=OPEN_LOANS).select_related("rule").first()
    if mine is not None:
        return _already_lent(asking, item, mine)
    try:
        loan = services.lend(
            patron=patron,
            item=item,
            library=asking.device.library,
            by=None,
            override=str(_("自助设备离线时已借出")) if done_before else "",
            at=min(moment, asking.now) if moment else None,
        )
    except Refusal as refusal:
        return _refuse_lend(asking, str(refusal))
    return _lent(asking, item, loan, renewed=False)


def _already_lent(asking: Asking, item: Item, loan: Loan) -> Answer:
    """The same loan asked for again: told once more, or renewed where the machine may."""
    if asking.now - loan.lent_at <= ASKED_AGAIN_WITHIN:
        return _lent(asking, item, loan, renewed=False)
    if asking.fixed("renewal") != "Y" or not asking.device.may(DeviceRight.RENEW):
        return _refuse_lend(asking, str(_("这本书已借在您名下；要延长请办续借。")))
    try:
        renewed = services.renew(loan=loan)
    except Refusal as refusal:
        return _refuse_lend(asking, str(refusal))
    return _lent(asking, item, renewed, renewed=True)


def _lent(asking: Asking, item: Item, loan: Loan, *, renewed: bool, code: str = "12") -> Answer:
    fields = [
        *asking.head(),
        *asking.echo("AA", "AB"),
        ("AJ", item.holding.record.title),
        ("AH", asking.due_text(loan.due_at)),
        ("CK", _media(item)),
        *told(_("《%(title)s》%(due)s 前归还。") % {
            "title": item.holding.record.title,
            "due": asking.due_text(loan.due_at),
        }),
    ]  # fmt: skip
    return Answer(code, f"1{flag(renewed)}U{flag(True)}{asking.stamp}", fields)


def _password_sentence(asking: Asking, patron: Patron) -> str:
    proved = asking.password_is_right(patron)
    if proved is False:
        return str(_("密码不对，请再试一次；忘记密码请到服务台。"))
    return not_proved() if proved is None and asking.device.needs_password else ""


def _refuse_check_in(asking: Asking, sentence: str) -> Answer:
    fields = [*asking.head(), *asking.echo("AB"), ("AQ", ""), ("AJ", ""), *told(sentence)]
    return Answer("10", f"0NUY{asking.stamp}", fields, refused=sentence)


@answers("09", refuse=_refuse_check_in, right=DeviceRight.CHECK_IN)
def check_in(asking: Asking) -> Answer:
    """Take a copy back, and say which bin it belongs into."""
    item = asking.item()
    cancelled = asking.message.first("BI") == "Y"
    if cancelled:
        return _refuse_check_in(asking, str(_("还书不能撤销；请把书交给服务台。")))
    returned = moment_of(asking.fixed("returned")) if asking.fixed("no_block") == "Y" else None
    done = services.check_in(item=item, library=asking.device.library, by=None, at=returned)
    return _returned(asking, done)


def _returned(asking: Asking, done: CheckIn) -> Answer:
    item = done.item
    needs_staff = done.next not in (Next.SHELF,)
    patron = done.loan.patron if done.loan else None
    fields = [
        *asking.head(),
        *asking.echo("AB"),
        ("AQ", item.library.label),
        ("AJ", item.holding.record.title),
        ("CL", BINS.get(done.next, "4")),
        *([("AA", patron.card_number)] if patron else []),
        ("CK", _media(item)),
        ("CS", item.holding.call_number),
        *_where_to(done),
        *told(_sentence(done)),
    ]
    return Answer("10", f"1{flag(True)}U{flag(needs_staff)}{asking.stamp}", fields)


def _where_to(done: CheckIn) -> Fields:
    """Say why the machine should raise its alert (CV), and where the copy goes (CT). No reader is named."""
    if done.next is Next.HOLD_SHELF:
        return [("CV", "01")]
    if done.transit is not None:
        return [("CV", "02" if done.hold else "04"), ("CT", done.transit.to_library.label)]
    return [("CV", "99")] if done.next is not Next.SHELF else []


def _sentence(done: CheckIn) -> str:
    facts = {"title": done.item.holding.record.title}
    if done.charge.suspension is not None:
        return _("《%(title)s》已归还；因逾期停借到 %(until)s。") % {
            **facts, "until": done.charge.suspension.until
        }  # fmt: skip
    if done.charge.fee is not None:
        return _("《%(title)s》已归还；逾期费用 %(sum)s 元，请到服务台缴清。") % {
            **facts, "sum": yuan(done.charge.fee.owed_fen)
        }  # fmt: skip
    return (
        _("《%(title)s》已归还。") % facts if done.loan else _("《%(title)s》没有借出记录，已收下。") % facts
    )


def _refuse_renew(asking: Asking, sentence: str) -> Answer:
    fields = [*asking.head(), *asking.echo("AA", "AB"), ("AJ", ""), ("AH", ""), *told(sentence)]
    return Answer("30", f"0NUN{asking.stamp}", fields, refused=sentence)


@answers("29", refuse=_refuse_renew, right=DeviceRight.RENEW)
def renew(asking: Asking) -> Answer:
    """Renew one loan, by the copy's barcode or its title."""
    patron = asking.patron()
    sentence = _password_sentence(asking, patron)
    if sentence:
        return _refuse_renew(asking, sentence)
    loans = queries.open_loans_of(patron)
    barcode, title = asking.message.first("AB"), asking.message.first("AJ")
    loan = (
        loans.filter(item__barcode=barcode) if barcode else loans.filter(item__holding__record__title=title)
    ).first()
    if loan is None:
        raise LoanClosed(_("这本书不在您名下，不能续借；请核对条码。"))
    before = loan.due_at
    renewed = services.renew(loan=loan)
    return _lent(asking, renewed.item, renewed, renewed=renewed.due_at > before, code="30")


def _refuse_renew_all(asking: Asking, sentence: str) -> Answer:
    return Answer("66", f"000000000{asking.stamp}", [*asking.head(), *told(sentence)], refused=sentence)


@answers("65", refuse=_refuse_renew_all, right=DeviceRight.RENEW)
def renew_all(asking: Asking) -> Answer:
    """Renew what can be renewed; what cannot says why."""
    patron = asking.patron()
    sentence = _password_sentence(asking, patron)
    if sentence:
        return _refuse_renew_all(asking, sentence)
    done = services.renew_all(loans=queries.open_loans_of(patron))
    good = [each.loan.item.barcode for each in done if each.refusal is None]
    bad = [each for each in done if each.refusal is not None]
    fields = [
        *asking.head(),
        *lines("BM", good),
        *lines("BN", (each.loan.item.barcode for each in bad)),
        *told(*(f"{each.loan.item.barcode}：{each.refusal}" for each in bad[:5])),
    ]
    return Answer("66", f"1{len(good):04d}{len(bad):04d}{asking.stamp}", fields)


def _refuse_information(asking: Asking, sentence: str) -> Answer:
    fields = [*asking.echo("AB"), ("AJ", ""), *told(sentence)]
    return Answer("18", f"010001{asking.stamp}", fields, refused=sentence)


# What a copy is like, as the protocol counts (3M document 2.00, circulation status).
_CONDITIONS = {
    Condition.ON_ORDER: "02",
    Condition.IN_PROCESS: "06",
    Condition.CLAIMED_RETURNED: "11",
    Condition.LOST: "12",
    Condition.MISSING: "13",
    Condition.ON_SHELF: "03",
}


@answers("17", refuse=_refuse_information)
def item_information(asking: Asking) -> Answer:
    """Tell what a copy is and where it is; a gate asks this whether the copy may go out."""
    item = asking.item()
    record = item.holding.record
    loan = Loan.objects.filter(item=item, state__in=OPEN_LOANS).first()
    hold = Hold.objects.filter(item=item, state__in=CAPTURED).select_related("pickup_library").first()
    transit = Transit.objects.filter(item=item, received_at=None).select_related("to_library").first()
    fields: Fields = [
        ("CF", str(queries.queue_of(record).count())),
        *([("AH", asking.due_text(loan.due_at))] if loan else []),
        *([("CM", date_of_day(hold))] if hold and hold.kept_until else []),
        *asking.echo("AB"),
        ("AJ", record.title),
        ("BG", item.library.code),
        ("CK", _media(item)),
        ("AQ", f"{item.library.label} {item.holding.location}"),
        ("AP", transit.to_library.label if transit else item.library.label),
        ("CS", item.holding.call_number),
        *([("BH", CURRENCY), ("BV", yuan(item.price_fen))] if item.price_fen else []),
    ]
    return Answer("18", f"{_circulation_status(item, loan, hold, transit)}0001{asking.stamp}", fields)


def date_of_day(hold: Hold) -> str:
    return f"{hold.kept_until:%Y%m%d}    235959" if hold.kept_until else ""


def _circulation_status(item: Item, loan: Loan | None, hold: Hold | None, transit: Transit | None) -> str:
    if transit is not None:
        return "10"
    if hold is not None and hold.state == HoldState.READY:
        return "08"
    if loan is not None and item.condition == Condition.ON_SHELF:
        return "04"
    return _CONDITIONS.get(Condition(item.condition), "01")


def _refuse_update(asking: Asking, sentence: str) -> Answer:
    fields = [*asking.echo("AB"), ("AJ", ""), *told(sentence)]
    return Answer("20", f"0{asking.stamp}", fields, refused=sentence)


@answers("19", refuse=_refuse_update)
def item_status_update(asking: Asking) -> Answer:
    """Refuse to change what a copy is like: that is done in cataloguing, where it is written down by whom."""
    item = asking.item()
    sentence = str(_("图书属性由编目修改，自助设备不能改。"))
    fields = [*asking.echo("AB"), ("AJ", item.holding.record.title), *told(sentence)]
    return Answer("20", f"0{asking.stamp}", fields, refused=sentence)
