"""What is read of notices by more than one caller."""

from django.db.models import QuerySet

from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.notices.kinds import Topic, every_kind
from xinglin.notices.lifecycle import State
from xinglin.notices.models import Attempt, KindSetting, Notice, Preference, QuietHours
from xinglin.patrons.models import Patron

VIEW = "notices.view_notice"
SEND = "notices.send_notice"
SETTINGS = "notices.change_settings"


def notices_visible_to(staff: Staff) -> QuerySet[Notice]:
    """Return what was owed to readers by the libraries that someone looks after."""
    return Notice.objects.filter(library__in=access.libraries_of(staff, VIEW)).select_related(
        "patron", "library", "hurried_by__user"
    )


def notices_of(patron: Patron) -> QuerySet[Notice]:
    """Return a reader's list: all that was owed to them but what was taken back before it was told."""
    return Notice.objects.filter(patron=patron).exclude(state=State.DROPPED).order_by("-owed_at", "-pk")


def unread_of(patron: Patron) -> int:
    """Return how many a reader has not opened."""
    return notices_of(patron).filter(read_at=None).count()


def for_a_person(staff: Staff) -> QuerySet[Notice]:
    """Return what did not arrive and what nobody knows the fate of: somebody has to call."""
    return notices_visible_to(staff).filter(state__in=(State.UNREACHABLE, State.UNSURE))


def attempts_at(notice: Notice) -> QuerySet[Attempt]:
    """Return every attempt at a notice, the latest first."""
    return notice.attempts.order_by("-began_at", "-pk")


def settings_visible_to(staff: Staff) -> QuerySet[KindSetting]:
    """Return the settings of every kind; a kind that nobody changed gets its row here."""
    if not access.may_anywhere(staff, VIEW):
        return KindSetting.objects.none()
    codes = [kind.code for kind in every_kind()]
    known = set(KindSetting.objects.filter(kind__in=codes).values_list("kind", flat=True))
    KindSetting.objects.bulk_create(
        [KindSetting(kind=code) for code in codes if code not in known], ignore_conflicts=True
    )
    return KindSetting.objects.filter(kind__in=codes)


def quiet_hours() -> QuietHours:
    """Return the quiet hours of the consortium; ours until somebody changes them."""
    return QuietHours.objects.first() or QuietHours()


def choices_of(patron: Patron) -> list[tuple[Topic, Preference]]:
    """Return, for each topic that any kind has, what a reader chose."""
    used = {kind.topic for kind in every_kind()}
    chosen = {each.topic: each for each in Preference.objects.filter(patron=patron)}
    return [
        (topic, chosen.get(topic) or Preference(patron=patron, topic=topic))
        for topic in Topic
        if topic in used
    ]
