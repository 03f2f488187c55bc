"""Every change to libraries, hours, staff and roles; each deed is one transaction."""

from xinglin.consortium.services.hours import clear_special_day, set_special_day, set_week
from xinglin.consortium.services.libraries import (
    add_library,
    amend_library,
    close_library,
    reopen_library,
    set_contacts,
    set_floor_map,
)
from xinglin.consortium.services.staff import (
    amend_staff,
    appoint_staff,
    grant_role,
    reinstate_staff,
    retire_staff,
    revoke_role,
    set_staff_password,
)

__all__ = [
    "add_library",
    "amend_library",
    "amend_staff",
    "appoint_staff",
    "clear_special_day",
    "close_library",
    "grant_role",
    "reinstate_staff",
    "reopen_library",
    "retire_staff",
    "revoke_role",
    "set_contacts",
    "set_floor_map",
    "set_special_day",
    "set_staff_password",
    "set_week",
]
