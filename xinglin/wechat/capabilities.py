"""What an account of each kind may do (protocol sheet §1), corrected by what a probe found.

Nobody asks "is this a service account": they ask ``allows(kind, Capability.CUSTOM_MENU)``. The table is what
the platform's pages say; a probe of the account itself (``probe.py``) overrides it, because pages disagree
with each other and accounts with the pages.
"""

from collections.abc import Mapping
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AccountKind(TextChoices):
    """Subscription and service accounts, certified or not, and the two that are neither."""

    S0 = "S0", _("未认证订阅号（个人）")
    S1 = "S1", _("已认证订阅号")
    F0 = "F0", _("未认证服务号")
    F1 = "F1", _("已认证服务号")
    MINI_PROGRAM = "WXA", _("小程序")
    TEST = "test", _("接口测试号")


class Capability(StrEnum):
    """One row of the table; the value is how probes and screens name it."""

    PASSIVE_REPLY = "passive_reply"
    MATERIAL = "material"
    DRAFT = "draft"
    JSSDK = "jssdk"
    JSSDK_SHARE = "jssdk_share"
    CUSTOM_MENU = "custom_menu"
    CUSTOMER_SERVICE = "customer_service"
    USERS = "users"
    TAGS = "tags"
    MASS_BY_TAG = "mass_by_tag"
    MASS_BY_LIST = "mass_by_list"
    PUBLISH = "publish"
    COMMENT = "comment"
    STATISTICS = "statistics"
    TEMPLATE_MESSAGE = "template_message"
    SUBSCRIPTION_NOTICE = "subscription_notice"
    ONE_TIME_SUBSCRIPTION = "one_time_subscription"
    SCENE_QR = "scene_qr"
    OAUTH = "oauth"
    LOCATION_REPORT = "location_report"
    PAYMENT = "payment"
    MINI_PROGRAM_LOGIN = "mini_program_login"


LABELS = {
    Capability.PASSIVE_REPLY: _("被动回复"),
    Capability.MATERIAL: _("素材管理"),
    Capability.DRAFT: _("草稿箱"),
    Capability.JSSDK: _("网页 JS-SDK"),
    Capability.JSSDK_SHARE: _("网页自定义分享"),
    Capability.CUSTOM_MENU: _("自定义菜单"),
    Capability.CUSTOMER_SERVICE: _("客服消息"),
    Capability.USERS: _("用户列表与资料"),
    Capability.TAGS: _("用户标签"),
    Capability.MASS_BY_TAG: _("按标签群发"),
    Capability.MASS_BY_LIST: _("按名单群发"),
    Capability.PUBLISH: _("发布"),
    Capability.COMMENT: _("留言管理"),
    Capability.STATISTICS: _("数据统计"),
    Capability.TEMPLATE_MESSAGE: _("模板消息"),
    Capability.SUBSCRIPTION_NOTICE: _("订阅通知"),
    Capability.ONE_TIME_SUBSCRIPTION: _("一次性订阅消息"),
    Capability.SCENE_QR: _("带参数二维码"),
    Capability.OAUTH: _("网页授权"),
    Capability.LOCATION_REPORT: _("地理位置上报"),
    Capability.PAYMENT: _("微信支付"),
    Capability.MINI_PROGRAM_LOGIN: _("小程序登录"),
}

_C = Capability
# F0 is S0 with a menu by the old table of the platform; the sandbox and the probe say the rest.
_UNCERTIFIED = frozenset({_C.PASSIVE_REPLY, _C.MATERIAL, _C.DRAFT, _C.JSSDK})
_CERTIFIED = _UNCERTIFIED | {
    _C.JSSDK_SHARE,
    _C.CUSTOM_MENU,
    _C.CUSTOMER_SERVICE,
    _C.USERS,
    _C.TAGS,
    _C.MASS_BY_TAG,
    _C.PUBLISH,
    _C.COMMENT,
    _C.STATISTICS,
    _C.SUBSCRIPTION_NOTICE,
    _C.ONE_TIME_SUBSCRIPTION,
}
_SERVICE_ONLY = frozenset(
    {_C.MASS_BY_LIST, _C.TEMPLATE_MESSAGE, _C.SCENE_QR, _C.OAUTH, _C.LOCATION_REPORT, _C.PAYMENT}
)
TABLE: Mapping[str, frozenset[Capability]] = {
    AccountKind.S0: _UNCERTIFIED,
    AccountKind.F0: _UNCERTIFIED | {_C.CUSTOM_MENU},
    AccountKind.S1: _CERTIFIED,
    AccountKind.F1: _CERTIFIED | _SERVICE_ONLY,
    AccountKind.MINI_PROGRAM: frozenset(
        {_C.CUSTOMER_SERVICE, _C.SUBSCRIPTION_NOTICE, _C.MINI_PROGRAM_LOGIN, _C.STATISTICS, _C.PAYMENT}
    ),
    # A test account has every interface, on a small quota; it cannot pay.
    AccountKind.TEST: (_CERTIFIED | _SERVICE_ONLY) - {_C.PAYMENT},
}

# What a probe found: the platform did it, refused it for good (48001), or something else went wrong.
PROBE_OK = "ok"
PROBE_REFUSED = "48001"


def allows(kind: str, capability: Capability, probed: Mapping[str, str] | None = None) -> bool:
    """Tell whether an account may use a capability; a clear result of a probe goes before the table."""
    found = (probed or {}).get(capability)
    if found == PROBE_OK:
        return True
    if found == PROBE_REFUSED:
        return False
    return capability in TABLE[kind]


def daily_mass_quota(kind: str) -> int:
    """How many mass sends a day the platform takes from an account (sheet §8.5)."""
    return {AccountKind.S0: 0, AccountKind.F0: 0, AccountKind.S1: 1}.get(AccountKind(kind), 100)


def monthly_deliveries(kind: str) -> int | None:
    """How many mass messages one follower receives in a calendar month, where that is limited."""
    return 4 if kind in (AccountKind.F0, AccountKind.F1) else None
