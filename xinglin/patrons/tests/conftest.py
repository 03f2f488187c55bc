"""Fixtures of the room of readers."""

import pytest
from django.http import HttpRequest
from django.test import Client

from xinglin.mobile import identity
from xinglin.mobile.identity import Identity
from xinglin.patrons.sign_in import sessions


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Client:
    """A terminal whose shell knows who signed in, as ``wechat`` tells it."""

    def known(request: HttpRequest) -> Identity | None:
        patron = sessions.present(request)
        return Identity(f"patron:{patron.pk}", patron.name) if patron else None

    monkeypatch.setattr(identity, "_identity_provider", known)
    return Client()
