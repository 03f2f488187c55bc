"""Subscription notices: consents, pop-ups, and the values that fit into each sort of keyword."""

from __future__ import annotations

import re
from collections.abc import Callable

from wechat_sandbox.api.fields import Fields
from wechat_sandbox.errors import ApiError, Refused
from wechat_sandbox.events import event
from wechat_sandbox.push import Outcome
from wechat_sandbox.state import Account, Consent, Follower, Template
from wechat_sandbox.wire import XmlFields
from wechat_sandbox.world import World

H5, ARTICLE = 1, 2
LASTING = 3
MOST_AT_ONCE = 3


def _at_most(limit: int) -> Callable[[str], bool]:
    return lambda value: 0 < len(value) <= limit


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


def _name(value: str) -> bool:
    """Ten Chinese characters or twenty letters; letters and Chinese together count as Chinese."""
    return 0 < len(value) <= (20 if value.isascii() else 10)


_DAY = r"\d{4}年\d{1,2}月\d{1,2}日|\d{4}[-/]\d{1,2}[-/]\d{1,2}"
_HOUR = r"\d{1,2}:\d{2}(:\d{2})?"
_MOMENT = rf"(({_DAY})( ?{_HOUR})?|{_HOUR})"
_WHEN = rf"{_MOMENT}( ?[~～-] ?{_MOMENT})?"

RULES: dict[str, Callable[[str], bool]] = {
    "thing": _at_most(20),
    "number": _matches(r"(?=.{1,32}$)[-+]?\d+(\.\d+)?"),
    "letter": _matches(r"[A-Za-z]{1,32}"),
    "symbol": _matches(r"[^\w\s]{1,5}"),
    "character_string": _matches(r"[\x21-\x7e]{1,32}"),
    "time": _matches(_WHEN),
    "date": _matches(_WHEN),
    "amount": _matches(r"[¥$€￥]?\d{1,10}(\.\d{1,2})?元?"),
    "phone_number": _matches(r"[\d+\-() ]{1,17}"),
    "car_number": _at_most(8),
    "name": _name,
    "phrase": _at_most(5),
    "enum": _at_most(20),
}
"""What each prefix takes (page "订阅消息参数值内容限制说明"); outside of it 47003."""


def check_values(template: Template, data: Fields) -> list[dict[str, object]]:
    """Label and value of each line of the notice. Raises 47003 naming the first wrong one."""
    lines: list[dict[str, object]] = []
    for line in template.content.splitlines():
        label, _, rest = line.partition(":{{")
        field = rest.removesuffix(".DATA}}")
        value = data.child(field, error=47003).optional_text("value")
        rule = RULES[field.rstrip("0123456789")]
        if not rule(value):
            raise ApiError(47003, f"argument invalid! data.{field}.value invalid")
        lines.append({"label": label, "value": value})
    return lines


def consent_of(follower: Follower, template_id: str) -> Consent:
    return follower.consents.setdefault(template_id, Consent())


def spend_consent(follower: Follower, template: Template) -> None:
    """Use one leave to send. Raises 43101 when there is none."""
    consent = consent_of(follower, template.template_id)
    if consent.refused or consent.left < 1:
        raise ApiError(43101)
    if template.kind != LASTING:
        consent.left -= 1


async def answer_popup(
    world: World, account: Account, follower: Follower, answers: dict[str, bool], *, scene: int = H5
) -> Outcome | None:
    """The person answers the pop-up of up to three templates; each accept allows one notice."""
    if not 1 <= len(answers) <= MOST_AT_ONCE:
        raise Refused("bad_popup", f"A pop-up asks for 1 to {MOST_AT_ONCE} templates.")
    unknown = answers.keys() - account.service.notices.keys()
    if unknown:
        raise Refused("no_such_template", f"The account has no template {', '.join(sorted(unknown))}.")
    listed: list[XmlFields] = []
    for template_id, accepted in answers.items():
        consent = consent_of(follower, template_id)
        if accepted:
            consent.left, consent.refused = consent.left + 1, False
        status = "accept" if accepted else "reject"
        listed.append({"TemplateId": template_id, "SubscribeStatusString": status, "PopupScene": scene})
    fields: XmlFields = {"SubscribeMsgPopupEvent": {"List": listed}}
    if account.callback.format == "json":
        fields = {"List": [{**one, "PopupScene": str(scene)} for one in listed]}
    return await event(world, account, follower, "subscribe_msg_popup_event", fields)


async def refuse_notices(
    world: World, account: Account, follower: Follower, template_id: str
) -> Outcome | None:
    """The person switches a template off in the account's settings."""
    consent = consent_of(follower, template_id)
    consent.left, consent.refused = 0, True
    listed: list[XmlFields] = [{"TemplateId": template_id, "SubscribeStatusString": "reject"}]
    fields: XmlFields = {"SubscribeMsgChangeEvent": {"List": listed}}
    if account.callback.format == "json":
        fields = {"List": listed}
    return await event(world, account, follower, "subscribe_msg_change_event", fields)


async def report_sent(
    world: World, account: Account, follower: Follower, template_id: str, number: int
) -> Outcome | None:
    """The receipt of a notice."""
    one: XmlFields = {
        "TemplateId": template_id,
        "MsgID": number,
        "ErrorCode": 0,
        "ErrorStatus": "success",
    }
    fields: XmlFields = {"SubscribeMsgSentEvent": {"List": [one]}}
    if account.callback.format == "json":
        fields = {"List": [{**one, "MsgID": str(number), "ErrorCode": "0"}]}
    return await event(world, account, follower, "subscribe_msg_sent_event", fields)
