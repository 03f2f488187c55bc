"""Signatures and envelopes against published and captured vectors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wechat_sandbox.crypto import Envelope, EnvelopeError, jsapi_signature, signature
from wechat_sandbox.tests.conftest import KEY


@pytest.mark.corpus
def test_every_vector_is_sealed_byte_for_byte(shared: Path) -> None:
    checked = 0
    for path in sorted((shared / "data/wechat/crypto").glob("*.json")):
        vector = json.loads(path.read_text())
        if "encoding_aes_key" not in vector:
            continue
        envelope = Envelope(
            vector["encoding_aes_key"], vector.get("receive_id_in_ciphertext", vector["appid"])
        )
        assert envelope.open(vector["encrypt"]) == vector["plaintext"], path.name
        assert envelope.seal(vector["plaintext"], vector["random16"]) == vector["encrypt"], path.name
        parts = (vector["token"], vector["timestamp"], vector["nonce"])
        assert signature(*parts, vector["encrypt"]) == vector["msg_signature"], path.name
        checked += 1
    assert checked >= 10


@pytest.mark.corpus
def test_published_signatures_are_reproduced(shared: Path) -> None:
    folder = shared / "data/wechat/signature"
    sample = json.loads((folder / "jssdk_official.json").read_text())
    made = jsapi_signature(
        ticket=sample["jsapi_ticket"],
        noncestr=sample["noncestr"],
        timestamp=sample["timestamp"],
        url=sample["url"] + "#fragment",
    )
    assert made == sample["signature"]
    plain = json.loads((folder / "url_verification_wechatpy.json").read_text())
    assert signature(plain["token"], plain["timestamp"], plain["nonce"]) == plain["signature"]


@given(text=st.text(), random16=st.text(alphabet="0123456789abcdef", min_size=16, max_size=16))
def test_what_is_sealed_opens_again(text: str, random16: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    envelope = Envelope(KEY, "wxb11529c136998cb6")
    assert envelope.open(envelope.seal(text, random16)) == text


@pytest.mark.parametrize("broken", ["", "not base64!", "AAAA", "A" * 44, "jn1L23DB+6ELqJ+6bruv2Q=="])
def test_a_broken_envelope_is_refused_in_words(broken: str) -> None:
    with pytest.raises(EnvelopeError):
        Envelope(KEY, "wxb11529c136998cb6").open(broken)


def test_an_envelope_for_somebody_else_is_refused() -> None:
    sealed = Envelope(KEY, "wxother").seal("hello", "0" * 16)
    with pytest.raises(EnvelopeError, match="wxother"):
        Envelope(KEY, "wxmine").open(sealed)
