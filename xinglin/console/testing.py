# ruff: noqa: S101
"""What every room's tests of its screens need: a browser, pictures, staff, and a count of queries."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page

from xinglin.commons import clock
from xinglin.commons.testing import asked_in
from xinglin.commons.testing import browser as browser
from xinglin.commons.testing import browser_page as browser_page
from xinglin.commons.testing import look as look
from xinglin.commons.testing import overflows as overflows


def staff_user(username: str = "zhao", *permissions: str, password: str = "") -> User:
    """Return a member of staff of no library in particular, with permissions as "app_label.codename".

    A password is only made when one is given: hashing it well takes its time.
    """
    user, made = User.objects.get_or_create(username=username, defaults={"first_name": "赵静"})
    if made or password:
        user.set_password(password or None)
        user.save()
    for permission in permissions:
        app_label, codename = permission.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app_label, codename=codename)
        )
    return User.objects.get(pk=user.pk)  # permissions are remembered on the object


def staff_client(*permissions: str, user: User | None = None) -> Client:
    """Return a client that is signed in."""
    client = Client()
    client.force_login(user or staff_user("zhao", *permissions))
    return client


def sign_in_browser(page: Page, address: str, user: User) -> None:
    """Give the browser the session of a member of staff."""
    cookie = staff_client(user=user).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}])


def assert_constant_queries(client: Client, url: str, more_rows: Callable[[], object]) -> None:
    """Show that a list asks the database no more often when it holds more rows."""
    client.get(url)  # what is remembered once (content types, sessions) must not count
    counted = []
    for prepare in (lambda: None, more_rows):
        prepare()
        clock.now()  # looked up again when a second has passed: on a busy machine that would count
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counted.append(asked_in(queries))
    fewer, more = counted
    assert len(fewer) == len(more), "\n".join([f"{len(fewer)} queries became {len(more)}:", *more])
