"""Rows of the WeChat channel."""

from xinglin.wechat.models.accounts import AccessToken, Account, CallbackMode, TokenPurpose
from xinglin.wechat.models.followers import (
    Binding,
    BindingCode,
    BoundThrough,
    Conversation,
    Follower,
    PersonalLink,
)
from xinglin.wechat.models.menus import Material, MaterialKind, Menu, MenuState
from xinglin.wechat.models.messages import IncomingMessage, MessageState, OutgoingMessage, OutgoingState
from xinglin.wechat.models.notices import NoticeTemplate, SubscriptionConsent, TemplateWay
from xinglin.wechat.models.rules import HOW_CHOICES, KeywordRule, Occasion, ReplyMode

__all__ = [
    "HOW_CHOICES",
    "AccessToken",
    "Account",
    "Binding",
    "BindingCode",
    "BoundThrough",
    "CallbackMode",
    "Conversation",
    "Follower",
    "IncomingMessage",
    "KeywordRule",
    "Material",
    "MaterialKind",
    "Menu",
    "MenuState",
    "MessageState",
    "NoticeTemplate",
    "Occasion",
    "OutgoingMessage",
    "OutgoingState",
    "PersonalLink",
    "ReplyMode",
    "SubscriptionConsent",
    "TemplateWay",
    "TokenPurpose",
]
