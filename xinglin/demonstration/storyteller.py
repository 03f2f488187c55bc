"""The readers of the story write: through the sandbox and the gateway, like anybody.

Told once, when the demonstration is new. Messages carry the time at which they are sent: what waits
in the inbox was really received, de-duplicated, answered or not.
"""

import time
from collections.abc import Callable

import httpx

from xinglin.demonstration import audience, files
from xinglin.patrons.queries import find_by_card
from xinglin.wechat.models import Account, Menu
from xinglin.wechat.models.menus import MenuState
from xinglin.wechat.services import menus
from xinglin.wechat.services.bindings import issue_code

CALLBACK_WITHIN = 30.0


def tell(*, sandbox: str, say: Callable[[str], None]) -> None:
    """Let the people of the story follow, bind and write what a librarian is to answer.

    Raises ``httpx.HTTPError`` when the sandbox is not there.
    """
    story = files.entries("wechat")
    accounts = {entry["key"]: entry["app_id"] for entry in story["accounts"]}
    with httpx.Client(base_url=f"{sandbox}/sandbox", timeout=30.0) as client:
        _wait_until_connected(client, list(accounts.values()))
        for menu in Menu.objects.filter(state=MenuState.DRAFT).select_related("account"):
            menus.publish(menu=menu, by=None)  # on the personal account it becomes the text menu
        for phone in files.entries("followers"):
            for key in phone["follows"]:
                _do(client, accounts[key], phone["key"], "follow")
                if phone["binds_on_start"]:
                    code = issue_code(patron=find_by_card(phone["card_number"]), by=None)
                    _do(client, accounts[key], phone["key"], "text", content=f"绑定 {code}")
        waiting = [message for message in story["messages"] if message["needs_librarian"]]
        for message in waiting:
            _do(client, accounts[message["account"]], message["follower"], "text", content=message["content"])
        service = Account.objects.select_related("library").get(appid=accounts["xcmu_service"])
        gathered = audience.gather(client, service)
    say(f"{len(waiting)} 位读者的留言在等馆员 messages wait for a librarian")
    say(f"{gathered} 位关注者的标签、分群和一次推送 an audience with tags, segments and a push")


def _wait_until_connected(client: httpx.Client, appids: list[str]) -> None:
    """Wait until the sandbox has verified every callback; our gateway answers its check by itself."""
    deadline = time.monotonic() + CALLBACK_WITHIN
    while time.monotonic() < deadline:
        shown = [client.get(f"/accounts/{appid}").json() for appid in appids]
        if all(account["callback"]["verified"] for account in shown):
            return
        time.sleep(0.2)
    names = ", ".join(Account.objects.filter(appid__in=appids).values_list("name", flat=True))
    raise TimeoutError(f"the sandbox could not verify the callback of {names}")


def _do(client: httpx.Client, appid: str, person: str, deed: str, **fields: str) -> None:
    client.post(f"/accounts/{appid}/people/{person}/{deed}", json=fields).raise_for_status()
