"""What a call to the platform may be refused with, by the retry classes of the protocol sheet §10."""

import re

from django.utils.translation import gettext_lazy as _

from xinglin.commons.errors import Refusal
from xinglin.wechat.client.error_words import words_for
from xinglin.wechat.jsonvalue import JsonObject, as_int, as_text

TOKEN_REJECTED = frozenset({40001, 40014, 42001})
BUSY = frozenset({-1, 45011, 45169, 268487001, 268487002})
STOP_TODAY = frozenset({45009, 45028})
STOP_FOREVER = frozenset({48001, 48004, 50002, 40013, 40243})
FOLLOWER_STATE = frozenset({43004, 45015, 45047, 48002, 50005, 43101})
IP_NOT_LISTED = 40164

_RID = re.compile(r"\brid:\s*(\S+)")
_ADDRESS = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}")


class WeChatApiError(Refusal):
    """The platform answered with an error code. ``words`` is what a librarian reads of it."""

    code = "wechat.api_error"
    status = 502

    def __init__(self, errcode: int, errmsg: str, rid: str = "", answer: JsonObject | None = None) -> None:
        self.errcode, self.errmsg, self.rid = errcode, errmsg, rid
        # Some errors carry facts: the number of the job that was sent before, the openids that were refused.
        self.answer: JsonObject = answer or {}
        self.words = words_for(errcode, errmsg)
        super().__init__(
            _("%(words)s（微信错误码 %(errcode)d，rid %(rid)s）"),
            words=self.words,
            errcode=errcode,
            rid=rid or "-",
        )


class TokenRejected(WeChatApiError):
    """The access token is no longer good: the one class that is repeated once with a fresh token."""

    code = "wechat.token_rejected"


class PlatformBusy(WeChatApiError):
    """The platform asks to come back in a moment, and did nothing."""

    code = "wechat.platform_busy"


class QuotaUsedUp(WeChatApiError):
    """Nothing more of this kind today."""

    code = "wechat.quota_used_up"


class NotAuthorised(WeChatApiError):
    """This account will never be allowed this call (48001), or is stopped altogether: never repeated."""

    code = "wechat.not_authorised"


class FollowerUnreachable(WeChatApiError):
    """This follower cannot be sent to now: left, refused, or outside the window."""

    code = "wechat.follower_unreachable"


class IpNotListed(WeChatApiError):
    """The account's IP whitelist lacks the address we call from; ``address`` is the one to add."""

    code = "wechat.ip_not_listed"

    @property
    def address(self) -> str:
        found = _ADDRESS.search(self.errmsg)
        return found.group() if found else ""


class PlatformUnreachable(Refusal):
    """No answer came: the call may or may not have been carried out, so it is not repeated blindly."""

    code = "wechat.platform_unreachable"
    status = 502


class PlatformNotReached(PlatformUnreachable):
    """The connection was never made, so nothing was carried out and the call may be made again."""

    code = "wechat.platform_not_reached"


_CLASSES: tuple[tuple[frozenset[int], type[WeChatApiError]], ...] = (
    (TOKEN_REJECTED, TokenRejected),
    (BUSY, PlatformBusy),
    (STOP_TODAY, QuotaUsedUp),
    (STOP_FOREVER, NotAuthorised),
    (FOLLOWER_STATE, FollowerUnreachable),
    (frozenset({IP_NOT_LISTED}), IpNotListed),
)


def error_of(answer: JsonObject) -> WeChatApiError | None:
    """Return the error that an answer reports; success has errcode 0 or none at all."""
    errcode = as_int(answer.get("errcode"))
    if errcode == 0:
        return None
    errmsg = as_text(answer.get("errmsg"))
    rid = _RID.search(errmsg)
    kind = next((kind for codes, kind in _CLASSES if errcode in codes), WeChatApiError)
    return kind(errcode, errmsg, rid.group(1) if rid else as_text(answer.get("rid")), answer)
