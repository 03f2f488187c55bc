"""What each kind of account may do: the platform's privilege table as one switch.

Source: the platform's "接口权限" pages; S0 an uncertified or personal subscription account,
S1 a certified one, F0 an uncertified service account, F1 a certified one; a test account (接口测试号) may do
what F1 may, on smaller quotas.
"""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """The kinds of account, by the platform's own division."""

    S0 = "S0"
    S1 = "S1"
    F0 = "F0"
    F1 = "F1"
    MINI = "MINI"
    TEST = "test"


LABELS = {
    Kind.S0: "订阅号 · 个人",
    Kind.S1: "订阅号 · 已认证",
    Kind.F0: "服务号 · 未认证",
    Kind.F1: "服务号 · 已认证",
    Kind.MINI: "小程序",
    Kind.TEST: "接口测试号",
}


class Capability(StrEnum):
    """A right that the platform grants by kind of account."""

    BASIC = "basic"
    SELFMENU = "selfmenu"
    MATERIAL = "material"
    DRAFT = "draft"
    JSAPI = "jsapi"
    MENU = "menu"
    SERVICE = "service"
    USERS = "users"
    MASS = "mass"
    MASS_BY_LIST = "mass_by_list"
    PUBLISH = "publish"
    COMMENT = "comment"
    DATACUBE = "datacube"
    TEMPLATE = "template"
    NOTICE = "notice"
    TEMPLATES = "templates"
    ONCE = "once"
    SCENE = "scene"
    OAUTH = "oauth"
    MINI = "mini"


_EVERY = {
    Capability.BASIC,
    Capability.SELFMENU,
    Capability.MATERIAL,
    Capability.DRAFT,
    Capability.JSAPI,
}
_CERTIFIED = _EVERY | {
    Capability.MENU,
    Capability.SERVICE,
    Capability.USERS,
    Capability.MASS,
    Capability.PUBLISH,
    Capability.COMMENT,
    Capability.DATACUBE,
    Capability.NOTICE,
    Capability.TEMPLATES,
    Capability.ONCE,
}
_CERTIFIED_SERVICE = frozenset(
    _CERTIFIED | {Capability.MASS_BY_LIST, Capability.TEMPLATE, Capability.SCENE, Capability.OAUTH}
)

GRANTED: dict[Kind, frozenset[Capability]] = {
    Kind.S0: frozenset(_EVERY),
    Kind.S1: frozenset(_CERTIFIED),
    Kind.F0: frozenset(_EVERY | {Capability.MENU}),
    Kind.F1: _CERTIFIED_SERVICE,
    Kind.MINI: frozenset(
        {
            Capability.BASIC,
            Capability.MINI,
            Capability.SERVICE,
            Capability.MATERIAL,
            Capability.TEMPLATES,
        }
    ),
    Kind.TEST: _CERTIFIED_SERVICE,
}


def is_certified(kind: Kind) -> bool:
    return kind in (Kind.S1, Kind.F1, Kind.TEST)
