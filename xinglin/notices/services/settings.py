"""How the consortium tells, and how a reader wants to be told."""

from datetime import time, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.notices.errors import HoursUnreadable
from xinglin.notices.kinds import Topic, kind_of
from xinglin.notices.models import KindSetting, Preference, QuietHours
from xinglin.notices.wording import check_wording
from xinglin.patrons.models import Patron

LONGEST_QUIET = timedelta(hours=18)


@transaction.atomic
def choose(*, patron: Patron, topic: Topic, wechat: bool, email: bool) -> Preference:
    """Keep what a reader wants for one topic; neither means: only in the list."""
    preference, _new = Preference.objects.update_or_create(
        patron=patron,
        topic=topic,
        defaults={"wechat": wechat, "email": email, "changed_at": clock.now()},
    )
    return preference


@transaction.atomic
def switch_kind(*, kind: str, active: bool, by: Staff | None) -> KindSetting:
    """Send a kind of notices, or only list it. Raises ``NotAllowed``, ``KindUnknown``."""
    access.require(by, "notices.change_settings", None)
    setting = _setting(kind)
    setting.active = active
    setting.version += 1
    setting.save()
    history.record(setting, "switch on" if active else "switch off", by=by.user if by else None)
    return setting


@transaction.atomic
def word_kind(*, kind: str, wording: str, by: Staff | None) -> KindSetting:
    """Give a kind of notices the consortium's own words; empty brings back ours.

    Raises ``NotAllowed``, ``KindUnknown``, ``WordingUnreadable``.
    """
    access.require(by, "notices.change_settings", None)
    written = check_wording(kind_of(kind), wording)
    setting = _setting(kind)
    before, setting.wording = setting.wording, written
    setting.version += 1
    setting.save()
    changes = {"wording": [before, written]}
    history.record(setting, "change", by=by.user if by else None, changes=changes)
    return setting


@transaction.atomic
def set_quiet_hours(*, active: bool, begins: time, ends: time, by: Staff | None) -> QuietHours:
    """Say when readers are left in peace. Raises ``NotAllowed``, ``HoursUnreadable``."""
    access.require(by, "notices.change_settings", None)
    lasts = timedelta(hours=ends.hour - begins.hour, minutes=ends.minute - begins.minute)
    if lasts <= timedelta(0):
        lasts += timedelta(days=1)
    if active and (begins == ends or lasts > LONGEST_QUIET):
        raise HoursUnreadable(
            _("免打扰时段最长 %(most)d 小时，否则提醒发不出去；请改短一些，或停用。"),
            most=LONGEST_QUIET // timedelta(hours=1),
        )
    quiet = QuietHours.objects.select_for_update().first() or QuietHours()
    quiet.active, quiet.begins, quiet.ends = active, begins, ends
    quiet.version = (quiet.version or 0) + 1
    quiet.save()
    history.record(quiet, "change", by=by.user if by else None, changes={"hours": str(quiet)})
    return quiet


def _setting(kind: str) -> KindSetting:
    kind_of(kind)
    KindSetting.objects.get_or_create(kind=kind)
    return KindSetting.objects.select_for_update().get(kind=kind)
