"""The platform's figures, pulled from the pretend WeChat with gaps, revisions and refusals; and our own counts."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

import pytest
from django.test import Client, override_settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from wechat_sandbox.control import SandboxClient
from wechat_sandbox.testing import running_sandbox
from xinglin.circulation.tests.factories import a_loan
from xinglin.commons import clock
from xinglin.console.testing import look, overflows, sign_in_browser
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.patrons.tests.cast import Readers
from xinglin.stats import figures
from xinglin.stats.figures import Period
from xinglin.stats.models import Figure, PageVisits, Pull, PullState
from xinglin.stats.services import pulling
from xinglin.wechat.calling import close_clients
from xinglin.wechat.client.datacube import Series
from xinglin.wechat.jsonvalue import JsonValue
from xinglin.wechat.models import Account, Menu, MenuState
from xinglin.wechat.services import menus
from xinglin.wechat.testing import a_follower, an_account, happen, say

pytestmark = pytest.mark.django_db(transaction=True)

APPID = "wxstats"


@pytest.fixture
def sandbox() -> Iterator[SandboxClient]:
    with (
        running_sandbox(patience=1.0) as running,
        override_settings(WECHAT_API_URL=str(running.base_url).rstrip("/")),
    ):
        yield running
        close_clients()
    clock.set_right()


def an_account_with_days(sandbox: SandboxClient, cast_: SmallConsortium, kind: str = "F1") -> Account:
    """An account three days old, with somebody who follows and writes on each; it is noon."""
    made = sandbox.add_account(APPID, kind=kind)
    account = an_account(cast_.main, kind=kind, appid=APPID, secret=str(made["secret"]))
    for number in range(3):
        sandbox.add_person(f"p{number}")
        sandbox.follow(APPID, f"p{number}")
        for _each in range(number + 1):
            sandbox.send_text(APPID, f"p{number}", "帮助")
        sandbox.advance_clock(86_400)
        clock.move(timedelta(days=1))
    hour = clock.local(clock.now()).hour
    if not 9 <= hour <= 22:
        wait = timedelta(hours=(12 - hour) % 24)
        sandbox.advance_clock(wait.total_seconds())
        clock.move(wait)
    return account


def messages_by_day(account: Account) -> list[int]:
    rows = Figure.objects.filter(account=account, series=Series.UPSTREAM_MESSAGE, is_latest=True).order_by(
        "day"
    )
    return [int(values["msg_count"]) for values in rows.values_list("values", flat=True)]


def test_figures_are_pulled_gaps_are_filled_and_revisions_are_kept(
    sandbox: SandboxClient, a_small_consortium: SmallConsortium
) -> None:
    account = an_account_with_days(sandbox, a_small_consortium)
    # The message series fails in the middle: its days stay gaps, the other series are there.
    sandbox.fault("api", "errcode", path="/datacube/getupstreammsg", errcode=45009, times=1)
    assert pulling.pull(account=account) > 0
    assert messages_by_day(account) == []
    assert Pull.objects.filter(series=Series.UPSTREAM_MESSAGE, state=PullState.FAILED).exists()
    assert Figure.objects.filter(series=Series.USER_SUMMARY).exists()
    pulling.pull(account=account)
    assert messages_by_day(account) == [1, 2, 3]
    assert pulling.spans(account, Series.UPSTREAM_MESSAGE) == []
    assert pulling.pull(account=account) == 0
    # A figure that the platform corrects later is a revision beside the first.
    day = clock.today() - timedelta(days=1)
    first = Figure.objects.filter(series=Series.BIZ_SUMMARY, day=day).get()
    Figure.objects.filter(pk=first.pk).update(values={"read_user": 999})
    Pull.objects.filter(series=Series.BIZ_SUMMARY, day=day).delete()
    assert pulling.pull(account=account) == 1
    revisions = list(Figure.objects.filter(series=Series.BIZ_SUMMARY, day=day).order_by("revision"))
    assert [(each.revision, each.is_latest) for each in revisions] == [(1, False), (2, True)]
    told = cast(
        "list[Any]",
        figures.kinds([account], {account.library_id: "MAIN"}, Period(day - timedelta(days=2), day)),
    )
    curve = next(each for kind in told for each in kind.curves if each.code == "msg_count")
    assert (curve.values, curve.total) == ([1, 2, 3], 6)


def test_an_account_without_the_right_is_not_asked_and_one_that_is_refused_not_again(
    sandbox: SandboxClient, a_small_consortium: SmallConsortium
) -> None:
    account = an_account_with_days(sandbox, a_small_consortium, "S0")
    assert pulling.pull(account=account) == 0 and not Pull.objects.exists()
    account.probed = {"statistics": "ok"}
    assert pulling.pull(account=account) == 0
    assert set(Pull.objects.values_list("state", flat=True)) == {PullState.REFUSED}
    before = Pull.objects.count()
    assert pulling.spans(account, Series.USER_SUMMARY) == []
    pulling.pull(account=account)
    assert Pull.objects.count() == before


def test_days_are_joined_into_spans_that_one_call_may_ask_for(a_small_consortium: SmallConsortium) -> None:
    account = an_account(a_small_consortium.main)
    Account.objects.filter(pk=account.pk).update(created_at=clock.now() - timedelta(days=100))
    account.refresh_from_db()
    spans = pulling.spans(account, Series.USER_SUMMARY)
    assert sum((end - begin).days + 1 for begin, end in spans) == pulling.BACK_TO
    assert max((end - begin).days + 1 for begin, end in spans) == 7
    assert len(pulling.spans(account, Series.ARTICLE_READ)) == pulling.BACK_TO


def test_our_own_log_counts_where_the_platform_tells_nothing(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    account = an_account(a_small_consortium.main, kind="S0")
    follower = a_follower(account)
    say(follower, "你好")
    say(follower, "在吗")
    happen(follower, "CLICK", "HELP")
    a_loan(readers.of_main, account.library)
    Client().get("/m/")
    today = clock.today()
    told = figures.kinds([account], {account.library_id: "MAIN"}, Period(today, today))
    numbers = {curve.code: curve.total for kind in told for curve in kind.curves}
    assert numbers["own_messages"] == 2 and numbers["own_clicks"] == 1
    assert numbers["loans"] == 1 and numbers["own_follows"] == 1
    assert numbers["own_visits"] == PageVisits.objects.count() == 1
    assert "new_user" not in numbers
    assert figures.menu_keys([account], Period(today, today)) == [("HELP", 1, 1)]
    assert figures.by_library({account.library_id: "MAIN"}, Period(today, today))[0][1] == 1


def test_where_the_platform_adds_up_its_sources_itself_they_are_not_counted_twice(
    a_small_consortium: SmallConsortium,
) -> None:
    one, other = (an_account(a_small_consortium.main, appid=f"wx{number:016d}") for number in range(2))
    day = clock.today() - timedelta(days=1)

    def read(account: Account, source: int, number: int) -> None:
        Figure.objects.create(
            account=account, series=Series.USER_READ, day=day, key=f"user_source={source}",
            values={"int_page_read_count": number},
        )  # fmt: skip

    read(one, 0, 60)
    read(one, 2, 30)
    read(one, 99999999, 95)
    read(other, 0, 4)
    read(other, 1, 3)
    told = figures.kinds([one, other], {one.library_id: "MAIN"}, Period(day, day))
    totals = {curve.code: curve.total for kind in told for curve in kind.curves}
    assert totals["read_count"] == 95 + 7


def test_the_dashboard_speaks_of_buttons_and_messages_in_words(a_small_consortium: SmallConsortium) -> None:
    account = an_account(a_small_consortium.main)
    follower = a_follower(account)
    buttons: list[JsonValue] = [
        {"name": "查书", "sub_button": [{"name": "检索", "type": "click", "key": "FIND"}]}
    ]
    menu = menus.draft(account=account, buttons=buttons, by=None)
    Menu.objects.filter(pk=menu.pk).update(state=MenuState.PUBLISHED, published_at=clock.now())
    happen(follower, "CLICK", "FIND")
    say(follower, "你好")
    today = clock.today()
    assert figures.menu_keys([account], Period(today, today)) == [("查书 · 检索", 1, 1)]
    client = signed_in(a_small_consortium.manager)
    shown = client.get(f"/console/stats/dashboard/?to={today}").content.decode()
    assert "查书 · 检索" in shown and "文字 1" in shown


def test_the_dashboard_opens_exports_and_is_scoped(a_small_consortium: SmallConsortium) -> None:
    an_account(a_small_consortium.main, name="总馆的号", kind="S0")
    mine = signed_in(a_small_consortium.manager)
    for path in (
        "dashboard/",
        "dashboard.xlsx",
        "figures/",
        "pulls/",
        "dashboard/?from=x&to=2020-01-01&library=nix",
    ):
        assert mine.get(f"/console/stats/{path}").status_code == 200, path
    assert "总馆的号" in mine.get("/console/stats/dashboard/").content.decode()
    other = signed_in(a_small_consortium.outsider)
    assert "总馆的号" not in other.get("/console/stats/dashboard/").content.decode()


@pytest.mark.browser
def test_the_dashboard_draws_its_charts(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    account = an_account(a_small_consortium.main)
    follower = a_follower(account)
    say(follower, "你好")
    a_loan(readers.of_main, account.library)
    for number in range(30):
        Figure.objects.create(
            account=account, series=Series.USER_SUMMARY, day=clock.today() - timedelta(days=number),
            values={"new_user": 5 + number % 7, "cancel_user": number % 3},
        )  # fmt: skip
    page = browser_page
    sign_in_browser(page, live_server.url, a_small_consortium.manager.user)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/console/stats/dashboard/?to={clock.today()}")
    expect(page.locator("#chart-users canvas")).to_be_visible()
    with page.expect_download() as kept:
        page.get_by_role("button", name="存为图片").first.click()
    assert kept.value.suggested_filename == "用户.png"
    look(page, "stats-dashboard", width=1280)
    look(page, "stats-dashboard", width=390)
    assert not overflows(page)
