"""The peer of the gateway figure: wechatpy in Flask as its own manual shows it, with a list of rules, no storage.

Runs in an environment of its own under gunicorn. wechatpy has no keyword rules, its users write them. Two ways:
``patterns`` is the ordinary one, a table of compiled patterns that are tried one after the other, as the filters of
WeRoBot and most bots' keyword tables are; ``strings`` is the cheapest loop that we could think of, which compares
exact words as strings and looks for contained ones with ``in``.
"""

import json
import os
import re
from pathlib import Path

from flask import Flask, request  # type: ignore[import-not-found]
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import create_reply
from wechatpy.utils import check_signature

app = Flask(__name__)
crypto = WeChatCrypto(os.environ["BENCH_TOKEN"], os.environ["BENCH_AES_KEY"], os.environ["BENCH_APPID"])
told = json.loads(Path(os.environ["BENCH_RULES"]).read_text(encoding="utf-8"))


def as_pattern(how: str, word: str) -> "re.Pattern[str]":
    """Return a rule as one pattern."""
    if how == "pattern":
        return re.compile(word)
    return re.compile(f"^{re.escape(word)}$" if how == "exact" else re.escape(word))


table = [(as_pattern(rule["how"], rule["word"]), rule["reply"]) for rule in told]
by_kind = [
    (rule["how"], rule["word"], pattern, rule["reply"])
    for rule, (pattern, _reply) in zip(told, table, strict=True)
]


def first_pattern(text: str) -> str:
    """Return the reply of the first pattern that fits."""
    for pattern, reply in table:
        if pattern.search(text):
            return str(reply)
    return ""


def first_by_kind(text: str) -> str:
    """Return the reply of the first rule that fits, compared in the cheapest way of its kind."""
    for how, word, pattern, reply in by_kind:
        if how == "exact":
            fits = text == word
        elif how == "contains":
            fits = word in text
        else:
            fits = pattern.search(text) is not None
        if fits:
            return str(reply)
    return ""


answer = first_by_kind if os.environ.get("BENCH_STYLE") == "strings" else first_pattern


@app.route("/wechat", methods=["POST"])  # type: ignore[untyped-decorator]
def wechat() -> str:
    """Check, decrypt, answer, encrypt."""
    query = request.args
    timestamp, nonce = query["timestamp"], query["nonce"]
    check_signature(os.environ["BENCH_TOKEN"], query["signature"], timestamp, nonce)
    message = parse_message(crypto.decrypt_message(request.data, query["msg_signature"], timestamp, nonce))
    reply = create_reply(answer(message.content), message)
    return str(crypto.encrypt_message(reply.render(), nonce, timestamp))
