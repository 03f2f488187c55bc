"""The other peer of the gateway figure: WeRoBot with its own filters, written as its manual shows, no storage.

Runs in an environment of its own under gunicorn. "Contains" is a filter on ``.*?word.*?``, as in its manual.
"""

import json
import os
import re
from pathlib import Path

from werobot import WeRoBot

robot = WeRoBot(
    token=os.environ["BENCH_TOKEN"],
    encoding_aes_key=os.environ["BENCH_AES_KEY"],
    app_id=os.environ["BENCH_APPID"],
    enable_session=False,
)


def add(how: str, word: str, reply: str) -> None:
    """Register one rule."""
    wanted = {"exact": word, "contains": re.compile(f".*?{re.escape(word)}.*?"), "pattern": re.compile(word)}[
        how
    ]
    robot.add_filter(lambda: reply, [wanted])


for rule in json.loads(Path(os.environ["BENCH_RULES"]).read_text(encoding="utf-8")):
    add(rule["how"], rule["word"], rule["reply"])

app = robot.wsgi
