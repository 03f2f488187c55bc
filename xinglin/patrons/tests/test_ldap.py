"""LDAP against a server on a socket: TLS first, the reader's own bind, and everything that opens no door."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.test import Client

from xinglin.commons.checkups import Health, every_finding
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.patrons import services
from xinglin.patrons.errors import DirectoryUnfit
from xinglin.patrons.models import Directory
from xinglin.patrons.tests.cast import Readers
from xinglin.patrons.tests.certificates import a_pair
from xinglin.patrons.tests.ldap_server import BASE, READER, SEARCHER, Hospital, running

pytestmark = pytest.mark.django_db

Opened = Callable[..., tuple[Hospital, Directory]]


@pytest.fixture
def opened(tmp_path: Path, a_small_consortium: SmallConsortium, readers: Readers) -> Iterator[Opened]:
    """Start a hospital's server, and connect A with it."""
    with ExitStack() as stack:

        def start(certificate: str | None = None, **about: object) -> tuple[Hospital, Directory]:
            hospital = Hospital(a_pair("hospital"), **about)  # type: ignore[arg-type]
            stack.enter_context(running(hospital, tmp_path))
            directory = services.set_directory(
                library=a_small_consortium.a, kind="ldap", name="用工号登录", address=hospital.address,
                client_id=SEARCHER, secret="s3cret", search_base=BASE,
                certificate=hospital.pair.pem if certificate is None else certificate, by=None,
            )  # fmt: skip
            return hospital, directory

        yield start


def typed(terminal: Client, directory: Directory, name: str, password: str) -> tuple[int, str]:
    answer = terminal.post(
        f"/m/sign-in/by/{directory.pk}/", {"name": name, "password": password, "next": "/m/me/file/"}
    )
    return answer.status_code, answer.headers.get("Location", "") or answer.content.decode()


@pytest.mark.parametrize("implicit", [True, False])
def test_the_reader_binds_as_themselves_inside_tls(opened: Opened, terminal: Client, implicit: bool) -> None:
    hospital, directory = opened(implicit=implicit)
    assert "由医院核对" in terminal.get(f"/m/sign-in/by/{directory.pk}/").content.decode()
    assert typed(terminal, directory, " li ", "密码-Li!") == (302, "/m/me/file/")
    assert "李建国" in terminal.get("/m/me/").content.decode(), "A's 1001, not the main library's"
    binds = [each for each in hospital.heard if each[0] == "bind"]
    assert binds == [("bind", SEARCHER, "s3cret", True), ("bind", READER, "密码-Li!", True)]


def test_what_the_directory_does_not_open_signs_nobody_in(opened: Opened, terminal: Client) -> None:
    hospital, directory = opened(implicit=True)
    hospital.entries["uid=wang,ou=people,dc=hospital,dc=cn"] = {
        "uid": ["wang", "both"],
        "employeeNumber": ["1002"],
    }
    hospital.entries[READER]["uid"].append("both")
    for name, password in (("li", "wrong"), ("nobody", "密码-Li!"), ("both", "密码-Li!"), ("*", "密码-Li!")):
        status, said = typed(terminal, directory, name, password)
        assert status == 403 and "用户名或密码不对" in said, name
    heard = len(hospital.heard)
    assert typed(terminal, directory, "li", "")[0] == 422
    assert typed(terminal, directory, "li", "\x00")[0] in (403, 422)
    assert len(hospital.heard) == heard, "an empty password would be an anonymous bind: it is not even sent"
    assert "李建国" not in terminal.get("/m/me/").content.decode()
    directory.refresh_from_db()
    assert directory.trouble == "", "a wrong password is no fault of the directory"


def test_a_name_is_a_value_and_never_a_piece_of_the_filter(opened: Opened, terminal: Client) -> None:
    hospital, directory = opened(implicit=True)
    typed(terminal, directory, "li)(uid=*", "x")
    typed(terminal, directory, "*)(|(employeeNumber=1001", "x")
    asked = [each[1] for each in hospital.heard if each[0] == "search"]
    assert asked[0] == [("uid", "li)(uid=*"), ("sAMAccountName", "li)(uid=*")]
    assert not [each for each in hospital.heard if each[0] == "bind" and each[1] == READER]


def test_four_wrong_passwords_stop_before_the_hospital_locks_the_account(
    opened: Opened, terminal: Client
) -> None:
    hospital, directory = opened(implicit=True)
    for _each in range(4):
        assert typed(terminal, directory, "li", "wrong")[0] == 403
    status, said = typed(terminal, directory, "LI", "密码-Li!")
    assert status == 429 and "错误次数太多" in said
    assert len([each for each in hospital.heard if each[1] == READER]) == 4


@pytest.mark.parametrize(
    ("about", "certificate"),
    [
        ({"may_start_tls": False}, None),
        ({}, a_pair("somebody else").pem),
        ({"implicit": True}, a_pair("somebody else").pem),
        ({"implicit": True, "pair_for": "127.0.0.2"}, None),
    ],
)
def test_without_trusted_tls_no_password_is_said(
    opened: Opened, terminal: Client, about: dict[str, object], certificate: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if host := about.pop("pair_for", None):
        other = a_pair("hospital", host=str(host))
        monkeypatch.setattr("xinglin.patrons.tests.test_ldap.a_pair", lambda name: other)
    hospital, directory = opened(certificate=certificate, **about)
    status, said = typed(terminal, directory, "li", "密码-Li!")
    assert status == 502 and "用工号登录" in said
    assert not [each for each in hospital.heard if each[0] == "bind"]
    directory.refresh_from_db()
    assert "没有接通" in directory.trouble


def test_a_directory_that_refuses_the_library_or_refers_elsewhere(opened: Opened, terminal: Client) -> None:
    hospital, directory = opened(implicit=True)
    hospital.refer_to = "ldap://127.0.0.1:9/dc=evil"
    assert typed(terminal, directory, "li", "密码-Li!")[0] == 302, "a referral is passed over"
    hospital.passwords[SEARCHER] = "changed"
    status, said = typed(Client(), directory, "li", "密码-Li!")
    assert status == 502 and "查询账号" in said
    hospital.passwords[SEARCHER] = "s3cret"
    hospital.entries[READER]["employeeNumber"] = ["1001", "1002"]
    assert "没有这个工号" in typed(Client(), directory, "li", "密码-Li!")[1], (
        "the user name is no reader's number"
    )
    services.set_directory(
        library=directory.library, directory=directory, number_from="employeeNumber", by=None
    )
    assert "没有给出工号" in typed(Client(), directory, "li", "密码-Li!")[1], (
        "of two numbers neither is believed"
    )


def test_what_can_never_work_is_refused_when_it_is_entered(a_small_consortium: SmallConsortium) -> None:
    fit = {
        "kind": "ldap", "name": "x", "address": "ldaps://ldap.hospital.cn", "search_base": BASE,
    }  # fmt: skip
    for wrong, why in (
        ({"address": "https://ldap.hospital.cn"}, "ldaps://"),
        ({"address": "ldap://"}, "ldaps://"),
        ({"search_base": ""}, "Base DN"),
        ({"search_filter": "uid={name}"}, "过滤式"),
        ({"search_filter": "(uid={name}"}, "过滤式"),
        ({"search_filter": "(uid=everybody)"}, "过滤式"),
        ({"certificate": "nonsense"}, "PEM"),
        ({"client_id": SEARCHER}, "密钥"),
    ):
        with pytest.raises(DirectoryUnfit, match=why):
            services.set_directory(library=a_small_consortium.a, by=None, **{**fit, **wrong})  # type: ignore[arg-type]
    assert not Directory.objects.exists()


def test_without_the_extra_it_is_refused_in_words_and_the_doctor_says_so(
    opened: Opened, terminal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    _hospital, directory = opened(implicit=True)
    monkeypatch.setitem(__import__("sys").modules, "ldap3", None)
    status, said = typed(terminal, directory, "li", "密码-Li!")
    assert status == 502 and "ldap3" in said and "微信扫码" in said
    with pytest.raises(DirectoryUnfit, match="pip install ldap3"):
        services.set_directory(library=directory.library, directory=directory, name="y", by=None)
    broken = [finding for room, finding in every_finding() if room == "patrons"]
    assert any(each.health is Health.BROKEN and "ldap3" in each.remedy for each in broken)
