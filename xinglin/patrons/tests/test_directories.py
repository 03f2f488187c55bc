"""Hospitals' directories against scripted servers: who is let in, and everything that is refused."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from xinglin.commons import clock
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.patrons import services
from xinglin.patrons.errors import DirectoryUnfit
from xinglin.patrons.models import Directory
from xinglin.patrons.tests.cast import Readers

pytestmark = pytest.mark.django_db

Script = dict[str, Callable[[dict[str, str]], str]]


class Scripted:
    """A server that answers each path by a function of what it was asked."""

    def __init__(self) -> None:
        self.script: Script = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                path = urlsplit(self.path)
                told = {name: values[0] for name, values in parse_qs(path.query).items()}
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                if body.startswith("{"):
                    told |= {name: str(value) for name, value in json.loads(body).items()}
                else:
                    told |= {name: values[0] for name, values in parse_qs(body).items()}
                told["authorization"] = self.headers.get("Authorization", "")
                outer.asked.append((path.path, told))
                answer = outer.script.get(path.path)
                self.send_response(200 if answer else 404)
                self.end_headers()
                self.wfile.write((answer(told) if answer else "").encode())

            do_GET = do_POST = _answer

            def log_message(self, format: str, *arguments: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    made = Scripted()
    yield made
    made.server.shutdown()
    made.server.server_close()


def a_directory(cast: SmallConsortium, kind: str, address: str, *, number_from: str = "") -> Directory:
    return services.set_directory(
        library=cast.a,
        kind=kind,
        name="用工号登录",
        address=address,
        client_id="app",
        agent_id="7",
        secret="s3cret",
        number_from=number_from,
        by=None,
    )


def sent(terminal: Client, directory: Directory) -> dict[str, str]:
    """Go to the directory, and return what was sent along."""
    answer = terminal.get(f"/m/sign-in/by/{directory.pk}/?next=/m/me/file/")
    assert answer.status_code == 302, answer.content.decode()
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def back(terminal: Client, directory: Directory, **brought: str) -> tuple[int, str]:
    answer = terminal.get(f"/m/sign-in/by/{directory.pk}/back/", brought)
    return answer.status_code, answer.headers.get("Location", "") or answer.content.decode()


CAS_YES = """<cas:serviceResponse xmlns:cas='http://www.yale.edu/tp/cas'><cas:authenticationSuccess>
<cas:user>li</cas:user><cas:attributes><cas:employeeNumber>1001</cas:employeeNumber></cas:attributes>
</cas:authenticationSuccess></cas:serviceResponse>"""
CAS_NO = """<cas:serviceResponse xmlns:cas='http://www.yale.edu/tp/cas'>
<cas:authenticationFailure code='INVALID_TICKET'>no</cas:authenticationFailure></cas:serviceResponse>"""
CAS_BOMB = """<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>"""


def test_cas_signs_in_the_reader_of_that_library_with_that_number(
    scripted: Scripted, terminal: Client, a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    directory = a_directory(a_small_consortium, "cas", scripted.address, number_from="employeeNumber")
    scripted.script["/p3/serviceValidate"] = lambda told: CAS_YES if told.get("ticket") == "ST-1" else CAS_NO
    service = sent(terminal, directory)["service"]
    state = parse_qs(urlsplit(service).query)["state"][0]
    assert back(terminal, directory, state=state, ticket="ST-1") == (302, "/m/me/file/")
    assert scripted.asked[-1][1]["service"] == service
    assert "李建国" in terminal.get("/m/me/").content.decode(), "A's 1001, not the main library's"
    assert back(terminal, directory, state=state, ticket="ST-1")[0] == 502, "a state is good once"


@pytest.mark.parametrize("answer", [CAS_NO, CAS_BOMB, "<broken", "", "<a/>" * 100_000])
def test_what_a_cas_does_not_confirm_signs_nobody_in(
    scripted: Scripted, terminal: Client, a_small_consortium: SmallConsortium, readers: Readers, answer: str
) -> None:
    directory = a_directory(a_small_consortium, "cas", scripted.address)
    scripted.script["/p3/serviceValidate"] = lambda told: answer
    state = parse_qs(urlsplit(sent(terminal, directory)["service"]).query)["state"][0]
    assert back(terminal, directory, state=state, ticket="x")[0] == 502
    directory.refresh_from_db()
    assert directory.trouble
    assert "李建国" not in terminal.get("/m/me/").content.decode()


def test_a_sign_in_that_began_elsewhere_is_refused(
    scripted: Scripted, terminal: Client, a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    directory = a_directory(a_small_consortium, "cas", scripted.address, number_from="employeeNumber")
    scripted.script["/p3/serviceValidate"] = lambda told: CAS_YES
    state = parse_qs(urlsplit(sent(Client(), directory)["service"]).query)["state"][0]
    assert back(terminal, directory, state=state, ticket="ST-1")[0] == 502
    sent(terminal, directory)
    assert back(terminal, directory, state="forged", ticket="ST-1")[0] == 502
    assert scripted.asked == []


def token_of(**claims: object) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{payload}.signature"


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({}, 302),
        ({"iss": "https://evil.example"}, 502),
        ({"aud": "another"}, 502),
        ({"nonce": "replayed"}, 502),
        ({"exp": 1}, 502),
        ({"employee_number": "9999"}, 502),
    ],
)
def test_openid_connect_believes_only_what_was_made_for_this_sign_in(
    scripted: Scripted,
    terminal: Client,
    a_small_consortium: SmallConsortium,
    readers: Readers,
    wrong: dict[str, object],
    status: int,
) -> None:
    directory = a_directory(a_small_consortium, "oidc", scripted.address)
    scripted.script["/.well-known/openid-configuration"] = lambda told: json.dumps(
        {
            "issuer": scripted.address,
            "authorization_endpoint": f"{scripted.address}/auth",
            "token_endpoint": f"{scripted.address}/token",
        }
    )
    asked = sent(terminal, directory)
    claims = {
        "iss": scripted.address,
        "aud": "app",
        "nonce": asked["nonce"],
        "exp": clock.now().timestamp() + 60,
        "employee_number": "1001",
        **wrong,
    }
    scripted.script["/token"] = lambda told: json.dumps({"id_token": token_of(**claims), "access_token": "a"})
    assert back(terminal, directory, state=asked["state"], code="c1")[0] == status
    told = scripted.asked[-1][1]
    assert told["code"] == "c1"
    assert base64.b64decode(told["authorization"].split()[1]) == b"app:s3cret"


def test_wecom_names_the_member(
    scripted: Scripted, terminal: Client, a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    directory = a_directory(a_small_consortium, "wecom", scripted.address)
    scripted.script["/cgi-bin/gettoken"] = lambda told: json.dumps({"errcode": 0, "access_token": "t"})
    scripted.script["/cgi-bin/auth/getuserinfo"] = lambda told: json.dumps(
        {"errcode": 0, "userid": "1001"}
        if told["code"] == "good"
        else {"errcode": 40029, "errmsg": "invalid"}
    )
    asked = sent(terminal, directory)
    assert (asked["appid"], asked["agentid"]) == ("app", "7")
    status, said = back(terminal, directory, state=asked["state"], code="bad")
    assert status == 502 and "40029" in said
    asked = sent(terminal, directory)
    assert back(terminal, directory, state=asked["state"], code="good")[0] == 302
    assert "李建国" in terminal.get("/m/me/").content.decode()


def test_dingtalk_is_asked_for_the_job_number_in_the_corporations_own_file(
    scripted: Scripted, terminal: Client, a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    directory = a_directory(a_small_consortium, "dingtalk", scripted.address)
    scripted.script |= {
        "/v1.0/oauth2/userAccessToken": lambda told: json.dumps({"accessToken": "user"}),
        "/v1.0/contact/users/me": lambda told: json.dumps({"nick": "1002", "unionId": "u1"}),
        "/v1.0/oauth2/accessToken": lambda told: json.dumps({"accessToken": "corp"}),
        "/topapi/user/getbyunionid": lambda told: json.dumps(
            {"errcode": 0, "result": {"userid": told["unionid"]}}
        ),
        "/topapi/v2/user/get": lambda told: json.dumps({"errcode": 0, "result": {"job_number": "1001"}}),
    }
    asked = sent(terminal, directory)
    assert back(terminal, directory, state=asked["state"], authCode="c")[0] == 302
    assert "李建国" in terminal.get("/m/me/").content.decode()


def test_a_directory_that_is_silent_or_off_says_so(
    terminal: Client, a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    directory = a_directory(a_small_consortium, "oidc", "http://127.0.0.1:9")
    answer = terminal.get(f"/m/sign-in/by/{directory.pk}/")
    assert answer.status_code == 502
    assert "没有答复" in answer.content.decode()
    assert "用工号登录" in terminal.get("/m/sign-in/").content.decode()
    services.switch_directory(directory=directory, active=False, by=None)
    assert "用工号登录" not in terminal.get("/m/sign-in/").content.decode()
    assert "已停用" in terminal.get(f"/m/sign-in/by/{directory.pk}/").content.decode()


def test_a_directory_is_set_by_its_library_and_its_secret_is_never_shown(
    a_small_consortium: SmallConsortium,
) -> None:
    with pytest.raises(DirectoryUnfit, match="密钥"):
        services.set_directory(
            library=a_small_consortium.a,
            kind="oidc",
            name="x",
            address="https://a.example",
            client_id="c",
            by=None,
        )
    desk, other = Client(), Client()
    desk.force_login(a_small_consortium.librarian_a.user)
    other.force_login(a_small_consortium.outsider.user)
    told = {
        "library": a_small_consortium.a.pk, "kind": "dingtalk", "name": "钉钉登录", "client_id": "app",
        "secret": "top-s3cret",
    }  # fmt: skip
    assert desk.post("/console/patrons/directory/new/", told).status_code == 302
    directory = Directory.objects.get()
    page = desk.get(f"/console/patrons/directory/{directory.pk}/").content.decode()
    assert "/back/" in page and "已设置" in page
    assert "top-s3cret" not in page + directory.sealed_secret
    assert "top-s3cret" not in desk.get(f"/console/patrons/directory/edit/{directory.pk}/").content.decode()
    assert other.get(f"/console/patrons/directory/{directory.pk}/").status_code == 404
    assert "钉钉登录" not in other.get("/console/patrons/directories/").content.decode()
