"""What the channel itself says: help, binding, following and leaving."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.commons.bulletin import announce
from xinglin.commons.numbers import whole
from xinglin.patrons.text import masked_name
from xinglin.wechat import notice_replies, sign_in
from xinglin.wechat.conversation import Choice, Incoming, command, menu_key, on_event, on_scene, registry
from xinglin.wechat.events import JobFinished
from xinglin.wechat.messages.events import (
    MassJobFinished,
    PrivacyEvent,
    PublishJobFinished,
    Subscribe,
    SubscriptionChange,
    SubscriptionPopup,
    TemplateJobFinished,
)
from xinglin.wechat.models import Occasion, SceneCode
from xinglin.wechat.replies import Empty, Reply, Text, link
from xinglin.wechat.rules.book import book_of
from xinglin.wechat.services import accounts, bindings, followers, menus, scenes, subscriptions

__all__ = ["notice_replies", "sign_in"]

# ---- help -------------------------------------------------------------------------------------------------


@command("菜单", title=lazy("菜单"), example="菜单", alone=True, order=5)
def text_menu(incoming: Incoming, argument: str) -> Reply | None:
    """Offer the account's menu as numbered lines: for accounts that may have no other, and for those who type."""
    menu = menus.text_menu_of(incoming.account)
    if not menu:
        return help_text(incoming, "")
    return incoming.choices(_("%(account)s · 菜单") % {"account": incoming.account.name}, menu)


@command("帮助", "help", "?", title=lazy("帮助"), example="帮助", alone=True, order=99)
def help_text(incoming: Incoming, argument: str) -> Reply:
    """List what may be said, each line by its digit."""
    listed = [each for each in registry.listed_commands() if each.words[0] != "帮助"]
    choices = [
        Choice(
            _("%(title)s（例：%(example)s）") % {"title": each.title, "example": each.example},
            says=each.words[0],
        )
        for each in listed
    ]
    return incoming.choices(_("您可以直接发送以下内容："), choices)


@menu_key("HELP", title=lazy("帮助"))
def help_button(incoming: Incoming) -> Reply:
    return help_text(incoming, "")


@command("我的", "个人中心", title=lazy("我的图书馆"), example="我的", alone=True, order=80)
def my_page(incoming: Incoming, argument: str) -> Reply:
    """Give the personal page, which asks for binding where there is none yet."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    page = link(_("打开我的图书馆"), incoming.link("/m/me/"))
    return Text(_("%(name)s，您好。%(page)s") % {"name": masked_name(incoming.patron.name), "page": page})


@menu_key("MY", title=lazy("我的图书馆"))
def my_button(incoming: Incoming) -> Reply:
    return my_page(incoming, "")


# ---- binding ----------------------------------------------------------------------------------------------


@command("绑定", "bind", title=lazy("绑定读者证"), example="绑定 123456", order=85)
def bind(incoming: Incoming, argument: str) -> Reply | None:
    """Bind by a six-digit code, or give the page where card and password are asked for."""
    digits = argument.replace(" ", "")
    if not digits:
        return _already_bound(incoming) or incoming.ask_to_bind()
    if whole(digits) is None or len(digits) != bindings.CODE_DIGITS:
        return Text(
            _(
                "绑定码是 6 位数字，例如「绑定 123456」。请不要在这里发送卡号或密码；用卡号绑定请点：\n%(page)s"
            )
            % {"page": link(_("绑定读者证"), incoming.link("/m/bind/", hours=1))}
        )
    binding = bindings.bind_by_code(follower=incoming.follower, digits=digits)
    return Text(
        _("绑定成功：%(name)s（%(library)s）。现在可以回复「我的」查看借阅与预约；回复「解绑」可随时解除。")
        % {"name": masked_name(binding.patron.name), "library": binding.patron.home_library.label}
    )


def _already_bound(incoming: Incoming) -> Reply | None:
    if incoming.patron is None:
        return None
    return Text(
        _("这个微信号已绑定 %(name)s 的读者证。要换一张证，请先回复「解绑」。")
        % {"name": masked_name(incoming.patron.name)}
    )


@command("解绑", "解除绑定", title=lazy("解除绑定"), example="解绑", alone=True, order=90)
def unbind(incoming: Incoming, argument: str) -> Reply:
    bindings.unbind(follower=incoming.follower)
    return Text(_("已解除绑定，这个微信号不再能看到您的借阅信息。回复「绑定」可重新绑定。"))


@menu_key("BIND", title=lazy("绑定读者证"))
def bind_button(incoming: Incoming) -> Reply | None:
    return bind(incoming, "")


# ---- following and leaving --------------------------------------------------------------------------------


@on_event("subscribe")
def welcome(incoming: Incoming) -> Reply | None:
    """Note the follower, and greet: by the account's own rule, else by name with the help."""
    event = incoming.message
    scene = event.scene if isinstance(event, Subscribe) else ""
    followers.follow(follower=incoming.follower, scene=scene, at=incoming.received_at)
    book = book_of(incoming.account.pk, incoming.account.version)
    if book.on(Occasion.FOLLOW, incoming.received_at) is not None:
        return None  # the account's own words follow
    return Text(
        _("欢迎关注%(account)s！\n发送「搜 书名」查找馆藏，发送「绑定」绑定读者证，发送「帮助」看全部服务。")
        % {"account": incoming.account.name}
    )


@on_event("unsubscribe")
def goodbye(incoming: Incoming) -> Reply:
    """Erase what was kept of a follower; nobody reads the answer."""
    followers.unfollow(follower=incoming.follower, at=incoming.received_at)
    return Empty()


@on_event("user_authorization_revoke", "user_authorization_cancellation")
def forget_by_wish(incoming: Incoming) -> Reply:
    """Erase somebody who took the permission back, or closed their WeChat (protocol sheet §4)."""
    event = incoming.message
    meant = incoming.account.followers.filter(
        openid=event.openid if isinstance(event, PrivacyEvent) else incoming.follower.openid
    ).first()
    if meant is not None:
        followers.erase(follower=meant)
    return Empty()


# ---- what the platform reports ----------------------------------------------------------------------------


@on_event("MASSSENDJOBFINISH", "PUBLISHJOBFINISH", "TEMPLATESENDJOBFINISH", "subscribe_msg_sent_event")
def pass_on_the_result(incoming: Incoming) -> Reply:
    """Tell the rooms above that something they sent has ended."""
    event = incoming.message
    status = event.status if isinstance(event, MassJobFinished | TemplateJobFinished) else ""
    if isinstance(event, PublishJobFinished) and event.published is not None:
        status = str(event.published.status)
    for job_id in getattr(event, "job_ids", ()):
        announce(
            JobFinished(
                account_id=incoming.account.pk,
                message_id=incoming.stored_id,
                kind=incoming.event.lower(),
                job_id=job_id,
                status=status,
            )
        )
    return Empty()


@on_event("subscribe_msg_popup_event", "subscribe_msg_change_event")
def count_the_consents(incoming: Incoming) -> Reply:
    """Count what the follower allows; switched off in the settings, nothing is allowed any more."""
    event = incoming.message
    if isinstance(event, SubscriptionPopup):
        for choice in event.choices:
            subscriptions.note_answer(
                follower=incoming.follower, template_id=choice.template_id, status=choice.status
            )
    elif isinstance(event, SubscriptionChange):
        for choice in event.choices:
            if choice.status == subscriptions.REJECT:
                subscriptions.withdraw(follower=incoming.follower, template_id=choice.template_id)
    return Empty()


@on_event(
    "qualification_verify_success", "qualification_verify_fail", "naming_verify_success", "naming_verify_fail",
    "annual_renew", "verify_expired",
)  # fmt: skip
def look_at_the_account_again(incoming: Incoming) -> Reply:
    """Probe again what the account may do: its certificate has changed."""
    accounts.probe_soon(account=incoming.account)
    return Empty()


# ---- codes that know where they hang ------------------------------------------------------------------------


@on_scene("qr.")
def lead_on_from_a_code(incoming: Incoming, key: str) -> Reply | None:
    """Count the scan, and lead to what the code stands for; a code out of use says so."""
    code = SceneCode.objects.filter(account=incoming.account, key=key).first()
    if code is None:
        return None
    joined = incoming.event.upper() == "SUBSCRIBE"
    scenes.count(code=code, follows=int(joined), scans=int(not joined))
    if not code.active:
        return Text(_("这个二维码（%(name)s）已停用，您可以直接发送要查的内容。") % {"name": code.name})
    if not code.path:
        return None
    return Text(
        _("您扫的是「%(name)s」。\n%(page)s")
        % {"name": code.name, "page": link(code.hint or _("点这里打开"), incoming.link(code.path))}
    )
