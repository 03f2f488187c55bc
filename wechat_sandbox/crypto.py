"""Signatures and the AES envelope of message encryption (``WXBizMsgCrypt``)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
"""PKCS#7 is padded to 32 bytes here although AES works in blocks of 16 (platform's encryption guide)."""


class EnvelopeError(ValueError):
    """An encrypted text cannot be opened; the text says at which step."""


def signature(*parts: str) -> str:
    """SHA-1 of the sorted parts: token, timestamp, nonce and, for ``msg_signature``, the cipher text."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def signature_matches(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode())


def jsapi_signature(*, ticket: str, noncestr: str, timestamp: str, url: str) -> str:
    """The JS-SDK signature; the part of ``url`` after ``#`` does not count."""
    text = f"jsapi_ticket={ticket}&noncestr={noncestr}&timestamp={timestamp}&url={url.partition('#')[0]}"
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def is_encoding_aes_key(text: str) -> bool:
    """43 characters of base64 that stand for 32 bytes."""
    try:
        return len(text) == 43 and len(base64.b64decode(text + "=", validate=True)) == 32
    except binascii.Error:
        return False


@lru_cache(maxsize=256)
def envelope_of(encoding_aes_key: str, receiver: str) -> Envelope:
    """The envelope of one account: to make it anew for every push costs as much as to seal."""
    return Envelope(encoding_aes_key, receiver)


class Envelope:
    """Seals and opens texts for one receiver (an appid)."""

    def __init__(self, encoding_aes_key: str, receiver: str) -> None:
        if not is_encoding_aes_key(encoding_aes_key):
            raise EnvelopeError("EncodingAESKey must be 43 base64 characters")
        key = base64.b64decode(encoding_aes_key + "=")
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))
        self._receiver = receiver.encode()

    def seal(self, text: str, random16: str) -> str:
        content = text.encode()
        plain = random16.encode() + struct.pack(">I", len(content)) + content + self._receiver
        padding = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher.encryptor()
        sealed = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def open(self, sealed: str) -> str:
        """Return the text inside. Raises ``EnvelopeError`` for anything that is not meant for us."""
        try:
            data = base64.b64decode(sealed, validate=True)
            decryptor = self._cipher.decryptor()
            plain = decryptor.update(data) + decryptor.finalize()
        except ValueError as error:
            raise EnvelopeError("not base64 of whole AES blocks") from error
        padding = plain[-1] if plain else 0
        if not 1 <= padding <= BLOCK or plain[-padding:] != bytes([padding]) * padding:
            raise EnvelopeError("wrong padding: is the EncodingAESKey the same on both sides?")
        plain = plain[:-padding]
        if len(plain) < 20:
            raise EnvelopeError("too short")
        (length,) = struct.unpack(">I", plain[16:20])
        content, receiver = plain[20 : 20 + length], plain[20 + length :]
        if len(content) != length or receiver != self._receiver:
            raise EnvelopeError(f"sealed for {receiver[:40]!r}, not for {self._receiver!r}")
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            raise EnvelopeError("the text is not UTF-8") from error
