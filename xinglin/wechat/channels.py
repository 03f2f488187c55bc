"""WeChat's ways to carry a notice: template message, subscription notice, customer service, the next message.

Which of them an account may use stands in ``capabilities``; a reader with several accounts is told once, over the
first account, the latest bound, where the way is open.
"""

from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.commons import clock
from xinglin.notices.channels import Channel, Fate, Outcome, Way, add_channel
from xinglin.notices.models import Attempt, Notice
from xinglin.notices.wording import wording_of
from xinglin.wechat.calling import client_for
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.client import template
from xinglin.wechat.client.errors import (
    PlatformBusy,
    PlatformNotReached,
    PlatformUnreachable,
    WeChatApiError,
)
from xinglin.wechat.errors import MayNotSend
from xinglin.wechat.links import personal_link
from xinglin.wechat.models import (
    Follower,
    NoticeTemplate,
    OutgoingMessage,
    OutgoingState,
    SubscriptionConsent,
    TemplateWay,
)
from xinglin.wechat.queries import followers_of, window_of
from xinglin.wechat.replies import Text, link
from xinglin.wechat.services import outgoing, subscriptions
from xinglin.wechat.templates_of_notices import values_for

TEMPLATE = "wechat.template"
SUBSCRIPTION = "wechat.subscription"
CUSTOMER_SERVICE = "wechat.customer_service"
NEXT_MESSAGE = "wechat.next_message"
NO_CONSENT = 43101
QUEUED_FOR = timedelta(hours=2)

_NOT_BOUND = lazy("读者没有绑定微信，或已取消关注。")


def _template_for(follower: Follower, notice: Notice, way: TemplateWay) -> NoticeTemplate | None:
    return NoticeTemplate.objects.filter(
        account=follower.account, kind=notice.kind, way=way, active=True
    ).first()


def _through_templates(
    notice: Notice, way: TemplateWay, capability: Capability
) -> tuple[Follower, NoticeTemplate] | str | Promise:
    """Return over whom a notice goes by a template, or why it cannot."""
    why: str | Promise = _NOT_BOUND
    for follower in followers_of(notice.patron):
        if not follower.account.may(capability):
            why = lazy("公众号没有这项权限。")
            continue
        found = _template_for(follower, notice, way)
        if found is None:
            why = lazy("这种提醒还没有设置模板。")
            continue
        if way == TemplateWay.SUBSCRIPTION and not _consents(follower, found):
            why = lazy("读者没有同意接收，或同意次数已用完。")
            continue
        return follower, found
    return why


def _consents(follower: Follower, found: NoticeTemplate) -> bool:
    consent = SubscriptionConsent.objects.filter(follower=follower, template_id=found.template_id).first()
    if consent is None:
        return False
    return consent.refused_at is None if found.is_lasting else consent.remaining > 0


# ---- template message -------------------------------------------------------------------------------------


def _may_template(notice: Notice) -> str | Promise:
    found = _through_templates(notice, TemplateWay.TEMPLATE, Capability.TEMPLATE_MESSAGE)
    return "" if isinstance(found, tuple) else found


def _send_template(notice: Notice, attempt: Attempt) -> Outcome:
    found = _through_templates(notice, TemplateWay.TEMPLATE, Capability.TEMPLATE_MESSAGE)
    if not isinstance(found, tuple):
        return Outcome(Fate.REFUSED, str(found))
    follower, chosen = found
    words = wording_of(notice)
    body = template.message(
        follower.openid, chosen.template_id, values_for(chosen, notice, words), url=words.address
    )
    try:
        msgid = client_for(follower.account).template.send(body, client_message_id=f"notice-{attempt.pk}")
    except (WeChatApiError, PlatformUnreachable) as error:
        return _failed(error)
    return Outcome(Fate.SENT, reference=reference_of(follower.account_id, msgid))


def reference_of(account_id: int, msgid: str) -> str:
    """Return how a template message is found again when the platform reports on it."""
    return f"{account_id}:{msgid}"


# ---- subscription notice ----------------------------------------------------------------------------------


def _may_subscription(notice: Notice) -> str | Promise:
    found = _through_templates(notice, TemplateWay.SUBSCRIPTION, Capability.SUBSCRIPTION_NOTICE)
    return "" if isinstance(found, tuple) else found


def _send_subscription(notice: Notice, attempt: Attempt) -> Outcome:
    found = _through_templates(notice, TemplateWay.SUBSCRIPTION, Capability.SUBSCRIPTION_NOTICE)
    if not isinstance(found, tuple):
        return Outcome(Fate.REFUSED, str(found))
    follower, chosen = found
    if not chosen.is_lasting and not subscriptions.take(follower=follower, template_id=chosen.template_id):
        return Outcome(Fate.REFUSED, _("读者的同意次数刚刚用完。"))
    words = wording_of(notice)
    try:
        client_for(follower.account).subscription.send(
            follower.openid, chosen.template_id, values_for(chosen, notice, words), page=words.address
        )
    except (WeChatApiError, PlatformUnreachable) as error:
        outcome = _failed(error)
        if isinstance(error, WeChatApiError) and error.errcode == NO_CONSENT:
            subscriptions.withdraw(follower=follower, template_id=chosen.template_id)
        elif outcome.fate is not Fate.UNSURE and not chosen.is_lasting:
            subscriptions.give_back(follower=follower, template_id=chosen.template_id)
        return outcome
    return Outcome(Fate.SENT)


def _failed(error: WeChatApiError | PlatformUnreachable) -> Outcome:
    """Read what the platform answered: it did nothing, it will not, or nobody knows."""
    if isinstance(error, PlatformBusy | PlatformNotReached):
        return Outcome(Fate.BUSY, str(error))
    if isinstance(error, WeChatApiError):
        return Outcome(Fate.REFUSED, str(error))
    return Outcome(Fate.UNSURE, str(error))


# ---- customer-service message, and the next message the reader writes ---------------------------------------


def _text_for(notice: Notice, follower: Follower) -> Text:
    words = wording_of(notice)
    if not words.address:
        return Text(words.text)
    address = personal_link(follower, notice.link) if notice.link.startswith("/m/") else words.address
    return Text(f"{words.text}\n{link(_('点这里查看'), address)}")


def _open_window(notice: Notice) -> Follower | str | Promise:
    why: str | Promise = _NOT_BOUND
    for follower in followers_of(notice.patron):
        window = window_of(follower)
        if window.is_open:
            return follower
        why = window.reason
    return why


def _may_serve(notice: Notice) -> str | Promise:
    found = _open_window(notice)
    return "" if isinstance(found, Follower) else found


def _serve(notice: Notice, attempt: Attempt) -> Outcome:
    found = _open_window(notice)
    if not isinstance(found, Follower):
        return Outcome(Fate.REFUSED, str(found))
    try:
        outgoing.tell(follower=found, reply=_text_for(notice, found), attempt=attempt)
    except MayNotSend as error:
        return Outcome(Fate.REFUSED, str(error))
    return Outcome(Fate.UNDER_WAY)


def _fate_of_message(attempt: Attempt) -> Outcome | None:
    """Tell what became of a message whose job was lost: its own row says how far it came."""
    message = OutgoingMessage.objects.filter(attempt=attempt).first()
    if message is None:
        return Outcome(Fate.REFUSED, _("消息没有写下，没有发出。"))
    if message.state == OutgoingState.QUEUED and message.created_at < clock.now() - QUEUED_FOR:
        # Its job has given up: taken out of the queue before it is told another way.
        given_up = OutgoingMessage.objects.filter(pk=message.pk, state=OutgoingState.QUEUED)
        if given_up.update(state=OutgoingState.FAILED, error=_("微信一直繁忙，没有发出。")):
            return Outcome(Fate.REFUSED, _("微信一直繁忙，没有发出。"))
        message.refresh_from_db()
    return {
        OutgoingState.SENT: Outcome(Fate.SENT),
        OutgoingState.UNSURE: Outcome(Fate.UNSURE, message.error),
        OutgoingState.FAILED: Outcome(Fate.REFUSED, message.error),
        OutgoingState.WAITING: Outcome(Fate.KEPT),
    }.get(OutgoingState(message.state))


def _may_keep(notice: Notice) -> str | Promise:
    return "" if followers_of(notice.patron).exists() else _NOT_BOUND


def _keep(notice: Notice, attempt: Attempt) -> Outcome:
    follower = followers_of(notice.patron).first()
    if follower is None:
        return Outcome(Fate.REFUSED, str(_NOT_BOUND))
    outgoing.keep(follower=follower, reply=_text_for(notice, follower), attempt=attempt)
    return Outcome(Fate.KEPT)


add_channel(Channel(TEMPLATE, lazy("微信模板消息"), Way.WECHAT, 10, may=_may_template, send=_send_template))
add_channel(
    Channel(
        SUBSCRIPTION, lazy("微信订阅通知"), Way.WECHAT, 20, may=_may_subscription, send=_send_subscription
    )
)
add_channel(
    Channel(
        CUSTOMER_SERVICE,
        lazy("微信客服消息"),
        Way.WECHAT,
        30,
        may=_may_serve,
        send=_serve,
        fate_of=_fate_of_message,
    )
)
add_channel(
    Channel(
        NEXT_MESSAGE,
        lazy("等读者来信时告知"),
        Way.WECHAT,
        90,
        may=_may_keep,
        send=_keep,
        fate_of=_fate_of_message,
    )
)
