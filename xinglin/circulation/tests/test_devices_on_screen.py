"""The monitor page of self-check machines."""

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.circulation import services
from xinglin.circulation.models import Device, DeviceMessage, DeviceRight
from xinglin.circulation.sip2.conversation import Conversation
from xinglin.circulation.tests.factories import a_copy, a_title
from xinglin.console.testing import look, overflows, sign_in_browser
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.patrons.tests.cast import Readers

NOW = "20260110    084237"


def a_busy_machine(cast: SmallConsortium) -> Device:
    copy = a_copy(a_title(title="诊断学"), cast.a)
    device = services.add_device(
        library=cast.a, by=None, name="一楼自助借还机", place="门诊楼一层", login="kiosk-1", password="long-enough",
        networks=["10.0.0.0/8"], rights=list(DeviceRight.values),
    )  # fmt: skip
    machine = Conversation(peer="10.1.2.3", server="test")
    machine.answer(b"9300CNkiosk-1|COlong-enough|CPlobby|")
    machine.answer(f"63019{NOW}          AO|AAA0001|ADsecret-word|".encode())
    machine.answer(f"11NN{NOW}{NOW}AO|AAA0001|AB{copy.barcode}|".encode())
    machine.answer(f"11NY{NOW}{NOW}AO|AAnobody|AB{copy.barcode}|".encode())
    return device


@pytest.mark.django_db
def test_only_the_machines_library_sees_and_changes_it(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    device = a_busy_machine(a_small_consortium)
    mine, other = Client(), Client()
    mine.force_login(a_small_consortium.librarian_a.user)
    other.force_login(a_small_consortium.outsider.user)
    page = mine.get(f"/console/circulation/device/{device.pk}/").content.decode()
    assert "在线" in page
    assert "诊断学" in page
    assert "secret-word" not in page
    assert "long-enough" not in page
    assert "一楼自助借还机" not in other.get("/console/circulation/devices/").content.decode()
    assert other.get(f"/console/circulation/device/{device.pk}/").status_code == 404
    assert other.post(f"/console/circulation/devices/{device.pk}/do/switch_off/").status_code == 404
    device.refresh_from_db()
    assert device.active
    sheet = mine.get("/console/circulation/device_messages/?export=csv").getvalue()
    assert "kiosk-1" in sheet.decode()


@pytest.mark.django_db
def test_a_machine_is_entered_changed_and_refused_when_it_is_open_to_all(
    a_small_consortium: SmallConsortium,
) -> None:
    mine = Client()
    mine.force_login(a_small_consortium.librarian_a.user)
    told = {
        "library": a_small_consortium.a.pk, "name": "安全门", "rights": [], "charset": "utf-8", "checksum": "auto",
        "terminator": "\\r", "due_form": "day",
    }  # fmt: skip
    assert "至少一项" in mine.post("/console/circulation/device/new/", told).content.decode()
    assert (
        mine.post("/console/circulation/device/new/", {**told, "networks": "10.9.0.0/16"}).status_code == 302
    )
    device = Device.objects.get()
    changed = {**told, "networks": "10.9.0.0/16", "charset": "gb18030", "_version": str(device.version)}
    assert mine.post(f"/console/circulation/device/edit/{device.pk}/", changed).status_code == 302
    device.refresh_from_db()
    assert device.charset == "gb18030"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_monitor_shows_what_the_machine_said(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    device = a_busy_machine(a_small_consortium)
    page = browser_page
    sign_in_browser(page, live_server.url, a_small_consortium.librarian_a.user)
    page.goto(f"{live_server.url}/console/circulation/devices/")
    look(page, "devices")
    page.get_by_role("link", name="一楼自助借还机").click()
    expect(page.get_by_test_id("exchange")).to_have_count(4)
    look(page, "device")
    look(page, "device", width=390)
    assert not overflows(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{live_server.url}/console/circulation/device_messages/?needs_person=on")
    page.get_by_role("button", name="已处理").or_(page.get_by_role("link", name="已处理")).last.click()
    expect(page.get_by_text("已处理。")).to_be_visible()
    assert not DeviceMessage.objects.filter(device=device, needs_person=True).exists()
