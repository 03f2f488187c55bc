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
from xinglin.wechat.models.moving import Fate, MovedFollower, MoveState, OpenidMove
from xinglin.wechat.models.notices import NoticeTemplate, SubscriptionConsent, TemplateWay
from xinglin.wechat.models.rules import HOW_CHOICES, KeywordRule, Occasion, ReplyMode
from xinglin.wechat.models.scenes import SceneCode, SceneKind, SceneScans
from xinglin.wechat.models.syncing import FollowerSync, SyncStage, SyncState

__all__ = [
    "HOW_CHOICES",
    "AccessToken",
    "Account",
    "Binding",
    "BindingCode",
    "BoundThrough",
    "CallbackMode",
    "Conversation",
    "Fate",
    "Follower",
    "FollowerSync",
    "IncomingMessage",
    "KeywordRule",
    "Material",
    "MaterialKind",
    "Menu",
    "MenuState",
    "MessageState",
    "MoveState",
    "MovedFollower",
    "NoticeTemplate",
    "Occasion",
    "OpenidMove",
    "OutgoingMessage",
    "OutgoingState",
    "PersonalLink",
    "ReplyMode",
    "SceneCode",
    "SceneKind",
    "SceneScans",
    "SubscriptionConsent",
    "SyncStage",
    "SyncState",
    "TemplateWay",
    "TokenPurpose",
]
