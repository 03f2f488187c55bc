"""What stands on the platform's own pages: the copy of what an account had there, and what to paste there.

An account can be used without our callback: its menu and automatic replies stay the platform's, and lead to
our pages by addresses and texts that a librarian copies over.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.mobile import registry
from xinglin.wechat.jsonvalue import JsonObject, JsonValue, as_list, as_object, as_text
from xinglin.wechat.models import Account, KeywordRule, Occasion
from xinglin.wechat.replies import News, PageLink, Reply, Text
from xinglin.wechat.rules.book import replies_of

# The platform's own menu: at most three buttons (protocol sheet §8.1).
MENU = (("mobile:search", lazy("检索")), ("mobile:home", lazy("服务")), ("mobile:me", lazy("我的")))
MATCH = {"contain": lazy("包含"), "equal": lazy("完全相同")}


@dataclass(frozen=True)
class ToPaste:
    """One field of the platform's page, named as it is there, and what goes into it."""

    field: str
    text: str


# ---- what to paste ------------------------------------------------------------------------------------------


def addresses() -> list[tuple[str, str]]:
    """Return the pages of the reader front by title, in the order of its home page."""
    tiles = sorted(registry.tiles.values(), key=lambda tile: tile.order)
    return [(_("首页"), _address("mobile:home")), *((str(tile.title), _address(tile.url)) for tile in tiles)]


def menu_to_paste() -> list[tuple[str, str]]:
    """Return three menu buttons of the kind 跳转网页."""
    return [(str(name), _address(page)) for page, name in MENU]


def texts_to_paste(account: Account) -> list[ToPaste]:
    """Return the texts for 自动回复: the account's own rules, and a greeting and an answer where it has none."""
    rules = list(KeywordRule.objects.filter(account=account, active=True).order_by("-priority", "pk"))
    pages = "\n".join(f"{title}：{address}" for title, address in addresses()[1:5])
    greeting = _("欢迎关注%(account)s！直接点开就能用：\n%(pages)s") % {
        "account": account.name,
        "pages": pages,
    }
    answer = _("您的留言已收到，馆员看到后会回复。自助办理：\n%(pages)s") % {"pages": pages}
    found = [
        ToPaste(_("被关注回复"), _of(rules, Occasion.FOLLOW) or greeting),
        ToPaste(_("收到消息回复"), _of(rules, Occasion.ANY_MESSAGE) or answer),
    ]
    for rule in rules:
        text = _said(rule)
        if rule.occasion == Occasion.KEYWORD and text:
            words = "、".join(as_text(as_object(each).get("text")) for each in as_list(rule.keywords))
            found.append(ToPaste(_("关键词回复：%(words)s") % {"words": words}, text))
    return found


def _of(rules: Sequence[KeywordRule], occasion: str) -> str:
    return next((text for rule in rules if rule.occasion == occasion and (text := _said(rule))), "")


def _said(rule: KeywordRule) -> str:
    """What a rule says in words; pictures and recordings have to be uploaded there anew."""
    return "\n".join(filter(None, map(_in_words, replies_of(rule))))


def _in_words(reply: Reply) -> str:
    match reply:
        case Text():
            return reply.content
        case PageLink():
            return f"{reply.title}：{settings.PUBLIC_URL}{reply.path}"
        case News():
            return "\n".join(f"{article.title}：{article.url}" for article in reply.articles)
    return ""


def _address(page: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse(page)}"


# ---- the copy of what was there -----------------------------------------------------------------------------


def kept_in_words(kept: Mapping[str, JsonValue]) -> list[ToPaste]:
    """Return the copy of an account's own menu and replies (``services.accounts.keep_own_menu``), field by field."""
    menu, replies = as_object(kept.get("menu")), as_object(kept.get("replies"))
    found: list[ToPaste] = []
    for part, name in ((menu, _("自定义菜单")), (replies, _("自动回复"))):
        if part.get("unread"):
            found.append(ToPaste(name, _("没有读到：%(why)s") % {"why": as_text(part["unread"])}))
    buttons = as_list(as_object(menu.get("selfmenu_info")).get("button"))
    if buttons:
        found.append(ToPaste(_("自定义菜单"), "\n".join(_buttons(buttons))))
    for name, field in (
        (_("被关注回复"), "add_friend_autoreply_info"),
        (_("收到消息回复"), "message_default_autoreply_info"),
    ):
        if replies.get(field):
            found.append(ToPaste(name, _content(as_object(replies[field]))))
    rules = as_list(as_object(replies.get("keyword_autoreply_info")).get("list"))
    return [*found, *(_keyword_rule(as_object(each)) for each in rules)]


def _buttons(buttons: Sequence[JsonValue], above: str = "") -> Iterator[str]:
    for button in map(as_object, buttons):
        name = f"{above}{as_text(button.get('name'))}"
        below = as_list(as_object(button.get("sub_button")).get("list"))
        if below:
            yield from _buttons(below, f"{name} › ")
        else:
            does = next((as_text(button[key]) for key in ("url", "value", "key") if button.get(key)), "")
            yield f"{name}：{does or as_text(button.get('type'))}"


def _keyword_rule(rule: JsonObject) -> ToPaste:
    words = [
        f"{as_text(word.get('content'))}（{MATCH.get(as_text(word.get('match_mode')), '')}）".replace(
            "（）", ""
        )
        for word in map(as_object, as_list(rule.get("keyword_list_info")))
    ]
    said = [_content(as_object(reply)) for reply in as_list(rule.get("reply_list_info"))]
    return ToPaste(_("关键词回复：%(words)s") % {"words": "、".join(words)}, "\n".join(said))


def _content(reply: JsonObject) -> str:
    articles = as_list(as_object(reply.get("news_info")).get("list"))
    if articles:
        return "\n".join(
            f"{as_text(each.get('title'))}：{as_text(each.get('content_url'))}"
            for each in map(as_object, articles)
        )
    return as_text(reply.get("content")) or f"[{as_text(reply.get('type'))}]"
