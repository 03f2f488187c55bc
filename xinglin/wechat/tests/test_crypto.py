"""Signatures and AES: the recorded vectors byte for byte, what must be refused, and any text there and back."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.wechat import crypto
from xinglin.wechat.crypto import BadBase64, BadEncodingKey, BadPadding, WrongAppid, WrongLength
from xinglin.wechat.errors import BadSignature, CannotDecrypt
from xinglin.wechat.testing import AES_KEY

KEY = crypto.key_bytes(AES_KEY)
OTHER = crypto.key_bytes("Z" * 42 + "8")
APPID = "wxb11529c136998cb6"


@pytest.mark.corpus
def test_every_recorded_ciphertext_is_read_and_written_byte_for_byte(shared: Path) -> None:
    seen = 0
    for file in sorted((shared / "data/wechat/crypto").glob("*.json")):
        vector = json.loads(file.read_text("utf-8"))
        if "session_key" in vector:
            plain = crypto.decrypt_mini_program_data(
                vector["encrypted_data"], vector["iv"], vector["session_key"]
            )
            assert json.loads(plain) == vector["plaintext"]
            continue
        key = crypto.key_bytes(vector["encoding_aes_key"])
        text = vector["plaintext"].encode()
        assert crypto.decrypt(vector["encrypt"], key, vector["appid"]) == text
        again = crypto.encrypt(text, key, vector["appid"], random16=vector["random16"].encode())
        assert again == vector["encrypt"]
        parts = (vector["timestamp"], vector["nonce"], vector["encrypt"])
        crypto.check_signature(vector["msg_signature"], vector["token"], *parts)
        seen += 1
    assert seen


@pytest.mark.corpus
def test_every_recorded_signature_comes_out(shared: Path) -> None:
    folder = shared / "data/wechat/signature"
    url = json.loads((folder / "url_verification_wechatpy.json").read_text("utf-8"))
    crypto.check_signature(url["signature"], url["token"], url["timestamp"], url["nonce"])
    page = json.loads((folder / "jssdk_official.json").read_text("utf-8"))
    made = crypto.sign_page(
        page["jsapi_ticket"],
        page["url"] + "#top",
        appid=APPID,
        timestamp=page["timestamp"],
        noncestr=page["noncestr"],
    )
    assert made.signature == page["signature"]
    raw = json.loads((folder / "wxa_rawdata_official.json").read_text("utf-8"))
    crypto.check_raw_data(raw["signature"], raw["raw_data"], raw["session_key"])
    with pytest.raises(BadSignature):
        crypto.check_raw_data(raw["signature"], raw["raw_data"] + " ", raw["session_key"])


@given(st.binary(max_size=300))
def test_any_message_comes_back(text: bytes) -> None:
    assert crypto.decrypt(crypto.encrypt(text, KEY, APPID), KEY, APPID) == text


@given(st.binary(max_size=64), st.integers(0, 2**20))
def test_a_changed_ciphertext_never_passes_for_another_message(text: bytes, place: int) -> None:
    """CBC is malleable, so the signature is what protects; decryption alone must at least not crash."""
    raw = bytearray(base64.b64decode(crypto.encrypt(text, KEY, APPID)))
    raw[place % len(raw)] ^= 1
    try:
        crypto.decrypt(base64.b64encode(bytes(raw)).decode(), KEY, APPID)
    except CannotDecrypt as refusal:
        assert str(refusal)


def test_each_fault_has_its_own_refusal() -> None:
    sealed = crypto.encrypt(b"x", KEY, APPID)
    with pytest.raises(BadBase64):
        crypto.decrypt("不是", KEY, APPID)
    with pytest.raises(BadBase64):
        crypto.decrypt(sealed[:-3], KEY, APPID)
    with pytest.raises(WrongLength):
        crypto.decrypt("", KEY, APPID)
    with pytest.raises(WrongLength):
        crypto.decrypt(base64.b64encode(b"123").decode(), KEY, APPID)
    with pytest.raises(BadPadding):
        crypto.decrypt(sealed, OTHER, APPID)
    with pytest.raises(WrongAppid):
        crypto.decrypt(sealed, KEY, "wx0000000000000000")
    for key in ("", "short", AES_KEY + "x", "!" * 43):
        with pytest.raises(BadEncodingKey):
            crypto.key_bytes(key)


def test_the_former_key_still_opens_and_the_refusal_is_the_present_keys() -> None:
    sealed = crypto.encrypt(b"x", OTHER, APPID)
    assert crypto.decrypt_with_any(sealed, [KEY, OTHER], APPID) == b"x"
    with pytest.raises(BadPadding):
        crypto.decrypt_with_any(sealed, [KEY], APPID)
    with pytest.raises(BadEncodingKey):
        crypto.decrypt_with_any(sealed, [], APPID)


def test_a_signature_with_letters_beyond_ascii_is_merely_wrong() -> None:
    for claimed in ("", "é", "\ud800", "0" * 40):
        with pytest.raises(BadSignature):
            crypto.check_signature(claimed, "token", "1", "2")
