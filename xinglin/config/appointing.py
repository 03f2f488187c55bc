"""``xinglin appoint``: the first people of a new installation, before anybody can sign in."""

import getpass
import os
import sys

from xinglin.commons.errors import Refusal

PASSWORD_VARIABLE = "XINGLIN_NEW_PASSWORD"  # noqa: S105 (the name of a variable)


def appoint(*, sign_in_name: str, name: str, role: str, library_code: str, library_name: str) -> int:
    """Appoint one person with one role over the whole consortium; make the library when it is the first.

    The password is asked for, or read from the variable. Returns the status of the command.
    """
    from xinglin.consortium import queries, services
    from xinglin.consortium.models import Library

    password = os.environ.get(PASSWORD_VARIABLE) or getpass.getpass("密码 password: ")
    try:
        if library_name and not Library.objects.exists():
            library = services.add_library(code=library_code, name=library_name, kind="main", by=None)
        else:
            library = queries.library_by_code(library_code)
        staff = services.appoint_staff(
            library=library, sign_in_name=sign_in_name, name=name, password=password, by=None
        )
        services.grant_role(staff=staff, role=role, library=None, by=None)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    print(f"{name}（{sign_in_name}）: {role}, {library.name}")
    return 0
