"""The deeds of collection policy, by the main library's hand."""

import re

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xinglin.catalog.copying.queries import require_main_library
from xinglin.catalog.policy.errors import DutyExists, NoClassNumber
from xinglin.catalog.policy.models import ClassDuty, Depth
from xinglin.catalog.search.numbers import class_key
from xinglin.commons import history
from xinglin.consortium.models import Library, Staff

PERMISSION = "catalog.change_record"
_CLASS = re.compile(r"[A-Z]{1,2}[0-9A-Z]*")


@transaction.atomic
def give_duty(
    *, library: Library, number: str, depth: Depth, fewest_new: int = 0, note: str = "", by: Staff | None
) -> ClassDuty:
    """Give a library a class to build. Raises ``MainLibraryOnly``, ``NoClassNumber``, ``DutyExists``."""
    require_main_library(by, PERMISSION)
    duty = ClassDuty(library=library)
    _fill(duty, number, depth, fewest_new, note)
    history.record(duty, "assign", by=by.user if by else None, changes={"library": library.name})
    return duty


@transaction.atomic
def amend_duty(
    *,
    duty: ClassDuty,
    library: Library,
    number: str,
    depth: Depth,
    fewest_new: int,
    note: str,
    by: Staff | None,
) -> ClassDuty:
    """Change a duty. Raises ``MainLibraryOnly``, ``NoClassNumber``, ``DutyExists``."""
    require_main_library(by, PERMISSION)
    current = ClassDuty.objects.select_for_update().get(pk=duty.pk)
    current.library = library
    current.version += 1
    _fill(current, number, depth, fewest_new, note)
    history.record(current, "amend", by=by.user if by else None)
    return current


@transaction.atomic
def end_duty(*, duty: ClassDuty, by: Staff | None) -> None:
    """Take a class from a library. Raises ``MainLibraryOnly``."""
    require_main_library(by, PERMISSION)
    history.record(duty, "delete", by=by.user if by else None, changes={"number": duty.number})
    ClassDuty.objects.filter(pk=duty.pk).delete()


def _fill(duty: ClassDuty, number: str, depth: Depth, fewest_new: int, note: str) -> None:
    key = class_key(number)
    if not _CLASS.fullmatch(key) or len(key) > 20:
        raise NoClassNumber(_("“%(number)s”不是中图法分类号；请写成 R54、R5 或 TP 这样。"), number=number)
    duty.number, duty.key, duty.depth = number.strip(), key, depth
    duty.fewest_new, duty.note = fewest_new, note
    try:
        with transaction.atomic():
            duty.save()
    except IntegrityError as taken:
        raise DutyExists(
            _("%(library)s已经分工建设 %(number)s；请修改原来的那条。"),
            library=duty.library.name,
            number=duty.number,
        ) from taken
