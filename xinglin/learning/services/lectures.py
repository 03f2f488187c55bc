"""A lecture from its draft to the archive, and the links that belong to it."""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.commons.errors import Conflict
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.learning import queries
from xinglin.learning.errors import LectureMoveNotPossible, LectureUnfit, MaterialUnfit, SeatsBelowTaken
from xinglin.learning.events import LectureCancelled, LectureMoved
from xinglin.learning.lifecycle import AMENDABLE, LectureState
from xinglin.learning.models import Lecture, LectureKind, Material, MaterialKind, Registration
from xinglin.learning.services import moving

# So long after it is over feedback is taken, attendance amended and a guest's phone kept.
CLOSES_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class LectureFile:
    """What is said of a lecture. ``seats`` 0 means as many as come; registration opens and closes when said,
    or at the announcement and the beginning.
    """

    title: str
    begins_at: datetime
    ends_at: datetime
    kind: str = LectureKind.LECTURE
    summary: str = ""
    speaker: str = ""
    place: str = ""
    live_link: str = ""
    seats: int = 0
    registration_opens_at: datetime | None = None
    registration_closes_at: datetime | None = None


# What those who registered must be told when it changes.
MOVES = ("begins_at", "ends_at", "place", "live_link")


@transaction.atomic
def draft(*, library: Library, file: LectureFile, by: Staff | None) -> Lecture:
    """Make a lecture that nobody sees yet. Raises ``LectureUnfit``, ``NotAllowed``."""
    access.require(by, queries.CHANGE, library.pk)
    # The code in the QR at the door is not to be guessed from home.
    lecture = Lecture(library=library, code=secrets.token_urlsafe(9), **asdict(_fit(file)))
    lecture.save()
    history.record(lecture, "draft", by=moving.actor(by))
    return lecture


@transaction.atomic
def amend(*, lecture: Lecture, file: LectureFile, by: Staff | None, version: int | None = None) -> Lecture:
    """Change what is said of a lecture. Everybody registered is told of another time or place; more seats are
    given at once to those who wait.

    Raises ``LectureUnfit``, ``SeatsBelowTaken``, ``LectureMoveNotPossible``, ``Conflict``, ``NotAllowed``.
    """
    kept = moving.for_staff(lecture.pk, queries.CHANGE, by)
    if version is not None and kept.version != version:
        raise Conflict(_("这场讲座刚被别人修改过；请刷新，核对后再保存。"))
    if kept.state not in AMENDABLE:
        raise LectureMoveNotPossible(
            _("《%(title)s》现在是“%(state)s”，不能修改。"), title=kept.title, state=kept.get_state_display()
        )
    said = asdict(_fit(file))
    if kept.state == LectureState.ANNOUNCED:
        _refuse_what_readers_count_on(kept, _fit(file))
    changes = {
        name: [getattr(kept, name), value] for name, value in said.items() if getattr(kept, name) != value
    }
    if not changes:
        return kept
    for name, value in said.items():
        setattr(kept, name, value)
    kept.version += 1
    kept.save()
    history.record(kept, "change", by=moving.actor(by), changes=changes)
    if kept.state == LectureState.ANNOUNCED:
        if set(changes) & set(MOVES):
            kept.registrations.update(reminded_at=None)
            announce(LectureMoved(lecture_id=kept.pk, version=kept.version))
        moving.give_free_seats(kept)
    return kept


@transaction.atomic
def announce_lecture(*, lecture: Lecture, by: Staff | None, at: datetime | None = None) -> Lecture:
    """Show a lecture to readers and let them register. ``at`` is when it was done, for what is entered later.

    Raises ``LectureUnfit`` for what is over already or happens nowhere, ``LectureMoveNotPossible``, ``NotAllowed``.
    """
    moment = at or clock.now()
    kept = moving.for_staff(lecture.pk, queries.CHANGE, by)
    if not kept.place and not kept.live_link:
        raise LectureUnfit(_("还没有填地点，也没有直播链接；读者不知道去哪里，请先修改。"))
    if kept.begins_at <= moment:
        raise LectureUnfit(_("开始时间已经过去，不能发布；请先修改时间。"))
    moving.move_lecture(kept, "announce_lecture")
    kept.announced_at = moment
    kept.save(update_fields=["state", "version", "announced_at"])
    history.record(kept, "announce_lecture", by=moving.actor(by))
    return kept


@transaction.atomic
def cancel_lecture(*, lecture: Lecture, reason: str, by: Staff | None) -> Lecture:
    """Call a lecture off, with the reason that everybody registered is told.

    Raises ``LectureUnfit`` without a reason, ``LectureMoveNotPossible``, ``NotAllowed``.
    """
    kept = moving.for_staff(lecture.pk, queries.CHANGE, by)
    reason = reason.strip()
    if not reason:
        raise LectureUnfit(_("请写取消的原因，报了名的读者会看到。"))
    was_announced = kept.state == LectureState.ANNOUNCED
    moving.move_lecture(kept, "cancel_lecture")
    kept.cancelled_because = reason
    kept.save(update_fields=["state", "version", "cancelled_because"])
    history.record(kept, "cancel_lecture", by=moving.actor(by), reason=reason)
    if was_announced:
        announce(LectureCancelled(lecture_id=kept.pk))
    return kept


@transaction.atomic
def close_lecture(*, lecture: Lecture, by: Staff | None) -> Lecture:
    """Put a lecture into the archive: no more feedback, and the phones of guests are deleted.

    Raises ``LectureMoveNotPossible``, ``NotAllowed``.
    """
    kept = moving.for_staff(lecture.pk, queries.CHANGE, by)
    moving.move_lecture(kept, "close_lecture")
    kept.save(update_fields=["state", "version"])
    kept.registrations.filter(patron=None).update(guest_name="", guest_phone="")
    history.record(kept, "close_lecture", by=moving.actor(by) or str(_("系统")))
    return kept


def follow_the_clock() -> int:
    """End the lectures that are over, close those that ended a month ago; return how many. Safe to run twice."""
    now = clock.now()
    over = Lecture.objects.filter(state=LectureState.ANNOUNCED, ends_at__lte=now)
    old = Lecture.objects.filter(state=LectureState.HELD, ends_at__lte=now - CLOSES_AFTER)
    done = sum(_end(pk) for pk in over.values_list("pk", flat=True))
    for lecture in old:
        close_lecture(lecture=lecture, by=None)
        done += 1
    # Those of a lecture that was called off are not counted on by anybody, after the same month.
    Registration.objects.filter(
        lecture__state=LectureState.CANCELLED, lecture__ends_at__lte=now - CLOSES_AFTER, patron=None
    ).exclude(guest_phone="").update(guest_name="", guest_phone="")
    return done


@transaction.atomic
def _end(pk: int) -> bool:
    lecture = moving.locked(pk)
    if lecture.state != LectureState.ANNOUNCED or lecture.ends_at > clock.now():
        return False
    moving.move_lecture(lecture, "end_lecture")
    lecture.save(update_fields=["state", "version"])
    history.record(lecture, "end_lecture", by=str(_("系统")))
    return True


@transaction.atomic
def add_material(
    *, lecture: Lecture, title: str, link: str, kind: MaterialKind, by: Staff | None
) -> Material:
    """Add a link that readers find on the lecture's page. Raises ``MaterialUnfit``, ``NotAllowed``."""
    kept = moving.for_staff(lecture.pk, queries.CHANGE, by)
    if not title.strip() or not _is_web(link):
        raise MaterialUnfit(_("请写名称，链接要以 http:// 或 https:// 开头。"))
    material = Material.objects.create(
        lecture=kept, title=title.strip(), link=link.strip(), kind=kind, added_at=clock.now()
    )
    history.record(kept, "add_material", by=moving.actor(by), changes={"title": material.title})
    return material


@transaction.atomic
def remove_material(*, material: Material, by: Staff | None) -> None:
    """Take a link off a lecture's page. Raises ``NotAllowed``."""
    kept = moving.for_staff(material.lecture_id, queries.CHANGE, by)
    history.record(kept, "remove_material", by=moving.actor(by), changes={"title": material.title})
    material.delete()


def _fit(file: LectureFile) -> LectureFile:
    """Return what is said of a lecture, tidy. Raises ``LectureUnfit``."""
    texts = {
        name: getattr(file, name).strip() for name in ("title", "summary", "speaker", "place", "live_link")
    }
    tidy = LectureFile(**{**asdict(file), **texts})
    opens, closes = tidy.registration_opens_at, tidy.registration_closes_at
    if not tidy.title:
        raise LectureUnfit(_("请写题目。"))
    if tidy.ends_at <= tidy.begins_at:
        raise LectureUnfit(_("结束时间要晚于开始时间。"))
    if tidy.ends_at - tidy.begins_at > timedelta(days=7):
        raise LectureUnfit(_("一场最长 7 天；更长的请分成几场。"))
    if closes and closes > tidy.begins_at:
        raise LectureUnfit(_("报名截止不能晚于讲座开始。"))
    if opens and opens >= (closes or tidy.begins_at):
        raise LectureUnfit(_("报名开始要早于报名截止。"))
    if tidy.live_link and not _is_web(tidy.live_link):
        raise LectureUnfit(_("直播链接要以 http:// 或 https:// 开头。"))
    return tidy


def _refuse_what_readers_count_on(lecture: Lecture, file: LectureFile) -> None:
    if not file.place and not file.live_link:
        raise LectureUnfit(_("已发布的讲座不能没有地点和直播链接；不办了请点“取消讲座”。"))
    if file.begins_at != lecture.begins_at and file.begins_at <= clock.now():
        raise LectureUnfit(_("新的开始时间已经过去；请核对。"))
    taken = queries.taken(lecture)
    if file.seats and file.seats < taken:
        raise SeatsBelowTaken(
            _("已有 %(taken)d 人得到名额，名额不能改成 %(seats)d；要减少，请先取消几位的报名。"),
            taken=taken,
            seats=file.seats,
        )


def _is_web(link: str) -> bool:
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
