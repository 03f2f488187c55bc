"""Libraries and staff for tests; each says only what matters."""

from itertools import count
from typing import Unpack

from xinglin.consortium import services
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.services.libraries import Profile

PASSWORD = "a-word-for-the-tests-7"
_numbers = count(1)


def a_library(code: str = "", *, parent: Library | None = None, **profile: Unpack[Profile]) -> Library:
    """A library; without a code, one that nobody else has."""
    code = code or f"L{next(_numbers)}"
    profile.setdefault("name", f"{code} 馆")
    return services.add_library(code=code, parent=parent, by=None, **profile)


def a_staff(
    *roles: str,
    library: Library | None = None,
    name: str = "",
    over: Library | None = None,
    everywhere: bool = False,
    sign_in_name: str = "",
) -> Staff:
    """A member of staff with roles over their own library, over another one, or everywhere.

    Signs in with ``PASSWORD``.
    """
    number = next(_numbers)
    library = library or a_library()
    staff = services.appoint_staff(
        library=library,
        sign_in_name=sign_in_name or f"staff{number}",
        name=name or f"馆员{number}",
        password=PASSWORD,
        by=None,
    )
    for role in roles:
        services.grant_role(staff=staff, role=role, library=None if everywhere else over or library, by=None)
    return staff
