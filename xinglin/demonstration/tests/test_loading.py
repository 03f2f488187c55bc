"""The story is told by the services of every room, and every screen of the console shows it."""

import pytest
from django.urls import reverse

from xinglin.console.registry import screens
from xinglin.console.screens import ListScreen
from xinglin.consortium.models import Staff
from xinglin.consortium.tests.cast import signed_in
from xinglin.demonstration import loading
from xinglin.mobile.registry import pages


@pytest.mark.django_db
def test_the_whole_story_loads_once_and_every_list_shows_it() -> None:
    said: list[str] = []
    assert loading.load_once(say=said.append)
    assert not loading.load_once(say=said.append)
    manager = signed_in(Staff.objects.get(user__username="shen.liqun"))
    reverse("console:home")  # the rooms leave their screens and pages when the addresses are read
    assert len(screens) > 100
    for name, screen in screens.items():
        if screen.section is None:
            continue
        answer = manager.get(reverse(f"console:{name}"))
        assert answer.status_code in (200, 302, 403), (name, answer.status_code)
        if isinstance(screen, ListScreen) and answer.status_code == 200:
            assert manager.get(reverse(f"console:{name}") + "?export=csv").status_code == 200, name
    assert len(pages) > 30
    for name, page in pages.items():
        if "<" not in str(page.url.pattern):
            answer = manager.get(reverse(f"mobile:{name}"))
            assert answer.status_code < 500, (name, answer.status_code)
