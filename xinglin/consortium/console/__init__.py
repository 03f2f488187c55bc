"""The console's screens of the consortium, and whose library stands in the top bar."""

from xinglin.console.access import Place, StaffRequest, set_place_provider
from xinglin.consortium.console import hours, libraries, roles, staff
from xinglin.consortium.models import Staff
from xinglin.consortium.roles import ROLES

__all__ = ["hours", "libraries", "roles", "staff"]


def _place_of(request: StaffRequest) -> Place | None:
    person: Staff | None = getattr(request.user, "staff", None)
    if person is None:
        return None
    held = [str(ROLES[role].name) for role, _library in person.grants_held if role in ROLES]
    return Place(library=person.library.label, role="、".join(dict.fromkeys(held)))


set_place_provider(_place_of)
