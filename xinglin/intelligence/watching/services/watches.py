"""Watches and those who are given their briefs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.intelligence.models import Topic
from xinglin.intelligence.watching.errors import WatchDeedNotPossible, WatchUnfit
from xinglin.intelligence.watching.models import Recipient, Watch
from xinglin.intelligence.watching.queries import CHANGE, RECIPIENTS
from xinglin.intelligence.watching.services.collecting import reword_items, take_harvested
from xinglin.intelligence.watching.services.finding_words import find_words
from xinglin.patrons.queries import find_by_card

MOST_OWN_WORDS = 200


@dataclass(frozen=True, kw_only=True)
class WatchFile:
    """What is entered of a watch."""

    own_words: str = ""
    named_words: str = ""
    unwanted_words: str = ""
    burst_level: float = 3.0
    least: int = 5
    negative_percent: int = 50
    daily_brief: bool = False


@transaction.atomic
def add_watch(
    *, topic: Topic, file: WatchFile, recipients: Sequence[Recipient] = (), by: Staff | None
) -> Watch:
    """Begin to watch a topic; what its feeds have brought already is taken at once. Raises ``WatchUnfit``."""
    access.require(by, CHANGE, topic.library_id)
    if Watch.objects.filter(topic=topic).exists():
        raise WatchUnfit(_("专题「%(topic)s」已经在监测。"), topic=topic.name)
    _refuse_unfit(file)
    watch = Watch.objects.create(topic=topic, **asdict(file))
    watch.recipients.set(_of_the_library(watch, recipients))
    history.record(watch, "add", by=by.user if by else None, changes=asdict(file))
    if take_harvested(watch=watch):
        find_words(watch=watch)
    return watch


@transaction.atomic
def amend_watch(
    *, watch: Watch, version: int, file: WatchFile, recipients: Sequence[Recipient], by: Staff | None
) -> Watch:
    """Change what is watched; where the words change, the stories are counted anew.

    Raises ``WatchUnfit``, ``WatchDeedNotPossible``.
    """
    kept = Watch.objects.select_for_update(of=("self",)).select_related("topic").get(pk=watch.pk)
    access.require(by, CHANGE, kept.topic.library_id)
    if kept.version != version:
        raise WatchDeedNotPossible(_("您打开后，别人改过这项监测；请刷新后再改。"))
    _refuse_unfit(file)
    changes = {
        name: [getattr(kept, name), value]
        for name, value in asdict(file).items()
        if getattr(kept, name) != value
    }
    for name, (_before, value) in changes.items():
        setattr(kept, name, value)
    kept.version += 1
    kept.save()
    kept.recipients.set(_of_the_library(kept, recipients))
    history.record(kept, "amend", by=by.user if by else None, changes=changes)
    if changes.keys() & {"own_words", "named_words", "unwanted_words"}:
        reword_items(kept)
        find_words(watch=kept)
    return kept


@transaction.atomic
def write_recipient(
    *,
    library: Library,
    name: str,
    duty: str = "",
    card: str = "",
    email: str = "",
    active: bool = True,
    row: Recipient | None = None,
    by: Staff | None,
) -> Recipient:
    """Name somebody who is given briefs, or change what is known of them; ``card`` is a reader's card of theirs;
    without one ``email`` is where the link goes.

    Raises ``WatchUnfit`` without a name, and what the patrons' room says of a card that is not valid.
    """
    access.require(by, RECIPIENTS, library.pk)
    if not name.strip():
        raise WatchUnfit(_("请写收件人的姓名。"))
    kept = Recipient.objects.select_for_update().get(pk=row.pk) if row else Recipient(library=library)
    kept.patron = find_by_card(card.strip()) if card.strip() else None
    kept.name, kept.duty, kept.email, kept.active = name.strip(), duty.strip(), email.strip(), active
    kept.save()
    history.record(kept, "amend" if row else "add", by=by.user if by else None, changes={"active": active})
    return kept


def _refuse_unfit(file: WatchFile) -> None:
    written = (file.own_words, file.named_words, file.unwanted_words)
    if sum(len(each.splitlines()) for each in written) > MOST_OWN_WORDS:
        raise WatchUnfit(_("自定义词、重点词和不要合成的词加起来最多 %(most)d 个。"), most=MOST_OWN_WORDS)
    if not (1 <= file.negative_percent <= 100 and file.least >= 1 and 0 < file.burst_level <= 100):
        raise WatchUnfit(_("门槛不对：突增 0–100，至少 1 条，负面 1%–100%。"))


def _of_the_library(watch: Watch, recipients: Sequence[Recipient]) -> list[Recipient]:
    """Refuse whoever belongs to another library: a brief goes to one's own leaders."""
    if any(each.library_id != watch.topic.library_id for each in recipients):
        raise WatchUnfit(_("简报只能发给本馆登记的收件人；请先在“简报收件人”里登记。"))
    return list(recipients)


@transaction.atomic
def forget_patron(*, patron_id: int) -> None:
    """No longer reach a recipient through a card that was erased."""
    Recipient.objects.filter(patron=patron_id).update(patron=None)
