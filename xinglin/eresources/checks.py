"""Check-ups of the electronic resources: trials that end, databases that nobody may use."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext as _

from xinglin.commons import clock
from xinglin.commons.checkups import Finding, Health, checkup
from xinglin.eresources.lifecycle import State
from xinglin.eresources.models import Database, Kind

SOON = timedelta(days=7)
TOLD_AT_MOST = 5


@checkup
def trials() -> Iterator[Finding]:
    """Trials that end within a week, or are over and still stand in the list."""
    shown = Database.objects.filter(state=State.ACTIVE, kind=Kind.TRIAL)
    ending = shown.filter(trial_until__gte=clock.today(), trial_until__lte=clock.today() + SOON)
    over = shown.filter(trial_until__lt=clock.today())
    for found, says, remedy in (
        (ending, _("%(n)d 个数据库的试用一周内结束：%(names)s。"), _("请收集读者意见，决定是否订购。")),
        (over, _("%(n)d 个数据库的试用已结束：%(names)s。"), _("请在 资源 → 数据库 里改为已购，或停用。")),
    ):
        names = list(found.values_list("name", flat=True))
        if names:
            told = "、".join(names[:TOLD_AT_MOST])
            yield Finding(Health.WATCH, says % {"n": len(names), "names": told}, remedy)


@checkup
def entitlements() -> Iterator[Finding]:
    """Databases that are shown nowhere because no library may use them."""
    unused = Database.objects.filter(state=State.ACTIVE, entitlements__isnull=True).exclude(kind=Kind.OPEN)
    names = list(unused.values_list("name", flat=True))
    if names:
        yield Finding(
            Health.WATCH,
            _("%(n)d 个数据库没有任何馆可用：%(names)s。")
            % {"n": len(names), "names": "、".join(names[:TOLD_AT_MOST])},
            _("请在数据库的页面上开通使用权。"),
        )
    else:
        yield Finding(Health.FINE, _("电子资源的使用权齐全。"))
