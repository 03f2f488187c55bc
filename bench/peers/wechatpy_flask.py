"""The peer of the gateway figure: wechatpy in Flask as its own manual shows it, with a list of rules, no storage.

Runs in an environment of its own under gunicorn. wechatpy has no keyword rules: they are tried one after the
other, as the message filters of its sister WeRoBot are, with the patterns compiled beforehand.
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
rules = [
    (rule["how"], rule["word"], re.compile(rule["word"] if rule["how"] == "pattern" else ""), rule["reply"])
    for rule in json.loads(Path(os.environ["BENCH_RULES"]).read_text(encoding="utf-8"))
]


def answer(text: str) -> str:
    """Return the reply of the first rule that fits."""
    for how, word, pattern, reply in rules:
        if how == "exact":
            fits = text == word
        elif how == "contains":
            fits = word in text
        else:
            fits = pattern.search(text) is not None
        if fits:
            return str(reply)
    return ""


@app.route("/wechat", methods=["POST"])  # type: ignore[untyped-decorator]
def wechat() -> str:
    """Check, decrypt, answer, encrypt."""
    query = request.args
    timestamp, nonce = query["timestamp"], query["nonce"]
    check_signature(os.environ["BENCH_TOKEN"], query["signature"], timestamp, nonce)
    message = parse_message(crypto.decrypt_message(request.data, query["msg_signature"], timestamp, nonce))
    reply = create_reply(answer(message.content), message)
    return str(crypto.encrypt_message(reply.render(), nonce, timestamp))
