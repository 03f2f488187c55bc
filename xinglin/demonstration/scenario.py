"""What the sandbox is told: the same two accounts, and the people who hold its phones."""

from xinglin.demonstration import files
from xinglin.wechat.models import Account

COLOURS = {"xcmu-service": "#0e7a6f", "xcwc-subscription": "#c2577a"}


def for_the_sandbox() -> dict[str, object]:
    """Return the sandbox's scenario: accounts as connected here, people as in the story."""
    return {
        "people": [
            {"key": phone["key"], "nickname": phone["nickname"], "about": phone["story"]}
            for phone in files.entries("followers")
        ],
        "accounts": [
            _account(account) for account in Account.objects.select_related("library").order_by("pk")
        ],
    }


def _account(account: Account) -> dict[str, object]:
    return {
        "appid": account.appid,
        "secret": account.secret,
        "gh_id": account.gh_id,
        "name": account.name,
        "kind": account.kind,
        "about": account.library.name,
        "owner": account.library.name,
        "colour": COLOURS.get(account.path, "#07c160"),
        "callback": {
            "url": account.callback_url,
            "token": account.token,
            "encoding_aes_key": account.aes_key,
            "mode": account.mode,
        },
    }
