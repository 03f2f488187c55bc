"""The story is told by the services of every room, and every screen of the console shows it."""

import pytest
from django.urls import reverse

from xinglin.catalog.discovery import engine
from xinglin.catalog.missing.models import MissedSearch
from xinglin.console.registry import screens
from xinglin.console.screens import ListScreen
from xinglin.consortium.models import Staff
from xinglin.consortium.tests.cast import signed_in
from xinglin.demonstration import files, loading, supply
from xinglin.ill.lifecycle import Wanted
from xinglin.ill.models import Partner, Wish
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
    # What was looked for in vain is really not there, not even nearly.
    missed = list(MissedSearch.objects.all())
    assert {each.words for each in missed} == {
        words for _day, _at, words, _times in files.entries("discovery")["missed"]
    }
    assert not [each.words for each in missed if engine().search_text(each.words).total]
    # The library outside joins in when its address is known, twice with the same effect.
    for port in (9, 10):
        supply.connect_the_partner(url=f"http://127.0.0.1:{port}/", secret="a-secret-of-two-libraries")
    partner = Partner.objects.get(symbol=supply.PARTNER)
    assert partner.active and partner.catalogue is not None
    assert partner.catalogue.address == "http://127.0.0.1:10/sru"
    supply.borrow_from_outside()
    assert Wish.objects.get(isbn=supply.FROM_OUTSIDE.isbn).state == Wanted.SEEKING
