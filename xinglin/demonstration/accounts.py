"""The two accounts of the story: a certified service account, and a personal one that can only answer."""

from typing import Any

from django.conf import settings

from xinglin.consortium.models import Library
from xinglin.demonstration import files
from xinglin.wechat import services as wechat
from xinglin.wechat.capabilities import AccountKind
from xinglin.wechat.jsonvalue import JsonObject, JsonValue
from xinglin.wechat.models import Account, CallbackMode
from xinglin.wechat.services import menus, rules
from xinglin.wechat.services.accounts import AccountFile

KINDS = {
    ("service", True): AccountKind.F1,
    ("subscription", True): AccountKind.S1,
    ("subscription", False): AccountKind.S0,
}

# Nothing here is a secret: both accounts exist only in the sandbox on this machine.
SECRETS = {"xcmu_service": "5f0c2d1e" * 4, "xcwc_subscription": "9a3b7c64" * 4}
TOKENS = {"xcmu_service": "xinglinmain", "xcwc_subscription": "xinglinwomen"}
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
# The service account speaks encrypted, the personal one in plain: both ways are at work.
MODES = {"xcmu_service": CallbackMode.SAFE, "xcwc_subscription": CallbackMode.PLAIN}

# The story's names of pages, and where they are; what has no page yet is left out of menus and replies.
PAGES = {
    "my/bind": "/m/bind/",
    "my/holds": "/m/holds/",
    "my/loans": "/m/loans/",
    "my/card": "/m/card/",
    "search": "/m/search/",
    "databases": "/m/databases/",
    "arrivals": "/m/new/",
    "notices": "/m/notices/",
    "lectures": "/m/lectures/",
    "libraries": "/m/libraries/",
    "hours": "/m/libraries/",
    "rules": "/m/libraries/",
    "help/remote": "/m/databases/",
}
MENU_KEYS = {"HOW_SEARCH": "SEARCH", "ASK": "HELP"}
KNOWN_KEYS = {
    "SEARCH",
    "HELP",
    "NEAREST",
    "HOURS",
    "RULES",
    "CONTACT",
    "NOTICES",
    "OVERVIEW",
    "MY_HOLDS",
    "MY_LOANS",
    "BIND",
}


def connect(libraries: dict[str, Library]) -> None:
    """Connect both accounts with their rules, and draft their menus: the storyteller publishes them."""
    for entry in files.entries("wechat")["accounts"]:
        key = entry["key"]
        file = AccountFile(
            name=entry["name"],
            kind=KINDS[entry["kind"], entry["certified"]],
            appid=entry["app_id"],
            gh_id=entry["original_id"],
            secret=SECRETS[key],
            token=TOKENS[key],
            aes_key=AES_KEY,
            mode=MODES[key],
        )
        account = wechat.connect(
            library=libraries[entry["library"]], file=file, by=None, path=key.replace("_", "-")
        )
        _add_rules(account, entry)
        menus.draft(account=account, buttons=_menu(entry["menu"]), by=None)


def _add_rules(account: Account, entry: dict[str, Any]) -> None:
    welcome = _replies(entry["welcome"])
    rules.add(
        account=account, file=rules.RuleFile(name="关注后", occasion="follow", replies=welcome), by=None
    )
    nothing: list[JsonObject] = [{"type": "text", "content": entry["default_reply"]}]
    rules.add(
        account=account, file=rules.RuleFile(name="没有匹配时", occasion="any", replies=nothing), by=None
    )
    for rule in entry["rules"]:
        keywords: list[JsonObject] = [{"text": word, "how": rule["match"]} for word in rule["patterns"]]
        file = rules.RuleFile(
            name=rule["name"], keywords=keywords, replies=_replies(rule["replies"]), priority=rule["priority"]
        )
        rules.add(account=account, file=file, by=None)


def _replies(said: list[dict[str, str]]) -> list[JsonObject]:
    replies: list[JsonObject] = []
    for reply in said:
        if reply["type"] == "text":
            replies.append({"type": "text", "content": reply["text"]})
        elif reply["page"] in PAGES:
            page: JsonObject = {"type": "page", "title": reply["title"], "description": reply["description"]}
            replies.append({**page, "path": PAGES[reply["page"]]})
    return replies


def _menu(menu: list[dict[str, Any]]) -> list[JsonValue]:
    shown: list[JsonValue] = []
    for entry in menu:
        buttons: list[JsonValue] = [button for each in entry["buttons"] if (button := _button(each))]
        shown.append({"name": entry["name"], "sub_button": buttons})
    return shown


def _button(button: dict[str, str]) -> JsonObject | None:
    if button["type"] == "view":
        path = PAGES.get(button["page"])
        return {"type": "view", "name": button["name"], "url": settings.PUBLIC_URL + path} if path else None
    key = MENU_KEYS.get(button["key"], button["key"])
    return {"type": "click", "name": button["name"], "key": key} if key in KNOWN_KEYS else None
