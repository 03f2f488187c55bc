"""A self-check machine as the tests of SIP2 talk to it."""

import re

from xinglin.circulation import services
from xinglin.circulation.models import Device, DeviceRight
from xinglin.circulation.sip2.conversation import Conversation
from xinglin.circulation.sip2.layouts import BY_CODE, REQUESTS
from xinglin.circulation.sip2.wire import Message, read
from xinglin.consortium.tests.cast import SmallConsortium

NOW = "20260110    084237"
PAIRS = {layout.code: layout.answer for layout in REQUESTS if layout.answer}
EVERYTHING = list(DeviceRight.values)


def a_device(cast: SmallConsortium, **file: object) -> Device:
    told: dict[str, object] = {
        "name": "一楼自助机", "login": "", "networks": ["10.0.0.0/8"], "rights": EVERYTHING, **file,
    }  # fmt: skip
    return services.add_device(library=cast.a, by=None, **told)  # type: ignore[arg-type]


def a_machine(cast: SmallConsortium, **file: object) -> Conversation:
    a_device(cast, **file)
    return Conversation(peer="10.1.2.3", server="test")


def ask(machine: Conversation, line: str) -> Message:
    return read(machine.answer(line.encode(machine.charset)).strip(b"\r\n"), charset=machine.charset)


def fixed_of(code: str) -> str:
    """A fixed part that fits the layout, made from its table."""
    made = []
    for part in BY_CODE[code].parts:
        if part.pattern.startswith("(?:"):
            made.append(NOW)
        elif part.pattern.startswith(".{") or part.pattern.startswith("[YN ]{"):
            made.append(" " * int(re.search(r"\{(\d+)\}", part.pattern)[1]))  # type: ignore[index]
        else:
            made.append({r"\d\.\d\d": "2.00", "[A-Z]{3}": "CNY", r"[+\-*]": "+"}.get(part.pattern, "Y"))
    return "".join(made)
