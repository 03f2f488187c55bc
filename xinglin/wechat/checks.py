"""Check-ups of the channel: accounts, tokens, callbacks, what lies unsent."""

from collections.abc import Iterator
from datetime import timedelta

from xinglin.commons import clock
from xinglin.commons.checkups import Finding, Health, checkup
from xinglin.commons.errors import Refusal
from xinglin.wechat.calling import client_for
from xinglin.wechat.client.errors import IpNotListed
from xinglin.wechat.gateway.directory import entry_of
from xinglin.wechat.models import (
    Account,
    IncomingMessage,
    Material,
    MessageState,
    OutgoingMessage,
    OutgoingState,
)

LONG_SILENCE = timedelta(days=7)
LONG_HANDLING = timedelta(minutes=2)


@checkup
def accounts_can_call() -> Iterator[Finding]:
    """Whether each account gets a token, and from where it calls."""
    for account in Account.objects.filter(active=True).exclude(sealed_secret=""):
        try:
            client_for(account).openapi.api_domain_ips()
        except IpNotListed as error:
            yield Finding(
                Health.BROKEN,
                f"「{account.name}」调用微信接口被拒：出口 IP {error.address} 不在白名单。",
                "请在公众平台“设置与开发 → 基本配置 → IP 白名单”加入这个地址。",
            )
        except Refusal as error:
            yield Finding(
                Health.BROKEN,
                f"「{account.name}」调用微信接口失败：{error}",
                "请核对 AppID、AppSecret 与网络。",
            )
        else:
            yield Finding(Health.FINE, f"「{account.name}」可以调用微信接口。")


@checkup
def accounts_take_callbacks() -> Iterator[Finding]:
    """Whether each account's keys can be read, and whether anything has arrived lately."""
    for account in Account.objects.filter(active=True, takes_callbacks=True):
        try:
            entry_of(account)
        except Refusal as error:
            yield Finding(
                Health.BROKEN,
                f"「{account.name}」不能接收消息：{error}",
                "请在账号设置里重新填写 Token 与 EncodingAESKey。",
            )
            continue
        last = account.messages.order_by("-received_at").values_list("received_at", flat=True).first()
        if last is None or last < clock.now() - LONG_SILENCE:
            yield Finding(
                Health.WATCH,
                f"「{account.name}」七天内没有收到任何消息。",
                f"请在公众平台核对服务器地址：{account.callback_url}",
            )


@checkup
def nothing_lies_unsent() -> Iterator[Finding]:
    """Messages that nobody finished, answers of unknown fate, materials that could not be uploaded."""
    stuck = IncomingMessage.objects.filter(
        state=MessageState.HANDLING, received_at__lt=clock.now() - LONG_HANDLING
    ).count()
    if stuck:
        yield Finding(
            Health.BROKEN,
            f"有 {stuck} 条读者消息超过两分钟没有处理完。",
            "请确认 web 或 gateway 进程在运行。",
        )
    unsure = OutgoingMessage.objects.filter(state=OutgoingState.UNSURE).count()
    if unsure:
        yield Finding(Health.WATCH, f"有 {unsure} 条客服消息结果不明。", "请在读者消息里核对后重发。")
    broken = Material.objects.exclude(error="").count()
    if broken:
        yield Finding(Health.WATCH, f"有 {broken} 个素材上传失败。", "请在素材库查看原因。")
