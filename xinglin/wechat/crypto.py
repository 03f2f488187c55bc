"""Signatures and AES of the callback channel, and the few signatures that pages and mini programs need.

Every rule here is from the platform's "消息加解密" pages (protocol sheet §2): AES-256-CBC whose key is the
43-character EncodingAESKey, IV = first half of the key, and PKCS7 with a block of **32**, not the cipher's 16.
"""

import base64
import binascii
import hashlib
import hmac
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from django.utils.translation import gettext_lazy as _

from xinglin.wechat.errors import BadSignature, CannotDecrypt

BLOCK = 32
CIPHER_BLOCK = 16
RANDOM_BYTES = 16
LENGTH_BYTES = 4
KEY_CHARACTERS = 43


class BadBase64(CannotDecrypt):
    """The ciphertext or the key is not base64."""

    code = "wechat.bad_base64"


class WrongLength(CannotDecrypt):
    """The ciphertext is not a whole number of blocks, or the length inside it points outside."""

    code = "wechat.wrong_length"


class BadPadding(CannotDecrypt):
    """The padding is none that WeChat writes: almost always another EncodingAESKey."""

    code = "wechat.bad_padding"


class WrongAppid(CannotDecrypt):
    """The text was encrypted for another account."""

    code = "wechat.wrong_appid"


class BadEncodingKey(CannotDecrypt):
    """An EncodingAESKey that cannot be one: not 43 letters and digits."""

    code = "wechat.bad_encoding_key"


def signature(token: str, *parts: str) -> str:
    """Sign as WeChat does: SHA-1 over the token and the parts, sorted, without a separator."""
    return hashlib.sha1("".join(sorted([token, *parts])).encode(), usedforsecurity=False).hexdigest()


def check_signature(claimed: str, token: str, *parts: str) -> None:
    """Compare a claimed signature in constant time.

    Raises ``BadSignature``.
    """
    expected = signature(token, *parts).encode()
    if not hmac.compare_digest(expected, claimed.encode(errors="surrogatepass")):
        raise BadSignature(_("签名不对：请核对公众平台与本系统里填写的 Token 是否一致。"))


def key_bytes(encoding_aes_key: str) -> bytes:
    """Turn the 43-character EncodingAESKey into its 32 bytes.

    The two lowest bits of the last character carry nothing; the official sample key has them set, so they
    are not checked. Raises ``BadEncodingKey``.
    """
    if len(encoding_aes_key) != KEY_CHARACTERS or not (
        encoding_aes_key.isascii() and encoding_aes_key.isalnum()
    ):
        raise BadEncodingKey(
            _("EncodingAESKey 应是 %(expected)d 位字母或数字，现有 %(length)d 位；请从公众平台重新复制。"),
            expected=KEY_CHARACTERS,
            length=len(encoding_aes_key),
        )
    return base64.b64decode(encoding_aes_key + "=")


def encrypt(text: bytes, key: bytes, appid: str, *, random16: bytes | None = None) -> str:
    """Encrypt a message for the platform.

    ``random16`` is for test vectors; WeChat's own is sixteen lower-case hex digits, and so is ours.
    """
    salt = os.urandom(RANDOM_BYTES // 2).hex().encode() if random16 is None else random16
    plain = salt + struct.pack(">I", len(text)) + text + appid.encode()
    fill = BLOCK - len(plain) % BLOCK
    plain += bytes([fill]) * fill
    encryptor = _account_cipher(key).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def decrypt(ciphertext: str, key: bytes, appid: str) -> bytes:
    """Decrypt a message of the platform and check that it was meant for this account.

    Raises ``BadBase64``, ``WrongLength``, ``BadPadding`` or ``WrongAppid``.
    """
    plain = _unpad(_decrypt_blocks(_unbase64(ciphertext), _account_cipher(key)), BLOCK)
    head = RANDOM_BYTES + LENGTH_BYTES
    if len(plain) < head:
        raise WrongLength(_("密文解开后只有 %(length)d 字节，不是一条完整的消息。"), length=len(plain))
    (length,) = struct.unpack(">I", plain[RANDOM_BYTES:head])
    if length > len(plain) - head:
        raise WrongLength(
            _("密文声明有 %(claimed)d 字节正文，实际只有 %(length)d 字节。"),
            claimed=length,
            length=len(plain) - head,
        )
    if not hmac.compare_digest(plain[head + length :], appid.encode()):
        raise WrongAppid(_("消息是发给另一个公众号的（AppID 不符）：请核对回调地址与账号。"))
    return plain[head : head + length]


def decrypt_with_any(ciphertext: str, keys: Sequence[bytes], appid: str) -> bytes:
    """Decrypt with the current key, else with those that it replaced.

    After an EncodingAESKey is changed the platform may go on using the former one for a while, so the
    account keeps it. The refusal raised is the current key's.
    """
    first_refusal: CannotDecrypt | None = None
    for key in keys:
        try:
            return decrypt(ciphertext, key, appid)
        except CannotDecrypt as refusal:
            first_refusal = first_refusal or refusal
    raise first_refusal or BadEncodingKey(
        _("账号没有填写 EncodingAESKey，无法解开加密消息；请在账号设置里补上。")
    )


@lru_cache(maxsize=256)
def _account_cipher(key: bytes) -> "Cipher[CBC]":
    """Return the cipher of an account: to make it anew for every message costs as much as to decrypt."""
    return Cipher(AES(key), CBC(key[:CIPHER_BLOCK]))


def _unbase64(ciphertext: str) -> bytes:
    try:
        return base64.b64decode(ciphertext.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise BadBase64(_("密文不是合法的 Base64 编码。")) from error


def _decrypt_blocks(raw: bytes, cipher: "Cipher[CBC]") -> bytes:
    if not raw or len(raw) % CIPHER_BLOCK:
        raise WrongLength(_("密文长 %(length)d 字节，不是加密块的整数倍。"), length=len(raw))
    decryptor = cipher.decryptor()
    return decryptor.update(raw) + decryptor.finalize()


def _unpad(plain: bytes, block: int) -> bytes:
    fill = plain[-1]
    if not 1 <= fill <= block or fill > len(plain) or plain[-fill:] != bytes([fill]) * fill:
        raise BadPadding(_("密文无法解开：EncodingAESKey 很可能与公众平台上的不一致。"))
    return plain[:-fill]


# ---- pages and mini programs ------------------------------------------------------------------------------


@dataclass(frozen=True)
class JsapiSignature:
    """What ``wx.config`` of a page needs."""

    appid: str
    timestamp: str
    noncestr: str
    signature: str


def sign_page(ticket: str, url: str, *, appid: str, timestamp: str, noncestr: str) -> JsapiSignature:
    """Sign a page for the JS-SDK (sheet §8.13): the address without its #fragment, values not encoded."""
    words = f"jsapi_ticket={ticket}&noncestr={noncestr}&timestamp={timestamp}&url={url.split('#', 1)[0]}"
    digest = hashlib.sha1(words.encode(), usedforsecurity=False).hexdigest()
    return JsapiSignature(appid=appid, timestamp=timestamp, noncestr=noncestr, signature=digest)


def check_raw_data(claimed: str, raw_data: str, session_key: str) -> None:
    """Check the signature of a mini program's ``rawData`` (sheet §8.14).

    Raises ``BadSignature``.
    """
    expected = hashlib.sha1((raw_data + session_key).encode(), usedforsecurity=False).hexdigest()
    if not hmac.compare_digest(expected.encode(), claimed.encode(errors="surrogatepass")):
        raise BadSignature(_("小程序数据的签名不对：登录可能已过期，请重新登录小程序。"))


def decrypt_mini_program_data(encrypted_data: str, iv: str, session_key: str) -> bytes:
    """Decrypt a mini program's ``encryptedData``: AES-128-CBC and PKCS7 with the ordinary block of 16.

    The caller checks ``watermark.appid`` of the JSON. Raises the same refusals as ``decrypt``.
    """
    key, start = _unbase64(session_key), _unbase64(iv)
    if len(key) != CIPHER_BLOCK or len(start) != CIPHER_BLOCK:
        raise WrongLength(_("session_key 与 iv 都应是 %(expected)d 字节。"), expected=CIPHER_BLOCK)
    return _unpad(_decrypt_blocks(_unbase64(encrypted_data), Cipher(AES(key), CBC(start))), CIPHER_BLOCK)
