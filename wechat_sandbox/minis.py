"""What a mini program's page gets from WeChat on the phone: codes, sealed profiles, signatures."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from wechat_sandbox.state import Account, OAuthCode, Person, Session
from wechat_sandbox.world import World

CODE_LIFE = 300
BLOCK = 16


def login_code(world: World, account: Account, person: str, scope: str = "jscode") -> str:
    """What ``wx.login`` (scope ``jscode``) or the phone-number button (``phone``) hands out."""
    follower = world.follower(account, person)
    code = OAuthCode(world.secret(32), account.appid, follower.openid, scope, world.clock.now() + CODE_LIFE)
    world.state.codes[code.value] = code
    return code.value


def session_of(world: World, account: Account, openid: str) -> Session:
    """A fresh session; the key of the one before no longer opens anything new."""
    key = base64.b64encode(hashlib.sha256(world.secret(16).encode()).digest()[:16]).decode()
    session = world.state.sessions[f"{account.appid} {openid}"] = Session(account.appid, openid, key)
    return session


def phone_of(person: Person) -> str:
    """A number that no real person has: area 191 with digits from the person's name."""
    return f"191{zlib.crc32(person.key.encode()) % 10**8:08d}"


def seal(session_key: str, iv: str, data: object) -> str:
    """``encryptedData``: AES-128-CBC with PKCS#7 of 16, key and vector in base64."""
    plain = json.dumps(data, ensure_ascii=False).encode()
    padding = BLOCK - len(plain) % BLOCK
    cipher = Cipher(algorithms.AES(base64.b64decode(session_key)), modes.CBC(base64.b64decode(iv)))
    encryptor = cipher.encryptor()
    return base64.b64encode(
        encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
    ).decode()


def sign(raw: str, session_key: str) -> str:
    """The signature over ``rawData``."""
    return hashlib.sha1((raw + session_key).encode(), usedforsecurity=False).hexdigest()


def profile(world: World, account: Account, person: Person, session: Session) -> dict[str, str]:
    """What ``wx.getUserInfo`` gives: raw data, signature, sealed data, vector."""
    raw = {
        "nickName": person.nickname,
        "gender": 0,
        "language": "zh_CN",
        "city": "",
        "province": "",
        "country": "",
    }
    raw["avatarUrl"] = f"{world.base_url}/sandbox/portraits/{person.key}.svg"
    text = json.dumps(raw, ensure_ascii=False)
    iv = base64.b64encode(world.secret(16).encode()).decode()
    watermark = {"timestamp": world.clock.seconds(), "appid": account.appid}
    data = raw | {"openId": session.openid, "unionId": person.unionid, "watermark": watermark}
    return {
        "rawData": text,
        "signature": sign(text, session.key),
        "encryptedData": seal(session.key, iv, data),
        "iv": iv,
    }
