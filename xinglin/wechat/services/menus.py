"""Menus: drafted, published, and put back."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from xinglin.commons import clock, history
from xinglin.commons.errors import Conflict
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.wechat.calling import client_for
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.conversation import Choice
from xinglin.wechat.jsonvalue import JsonValue, as_list
from xinglin.wechat.menus import check, cleaned, leaves
from xinglin.wechat.models import Account, Menu, MenuState

PUBLISH = "xinglin.wechat.publish_menu"
# What a text can stand for: the rest needs a finger or a camera.
IN_WORDS = ("click", "view", "miniprogram")


@transaction.atomic
def draft(
    *, account: Account, buttons: list[JsonValue], by: Staff | None, name: str = "", tag_id: int | None = None
) -> Menu:
    """Keep a menu without publishing it; with a tag it is for the followers of that tag."""
    access.require(by, "wechat.change_menu", account.library_id)
    menu = Menu.objects.create(
        account=account, buttons=cleaned(buttons), name=name, tag_id=tag_id, created_by=by
    )
    history.record(menu, "draft", by=by.user if by else "")
    return menu


@transaction.atomic
def amend(*, menu: Menu, buttons: list[JsonValue], by: Staff | None, name: str = "") -> Menu:
    """Change a draft; a menu that was published is kept as it is, and a new draft is made from it.

    Raises ``Conflict`` when somebody changed the draft meanwhile.
    """
    access.require(by, "wechat.change_menu", menu.account.library_id)
    if menu.state != MenuState.DRAFT:
        return draft(account=menu.account, buttons=buttons, by=by, name=name or menu.name, tag_id=menu.tag_id)
    changed = Menu.objects.filter(pk=menu.pk, version=menu.version, state=MenuState.DRAFT).update(
        buttons=cleaned(buttons), name=name or menu.name, version=menu.version + 1
    )
    if not changed:
        raise Conflict(_("菜单已被别人修改，请刷新后再改。"))
    menu.refresh_from_db()
    history.record(menu, "amend", by=by.user if by else "")
    return menu


def publish(*, menu: Menu, by: Staff | None) -> Menu:
    """Publish a draft, or put a former menu back. The platform is called first; only then is it ours.

    On an account that may have no menu it becomes the text menu, offered for 「菜单」. Readers' phones show a
    new menu within five minutes.

    Raises ``MenuUnfit`` before anything is sent, and what the platform refuses with.
    """
    access.require(by, "wechat.change_menu", menu.account.library_id)
    check(as_list(menu.buttons))
    platform_id = _send(menu) if menu.account.may(Capability.CUSTOM_MENU) else ""
    return _published(menu, platform_id, by)


def publish_soon(*, menu: Menu) -> None:
    """Publish by a job, tried again while the platform cannot be reached."""
    app.configure_task(PUBLISH, queue="wechat").defer(menu_id=menu.pk)


def _send(menu: Menu) -> str:
    client = client_for(menu.account)
    buttons = cleaned(as_list(menu.buttons))
    if menu.tag_id is None:
        client.menu.create(buttons)
        return ""
    former = Menu.objects.filter(account=menu.account, tag_id=menu.tag_id, state=MenuState.PUBLISHED).exclude(
        platform_id=""
    )
    for each in former:
        client.menu.delete_conditional(each.platform_id)
    return client.menu.add_conditional(buttons, {"tag_id": str(menu.tag_id)})


@transaction.atomic
def _published(menu: Menu, platform_id: str, by: Staff | None) -> Menu:
    same_place = Menu.objects.select_for_update().filter(account=menu.account, tag_id=menu.tag_id)
    same_place.filter(state=MenuState.PUBLISHED).update(state=MenuState.REPLACED)
    kept = same_place.get(pk=menu.pk)
    kept.state, kept.platform_id, kept.published_at = MenuState.PUBLISHED, platform_id, clock.now()
    kept.save()
    history.record(kept, "publish", by=by.user if by else "")
    return kept


def text_menu_of(account: Account) -> list[Choice]:
    """Return the published menu as lines to choose from; empty where there is none."""
    menu = Menu.objects.filter(account=account, state=MenuState.PUBLISHED, tag_id__isnull=True).first()
    if menu is None:
        return []
    shown = [leaf for leaf in leaves(as_list(menu.buttons)) if leaf.kind in IN_WORDS and leaf.target]
    return [Choice(leaf.name, says=leaf.target) for leaf in shown]
