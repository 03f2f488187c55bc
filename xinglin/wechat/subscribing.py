"""微信提醒: the page on which a reader allows subscription notices, by ``wx-open-subscribe`` of the JS-SDK.

What was answered is counted when the platform reports it (``services.subscriptions``), never from what a page says.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from xinglin.commons.web import also_allow
from xinglin.mobile.registry import MyEntry, add_my_entry, page
from xinglin.notices.kinds import name_of
from xinglin.wechat import links
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.client.errors import PlatformUnreachable, WeChatApiError
from xinglin.wechat.keeper import TokenKeepsFailing
from xinglin.wechat.models import Follower, NoticeTemplate, SubscriptionConsent, TemplateWay
from xinglin.wechat.sdk import config_for, sdk_address

# The pop-up takes three templates, and lasting ones not together with those for once.
AT_ONCE = 3


@dataclass
class Offer:
    """A template that a reader may allow: for which reminders it is, and how often they still allow it."""

    template_id: str
    is_lasting: bool
    names: list[str]
    remaining: int = 0
    is_refused: bool = False

    @property
    def words(self) -> str:
        return "、".join(dict.fromkeys(self.names))


@dataclass(frozen=True)
class Ask:
    """One press of the button: at most three templates of one kind."""

    offers: tuple[Offer, ...]

    @property
    def templates(self) -> str:
        return ",".join(offer.template_id for offer in self.offers)

    @property
    def words(self) -> str:
        return "、".join(offer.words for offer in self.offers)


def why_not(follower: Follower | None) -> str | Promise:
    """Return why this browser cannot be asked, or nothing."""
    if follower is None or not follower.is_following:
        return lazy("这里没有用微信打开。请关注公众号，回复「提醒设置」，用收到的链接打开这一页。")
    account = follower.account
    if not account.may(Capability.SUBSCRIPTION_NOTICE) or not account.may(Capability.JSSDK):
        return lazy("这个公众号不能发订阅通知。")
    if not _templates(follower):
        return lazy("图书馆还没有设置订阅通知的模板。")
    return ""


def offers_of(follower: Follower) -> list[Offer]:
    """Return what a follower may be asked for, with what they allowed so far."""
    offers: dict[str, Offer] = {}
    for template in _templates(follower):
        known = offers.setdefault(
            template.template_id, Offer(template.template_id, template.is_lasting, names=[])
        )
        known.names.append(name_of(template.kind))
    for consent in SubscriptionConsent.objects.filter(follower=follower, template_id__in=offers):
        offer = offers[consent.template_id]
        offer.remaining, offer.is_refused = consent.remaining, consent.refused_at is not None
    return list(offers.values())


def asks(offers: list[Offer]) -> Iterator[Ask]:
    """Deal the templates out into pop-ups."""
    for is_lasting in (False, True):
        alike = [offer for offer in offers if offer.is_lasting is is_lasting]
        for start in range(0, len(alike), AT_ONCE):
            yield Ask(tuple(alike[start : start + AT_ONCE]))


@page("me/notices/wechat/", name="wechat.subscribe", title=lazy("微信提醒"), tab="me", needs_identity=True)
def subscribe(request: HttpRequest) -> HttpResponse:
    """Show what the reader allowed and the buttons for more; where the account may not, what there is instead."""
    follower = links.follower_of(request)
    why = why_not(follower)
    context: dict[str, object] = {"why": why}
    if follower is not None and not why:
        offers = offers_of(follower)
        context |= {"offers": offers, "account": follower.account}
        if "counts" in request.GET:  # the list alone, after an answer
            return render(request, "wechat/mobile/subscribed.html", context)
        try:
            config = config_for(
                follower, settings.PUBLIC_URL + request.get_full_path(), tags=("wx-open-subscribe",)
            )
        except (WeChatApiError, PlatformUnreachable, TokenKeepsFailing):
            context["why"] = lazy("微信暂时没有答复，请过一会儿再打开。")
        else:
            context |= {"asks": list(asks(offers)), "config": config, "sdk": sdk_address()}
    response = render(request, "wechat/mobile/subscribe.html", context)
    if "sdk" in context:
        # The open tags draw themselves in frames of WeChat's own.
        also_allow(response, "script-src", sdk_address())
        also_allow(response, "frame-src", "'self'", "https://*.qq.com", "webcompt:")
    return response


def _templates(follower: Follower) -> list[NoticeTemplate]:
    return list(
        NoticeTemplate.objects.filter(
            account=follower.account, way=TemplateWay.SUBSCRIPTION, active=True
        ).order_by("kind")
    )


def _shown(request: HttpRequest) -> bool:
    follower = links.follower_of(request)
    return follower is not None and not why_not(follower)


def _unanswered(request: HttpRequest) -> int | None:
    """Count the reminders that would not reach this reader over WeChat: nothing is allowed any more."""
    follower = links.follower_of(request)
    if follower is None or why_not(follower):
        return None
    return sum(1 for offer in offers_of(follower) if not offer.remaining and not offer.is_refused) or None


add_my_entry(
    MyEntry(
        lazy("微信提醒"),
        icon="bell-plus",
        url="mobile:wechat.subscribe",
        order=6,
        badge=_unanswered,
        shown_to=_shown,
    )
)
