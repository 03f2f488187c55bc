"""A branch that keeps its own system: our client against our own server, the transcripts, and silence."""

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client as Browser

from xinglin.circulation import elsewhere, services
from xinglin.circulation.errors import BranchSystemRefuses, BranchSystemSilent, BranchSystemUnfit
from xinglin.circulation.models import BranchSystem, DeviceRight, Loan
from xinglin.circulation.sip2.server import Server
from xinglin.circulation.sip2.wire import read, written
from xinglin.circulation.terms import Terms
from xinglin.circulation.tests.factories import a_copy, a_loan, a_title
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.links import personal_link
from xinglin.wechat.services.bindings import bind_by_code, issue_code
from xinglin.wechat.testing import a_follower, an_account, say, text_of

NOW = "20261129    084237"


@pytest.fixture(autouse=True)
def _inside_our_network(settings: LazySettings) -> None:
    settings.PRIVATE_SOURCES = True


@contextmanager
def our_own_server() -> Iterator[int]:
    """Our SIP2 server on a port of its own, in a thread with a loop of its own."""
    loop = asyncio.new_event_loop()
    server = Server(host="127.0.0.1", port=0)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(server.start(), loop).result(20)
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def a_system_that(answer: Callable[[bytes], bytes | None]) -> Iterator[int]:
    """Somebody else's system: answers each line by a function, hangs up for None."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _peer = listening.accept()
            except OSError:
                return
            with suppress(OSError), connection, connection.makefile("rb") as lines:
                waiting = b""
                while piece := lines.read1(4096):
                    waiting += piece
                    while b"\r" in waiting:
                        line, _cr, waiting = waiting.partition(b"\r")
                        told = answer(line)
                        if told is None:
                            connection.shutdown(socket.SHUT_RDWR)
                            break
                        connection.sendall(told)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def connected(cast: SmallConsortium, port: int, **file: object) -> BranchSystem:
    told: dict[str, object] = {"product": "汇文", "host": "127.0.0.1", "port": port, **file}
    return services.connect_branch_system(library=cast.a, by=None, **told)  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("charset", "terminator"), [("utf-8", "\\r"), ("gb18030", "\\r\\n")])
def test_the_shelf_and_a_renewal_come_from_another_system(
    a_small_consortium: SmallConsortium, readers: Readers, charset: str, terminator: str
) -> None:
    services.add_rule(terms=Terms(renewals_most=2), by=None)
    loan = a_loan(
        readers.of_a, a_small_consortium.a, item=a_copy(a_title(title="诊断学"), a_small_consortium.a)
    )
    services.add_device(
        library=a_small_consortium.a, by=None, name="联盟前台", login="front", password="long-enough",
        rights=list(DeviceRight.values), charset=charset, terminator=terminator,
    )  # fmt: skip
    with our_own_server() as port:
        system = connected(
            a_small_consortium,
            port,
            login="front",
            password="long-enough",
            charset=charset,
            terminator=terminator,
        )
        assert elsewhere.try_out(system).first("AM") == "第一附属医院图书馆"
        (shelf,) = elsewhere.shelves_of(readers.of_a)
        assert [each.title for each in shelf.loans] == ["诊断学"]
        assert shelf.loans[0].due_on is not None
        before = loan.due_at
        renewed = elsewhere.renew_there(
            patron=readers.of_a, library=a_small_consortium.a, barcode=loan.item.barcode
        )
        loan.refresh_from_db()
        assert loan.due_at > before
        assert renewed.due_text
        assert elsewhere.shelves_of(readers.of_main) == []
        wrong = connected(a_small_consortium, port, login="front", password="wrong-password")
        with pytest.raises(BranchSystemRefuses, match="不认我们的登录名"):
            elsewhere.try_out(wrong)
        (shelf,) = elsewhere.shelves_of(readers.of_a)
        assert "不认我们的登录名" in shelf.trouble
    system.refresh_from_db()
    assert "不认" in system.trouble
    assert "long-enough" not in system.sealed_password


@pytest.mark.django_db(transaction=True)
@pytest.mark.corpus
def test_every_answer_of_the_transcripts_gives_a_shelf_or_a_sentence(
    shared: Path, a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    told = json.loads((shared / "data/library/sip2/patron_info_responses.json").read_text("utf-8"))
    known = {}
    for each in told:
        line = (
            each["response"].rpartition("AY")[0].encode()
        )  # their checksums are of answers before redaction
        with a_system_that(lambda asked, line=line: line + b"\r\n") as port:  # type: ignore[misc]
            connected(a_small_consortium, port, with_checksum=False)
            (shelf,) = elsewhere.shelves_of(readers.of_a)
            assert not shelf.trouble, each["name"]
            known[each["name"]] = (shelf.known, shelf.owed)
    assert known["polaris_valid_pin"] == (True, "9.25")
    assert known["evergreen_inactive_account"][0] is False
    assert known["sierra_valid_login_unicode"] == (True, "")


@pytest.mark.django_db(transaction=True)
def test_silence_is_told_and_a_deed_is_not_asked_twice(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    heard: list[bytes] = []

    def silent(line: bytes) -> bytes:
        heard.append(line)
        return b""

    with a_system_that(silent) as port:
        connected(a_small_consortium, port)
        with pytest.raises(BranchSystemSilent, match="不知道办成没有") as refused:
            elsewhere.renew_there(
                patron=readers.of_a, library=a_small_consortium.a, barcode="B1", seconds=0.3
            )
        assert refused.value.may_be_done
        (shelf,) = elsewhere.shelves_of(readers.of_a, seconds=0.3)
        assert "没有答复" in shelf.trouble
    assert [line[:2] for line in heard] == [b"29", b"63"]
    with a_system_that(lambda line: None) as port:
        connected(a_small_consortium, port)
        assert "挂断" in elsewhere.shelves_of(readers.of_a)[0].trouble
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    connected(a_small_consortium, port)
    assert "连不上" in elsewhere.shelves_of(readers.of_a)[0].trouble


@pytest.mark.django_db(transaction=True)
def test_a_garbled_answer_is_asked_for_again_and_a_wrong_one_refused(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    good = written(
        "98", f"YYYYYY100003{NOW}2.00", [("AO", "X"), ("AM", "馆")], sequence="0", with_checksum=True
    )
    answers = iter([good[:-4] + b"0000", good])
    with a_system_that(lambda line: next(answers) + b"\r") as port:
        system = connected(a_small_consortium, port)
        assert elsewhere.try_out(system).first("AM") == "馆"
    with (
        a_system_that(lambda line: b"HTTP/1.1 400 Bad Request\r\n") as port,
        pytest.raises(BranchSystemRefuses, match="答非所问"),
    ):
        elsewhere.try_out(connected(a_small_consortium, port))


@pytest.mark.django_db
def test_an_address_inside_is_refused_where_private_sources_are_off(
    a_small_consortium: SmallConsortium, settings: LazySettings
) -> None:
    settings.PRIVATE_SOURCES = False
    with pytest.raises(BranchSystemRefuses, match="内部网络"):
        elsewhere.try_out(connected(a_small_consortium, 6001))
    with pytest.raises(BranchSystemUnfit):
        connected(a_small_consortium, 0)
    with pytest.raises(BranchSystemUnfit):
        connected(a_small_consortium, 6001, login="x")


def test_due_dates_are_read_where_they_are_certain() -> None:
    for text in (
        "2026-12-01",
        "20261201    235959",
        "2026-12-01 23:59:59",
        "2026年12月1日",
        "20261201235959",
    ):
        assert elsewhere.day_of(text) == date(2026, 12, 1), text
    for text in ("01/12/2026", "", "soon", "2026-13-40"):
        assert elsewhere.day_of(text) is None, text


@pytest.mark.django_db(transaction=True)
def test_the_reader_sees_and_renews_on_the_phone_and_in_the_chat(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    renewals: list[str] = []

    def system(line: bytes) -> bytes:
        message = read(line)
        ends = {"sequence": message.sequence, "with_checksum": True}
        if message.code == "63":
            fields = [
                ("AO", "X"),
                ("AA", "A0001"),
                ("AE", "李建国"),
                ("BL", "Y"),
                ("AU", "H001"),
                ("BV", "2.50"),
            ]
            return written("64", f"{' ' * 14}001{NOW}{'0000' * 6}", fields, **ends) + b"\r"  # type: ignore[arg-type]
        if message.code == "17":
            fields = [("AB", "H001"), ("AJ", "外科学"), ("AH", "2026-12-20")]
            return written("18", f"040001{NOW}", fields, **ends) + b"\r"  # type: ignore[arg-type]
        renewals.append(message.first("AB"))
        ok = "1" if len(renewals) == 1 else "0"
        fields = [("AO", "X"), ("AB", "H001"), ("AJ", "外科学"), ("AH", "2027-01-20"), ("AF", "已达续借上限")]
        return written("30", f"{ok}YUN{NOW}", fields, **ends) + b"\r"  # type: ignore[arg-type]

    follower = a_follower(an_account(a_small_consortium.main))
    bind_by_code(follower=follower, digits=issue_code(patron=readers.of_a, by=None))
    assert "没有另外的系统" in text_of(say(follower, "本馆借阅"))
    browser = Browser()
    with a_system_that(system) as port:
        connected(a_small_consortium, port)
        told = text_of(say(follower, "本馆借阅"))
        assert "1. 《外科学》2026-12-20 前还" in told
        assert "欠费 2.50 元" in told
        assert "2027-01-20" in text_of(say(follower, "本馆续借 1"))
        assert "已达续借上限" in text_of(say(follower, "本馆续借 1"))
        browser.get("/" + personal_link(follower, "/m/me/").split("/", 3)[3])
        assert "本馆系统里的借阅" in browser.get("/m/me/").content.decode()
        page = browser.get("/m/loans/elsewhere/").content.decode()
        assert "外科学" in page
        answer = browser.post("/m/loans/elsewhere/renew/", {"library": "A", "barcode": "H001"}, follow=True)
        assert "已达续借上限" in answer.content.decode()
    assert renewals == ["H001"] * 3
    assert "没有答复" in browser.get("/m/loans/elsewhere/").content.decode()
    assert not Loan.objects.exists()


@pytest.mark.django_db
def test_the_librarian_connects_tries_and_never_reads_the_password(
    a_small_consortium: SmallConsortium,
) -> None:
    desk, other = Browser(), Browser()
    desk.force_login(a_small_consortium.librarian_a.user)
    other.force_login(a_small_consortium.outsider.user)
    told = {
        "library": a_small_consortium.a.pk, "product": "汇文", "host": "127.0.0.1", "port": 1, "login": "front",
        "password": "top-secret-1", "charset": "utf-8", "terminator": "\\r", "known_by": "card",
    }  # fmt: skip
    assert desk.post("/console/circulation/branch_system/set/", told).status_code == 302
    system = BranchSystem.objects.get()
    page = desk.get(f"/console/circulation/branch_system/{system.pk}/").content.decode()
    assert "已设置" in page
    assert (
        "top-secret-1"
        not in page + desk.get(f"/console/circulation/branch_system/edit/{system.pk}/").content.decode()
    )
    tried = desk.post(f"/console/circulation/branch_system/{system.pk}/do/try_out/")
    assert "连不上" in tried.content.decode()
    assert "127.0.0.1" not in other.get("/console/circulation/branch_systems/").content.decode()
    assert other.post(f"/console/circulation/branch_system/{system.pk}/do/try_out/").status_code == 404
