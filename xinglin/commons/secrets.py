"""Sealing: what must not be readable in a database dump (app secrets, tokens, sensitive tags)."""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from xinglin.commons.errors import Refusal


class CannotUnseal(Refusal):
    """A sealed value was sealed with another key."""

    code = "cannot_unseal"


@lru_cache(maxsize=4)
def _box(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))


def seal(plain: str) -> str:
    """Return the text encrypted and authenticated (Fernet: AES-128-CBC with HMAC-SHA256)."""
    return _box(settings.SEALING_KEY).encrypt(plain.encode()).decode() if plain else ""


def unseal(sealed: str) -> str:
    """Return what was sealed. Raises ``CannotUnseal`` when the key is not the one it was sealed with."""
    if not sealed:
        return ""
    try:
        return _box(settings.SEALING_KEY).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise CannotUnseal(
            _("密文无法解开：封存密钥（XINGLIN_SEALING_KEY）与写入时不同，请换回原来的密钥。")
        ) from None
