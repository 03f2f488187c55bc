"""Briefs for decision makers: drafted from a watch, worded by a person, reviewed by another, sent, receipted.

A brief is a product: its review, its kept PDF and its taking back are those of products.
"""

import io
from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from pypdf import PdfReader

from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.intelligence.events import BriefMailWanted, BriefReceipted
from xinglin.intelligence.products import printing
from xinglin.intelligence.products import services as products
from xinglin.intelligence.products.content import sha256_of
from xinglin.intelligence.products.errors import ProductDeedNotPossible
from xinglin.intelligence.products.lifecycle import ProductState
from xinglin.intelligence.products.models import Product, ProductKind
from xinglin.intelligence.products.queries import WRITE
from xinglin.intelligence.watching.brief import compose
from xinglin.intelligence.watching.errors import BriefUnfit, BriefUnknown, WatchDeedNotPossible
from xinglin.intelligence.watching.lifecycle import COPY_MOVES, CopyState
from xinglin.intelligence.watching.models import Copy, Recipient, Watch
from xinglin.intelligence.watching.queries import copies_not_receipted
from xinglin.intelligence.watching.services.mailing import is_reached
from xinglin.notices import services as notices

SENT_NOTICE, REMINDER = "intelligence.brief_sent", "intelligence.brief_reminder"
MOST_DAYS = 31
REMINDED_AFTER = timedelta(hours=24)


@transaction.atomic
def draft_brief(*, watch: Watch, title: str, first: date, last: date, by: Staff | None) -> Product:
    """Draft a brief from the stories of these days; its figures are frozen. Raises ``BriefUnfit``."""
    access.require(by, WRITE, watch.topic.library_id)
    if not first <= last <= clock.today() or (last - first).days >= MOST_DAYS:
        raise BriefUnfit(_("日期不对：从早到晚，最多 %(most)d 天，不能在今天以后。"), most=MOST_DAYS)
    if not title.strip():
        raise BriefUnfit(_("简报要有标题。"))
    now = clock.now()
    told = compose(watch, first, last, title, moment=now)
    brief = Product.objects.create(
        library=watch.topic.library, topic=watch.topic, kind=ProductKind.BRIEF, title=title.strip(),
        period_from=first, period_to=last, content=told, sha256=sha256_of(told), made_at=now,
        made_by=by.user if by else None,
    )  # fmt: skip
    history.record(brief, "add", by=by.user if by else None)
    return brief


@transaction.atomic
def reword_brief(
    *, brief: Product, version: int, title: str, what: str, action: str, by: Staff | None
) -> Product:
    """Write what happened and what is suggested; the figures stay. Raises ``ProductDeedNotPossible``."""
    kept = Product.objects.select_for_update().get(pk=brief.pk, kind=ProductKind.BRIEF)
    access.require(by, WRITE, kept.library_id)
    if kept.state != ProductState.DRAFT or kept.version != version:
        raise ProductDeedNotPossible(_("它已经交审，或您打开后别人改过；请刷新后再看。"))
    kept.title = title.strip()
    kept.content = {**kept.content, "title": kept.title, "what": what.strip(), "action": action.strip()}
    kept.sha256 = sha256_of(kept.content)
    kept.version += 1
    kept.save()
    history.record(kept, "amend", by=by.user if by else None, changes={"sha256": kept.sha256})
    return kept


@transaction.atomic
def hand_in_brief(*, brief: Product, by: Staff | None) -> Product:
    """Hand a brief in for review: it says what is suggested, and is on one page. Raises ``BriefUnfit``."""
    kept = Product.objects.get(pk=brief.pk, kind=ProductKind.BRIEF)
    if not str(kept.content["what"]).strip() or not str(kept.content["action"]).strip():
        raise BriefUnfit(_("“发生了什么”和“建议”都要写，领导才好决定；请先点“修改”。"))
    pages = len(PdfReader(io.BytesIO(printing.pdf(kept.content))).pages)
    if pages > 1:
        raise BriefUnfit(_("简报排出来有 %(n)d 页，要在一页以内；请写短一些。"), n=pages)
    return products.hand_in(product=kept, by=by)


@transaction.atomic
def send_brief(*, brief: Product, recipients: Sequence[Recipient], by: Staff | None) -> list[Copy]:
    """Give a released brief to leaders, each by a link of their own; whoever has a card or an address is told at once.

    Raises ``BriefUnfit`` without recipients, ``ProductDeedNotPossible`` before its review.
    """
    chosen = [each for each in recipients if each.active and each.library_id == brief.library_id]
    if not chosen:
        raise BriefUnfit(_("没有收件人；请先在“简报收件人”里登记本馆的领导。"))
    kept = products.note_sent(product=brief, by=by)
    copies = [Copy.objects.create(product=kept, recipient=each) for each in chosen]
    for copy in copies:
        _tell(copy, SENT_NOTICE, str(copy.pk), _("%(library)s 的决策简报，请阅。"))
    return copies


@transaction.atomic
def open_brief(*, token: str) -> Copy:
    """Open a copy by its link; the first time is kept. Raises ``BriefUnknown``."""
    copy = _copy_of(token)
    if copy.state == CopyState.SENT:
        copy.state, copy.opened_at = COPY_MOVES[CopyState.SENT, "open"][0], clock.now()
        copy.save(update_fields=["state", "opened_at"])
    return copy


@transaction.atomic
def answer_brief(*, token: str, answer: str = "") -> Copy:
    """Confirm that a brief was read, with an instruction if there is one; only the first time counts.

    Raises ``BriefUnknown``.
    """
    copy = _copy_of(token)
    move = COPY_MOVES.get((CopyState(copy.state), "receipt"))
    if move is None:
        return copy
    now = clock.now()
    copy.state, copy.receipted_at, copy.opened_at = move[0], now, copy.opened_at or now
    copy.answer = answer.strip()[:300]
    copy.save()
    history.record(
        copy.product,
        "receipt_brief",
        by=str(copy.recipient),
        changes={"answer": copy.answer} if copy.answer else {},
    )
    announce(BriefReceipted(copy_id=copy.pk))
    return copy


@transaction.atomic
def remind(*, copy: Copy, by: Staff | None) -> Copy:
    """Ask a leader once more for the receipt. Raises ``WatchDeedNotPossible``, ``BriefUnfit``."""
    kept = (
        Copy.objects.select_for_update(of=("self",))
        .select_related("product__library", "recipient__patron")
        .get(pk=copy.pk)
    )
    access.require(by, WRITE, kept.product.library_id)
    if kept.state == CopyState.RECEIPTED or kept.product.state != ProductState.SENT:
        raise WatchDeedNotPossible(_("已经有回执，或者简报收回了，不用再催。"))
    if not is_reached(kept.recipient):
        raise BriefUnfit(
            _("%(name)s没有登记读者证和邮箱，系统发不了消息；请打电话，或把链接再发一次。"),
            name=kept.recipient.name,
        )
    kept.reminded_at, kept.mailed_at = clock.now(), None
    kept.save(update_fields=["reminded_at", "mailed_at"])
    _tell(
        kept,
        REMINDER,
        f"{kept.pk}-{kept.reminded_at:%Y%m%d%H}",
        _("%(library)s 的决策简报还没有回执，请阅。"),
    )
    history.record(
        kept.product, "remind_reader", by=by.user if by else None, changes={"recipient": str(kept.recipient)}
    )
    return kept


def remind_everybody() -> int:
    """Remind whoever was sent a brief a day ago and has not answered, once; return how many."""
    late = copies_not_receipted().filter(sent_at__lte=clock.now() - REMINDED_AFTER, reminded_at=None)
    reached = [copy for copy in late.select_related("recipient") if is_reached(copy.recipient)]
    for copy in reached:
        remind(copy=copy, by=None)
    return len(reached)


def draft_daily_briefs() -> list[Product]:
    """Draft yesterday's brief for every watch with a standing commission, once a day."""
    yesterday = clock.today() - timedelta(days=1)
    made = []
    for watch in Watch.objects.filter(daily_brief=True).select_related("topic__library"):
        there = Product.objects.filter(
            topic=watch.topic, kind=ProductKind.BRIEF, period_from=yesterday, period_to=yesterday
        )
        if not there.exists():
            title = str(
                _("%(topic)s每日简报 %(day)s") % {"topic": watch.topic.name, "day": yesterday.isoformat()}
            )
            made.append(draft_brief(watch=watch, title=title, first=yesterday, last=yesterday, by=None))
    return made


def _copy_of(token: str) -> Copy:
    copy = (
        Copy.objects.select_for_update(of=("self",))
        .select_related("product__library", "product__topic", "recipient")
        .filter(token=token, product__state=ProductState.SENT)
        .first()
    )
    if copy is None:
        raise BriefUnknown(_("这个链接不完整，或者简报已经收回；请向发给您的馆员要新的链接。"))
    return copy


def _tell(copy: Copy, kind: str, key: str, sentence: object) -> None:
    patron, brief = copy.recipient.patron, copy.product
    if patron is None:
        if is_reached(copy.recipient):
            announce(BriefMailWanted(copy_id=copy.pk))
        return
    notices.owe(
        patron=patron, kind=kind, key=key, title=brief.title, text=str(sentence) % {"library": brief.library.name},
        link=reverse("mobile:brief", args=[copy.token]), fields={"title": brief.title}, library=brief.library,
    )  # fmt: skip
