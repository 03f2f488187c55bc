"""Wishing: a reader suggests a work, joins a suggestion, or takes the wish back."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.acquisitions import finding, queries
from xinglin.acquisitions.errors import HeldAlready, MayNotSuggest, SuggestionUnknown, TooManySuggestions
from xinglin.acquisitions.events import PurchaseSuggested
from xinglin.acquisitions.lifecycle import OPEN_TO_DECISION
from xinglin.acquisitions.models import Suggestion, SuggestionSource, Vote
from xinglin.acquisitions.queries import DECIDE
from xinglin.acquisitions.services.moving import hold_lock, locked, move, next_suggestion_number
from xinglin.acquisitions.works import Wish, checked, key_of
from xinglin.catalog.marc import title_key
from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.commons.text import plain
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.patrons.models import Patron, Right


@dataclass(frozen=True)
class Suggested:
    """What became of a wish: a new suggestion, a vote for one, or nothing new (it was wished before)."""

    suggestion: Suggestion
    is_new: bool
    counted: bool
    votes: int


@transaction.atomic
def suggest(
    *,
    patron: Patron,
    wish: Wish,
    source: SuggestionSource,
    note: str = "",
    insists: bool = False,
    by: Staff | None = None,
) -> Suggested:
    """Wish that the reader's home library buys a work; the same wish again has one effect.

    What the consortium has is refused with where it is, unless the reader ``insists`` and says why (the one
    copy is always out). What is suggested already gets this reader's vote.

    Raises ``MayNotSuggest``, ``SuggestionUnfit``, ``NotAnIsbn``, ``HeldAlready``, ``TooManySuggestions``.
    """
    library = patron.home_library
    access.require(by, DECIDE, library.pk)
    _refuse_without_right(patron)
    wish = checked(wish)
    # Two readers at once are one suggestion with two votes; a doubled tap is one vote.
    hold_lock(f"suggest.{library.pk}")
    known = finding.standing(wish, library=library)
    if known is not None:
        return _joined(known, patron, note)
    note = plain(note).strip()[:300]
    _refuse_what_is_held(wish, insists and bool(note))
    _refuse_too_many(patron)
    suggestion = Suggestion(
        number=next_suggestion_number(),
        library=library,
        isbn=wish.isbn,
        title=wish.title,
        author=wish.author,
        publisher=wish.publisher,
        year=wish.year,
        price_fen=wish.price_fen,
        class_number=wish.class_number,
        work_key=key_of(wish),
        title_key=title_key(wish.title)[:240],
        department=patron.department,
        source=source,
        suggested_at=clock.now(),
    )
    records = finding.records_of(wish)
    if records:
        suggestion.record = records[0]
        suggestion.title = suggestion.title or records[0].full_title[:300]
        suggestion.title_key = suggestion.title_key or title_key(records[0].title)[:240]
        suggestion.class_number = suggestion.class_number or _class_of(records[0].classes)
    suggestion.save()
    Vote.objects.create(suggestion=suggestion, patron=patron, note=note, at=clock.now())
    history.record(suggestion, "suggest", by=by.user if by else str(_("读者")))
    announce(PurchaseSuggested(suggestion_id=suggestion.pk))
    return Suggested(suggestion, is_new=True, counted=True, votes=1)


@transaction.atomic
def vote(*, suggestion: Suggestion, patron: Patron, note: str = "") -> Suggested:
    """Join a suggestion of one's own library, once. Raises ``MayNotSuggest``, ``SuggestionUnknown``."""
    _refuse_without_right(patron)
    kept = locked(suggestion)
    if kept.library_id != patron.home_library_id:
        raise SuggestionUnknown(_("没有找到这条荐购；它可能属于另一个馆。"))
    return _joined(kept, patron, plain(note).strip()[:300])


@transaction.atomic
def withdraw(*, suggestion: Suggestion, patron: Patron) -> Suggestion:
    """Take a wish back while it is undecided; a suggestion that nobody wishes any more ends.

    Raises ``SuggestionUnknown``, ``SuggestionMoveNotPossible``.
    """
    kept = locked(suggestion)
    mine = kept.votes.filter(patron=patron)
    if not mine.exists():
        raise SuggestionUnknown(_("没有找到这条荐购；请从“我的荐购”里打开。"))
    if kept.votes.count() == 1 or kept.state not in OPEN_TO_DECISION:
        move(kept, "withdraw_suggestion", by=patron)
    mine.delete()
    return kept


@transaction.atomic
def forget_reader(*, patron_id: int) -> None:
    """Part the wishes of an erased reader from the person; the votes still count."""
    Vote.objects.filter(patron=patron_id).update(patron=None, note="")


def _joined(suggestion: Suggestion, patron: Patron, note: str) -> Suggested:
    _vote, made = Vote.objects.get_or_create(
        suggestion=suggestion, patron=patron, defaults={"note": note, "at": clock.now()}
    )
    if made:
        history.record(suggestion, "vote", by=str(_("读者")))
    return Suggested(suggestion, is_new=False, counted=made, votes=suggestion.votes.count())


def _refuse_without_right(patron: Patron) -> None:
    if not patron.may(Right.RECOMMEND):
        raise MayNotSuggest(
            _("%(category)s没有开通荐购，或读者证已过期；请联系%(library)s。"),
            category=patron.category.name, library=patron.home_library.label,
        )  # fmt: skip


def _refuse_what_is_held(wish: Wish, may_pass: bool) -> None:
    found = finding.held(wish)
    if found and not may_pass:
        first = found[0]
        raise HeldAlready(
            _("联盟已有《%(title)s》：%(where)s。可以直接借或预约；确实需要再买，请写明理由后仍要荐购。"),
            title=first.record.full_title, where=first.words,
        )  # fmt: skip


def _refuse_too_many(patron: Patron) -> None:
    most = queries.rules_for(patron.home_library).most_open_suggestions
    now = queries.open_wishes(patron)
    if now >= most:
        raise TooManySuggestions(
            _("您有 %(now)d 条荐购在等处理，最多 %(most)d 条；请等馆员答复，或先撤回几条。"),
            now=now, most=most,
        )  # fmt: skip


def _class_of(numbers: list[str]) -> str:
    return next((number[:20] for number in numbers if ":" not in number), "")
