"""What the channel refuses, and in which words."""

from xinglin.commons.errors import Refusal


class CallbackRefused(Refusal):
    """A push that did not come from the platform, or not whole. Answered with ``status`` and the sentence."""

    code = "wechat.callback_refused"
    status = 400


class BadSignature(CallbackRefused):
    """The signature of a push, a page or a mini program's data does not fit."""

    code = "wechat.bad_signature"
    status = 403


class CannotDecrypt(CallbackRefused):
    """The encrypted part of a push cannot be read; the subclasses say why."""

    code = "wechat.cannot_decrypt"


class BadMessage(CallbackRefused):
    """A push whose XML or JSON is not one, is too big, or carries a document type or entities."""

    code = "wechat.bad_message"


class MessageTooBig(BadMessage):
    """A push beyond the megabyte that is read at most."""

    code = "wechat.message_too_big"
    status = 413


class UnknownAccount(CallbackRefused):
    """A callback address that belongs to no account of this installation."""

    code = "wechat.unknown_account"
    status = 404


class UnknownReply(Refusal):
    """A reply of a type that we do not know."""

    code = "wechat.unknown_reply"


class MayNotSend(Refusal):
    """Nothing may be sent to this follower now; a notice takes another channel."""

    code = "wechat.may_not_send"


class NotCapable(MayNotSend):
    """The account's kind can only answer."""

    code = "wechat.not_capable"


class WindowClosed(MayNotSend):
    """More than 48 hours since the follower last wrote."""

    code = "wechat.window_closed"


class WindowUsedUp(MayNotSend):
    """The messages that the platform grants for one message of the follower are used up."""

    code = "wechat.window_used_up"


class WrongCode(Refusal):
    """A binding code that does not exist, was used, or is over its time."""

    code = "wechat.wrong_code"


class WrongCard(Refusal):
    """Card number and password do not belong together; which of them is wrong is not said."""

    code = "wechat.wrong_card"


class NotBound(Refusal):
    """The follower is not bound to a reader."""

    code = "wechat.not_bound"


class AccountUnfit(Refusal):
    """What was entered of an account cannot be."""

    code = "wechat.account_unfit"


class RuleUnfit(Refusal):
    """What was entered of a rule cannot be."""

    code = "wechat.rule_unfit"


class MaterialGone(Refusal):
    """A reply names a material that is not there, or not at the platform."""

    code = "wechat.material_gone"


class MaterialUnfit(Refusal):
    """A file that the platform would not take."""

    code = "wechat.material_unfit"


class SyncUnderWay(Refusal):
    """The account's followers are being synchronised already."""

    code = "wechat.sync_under_way"


class SceneUnfit(Refusal):
    """What was entered of a scene code cannot be."""

    code = "wechat.scene_unfit"


class MoveNotPossible(Refusal):
    """A move of openids that cannot be begun or go on so: the same AppID twice, another one open, the wrong moment."""

    code = "wechat.move_not_possible"
