"""What tests of publishing stand on: a pretend WeChat, an outlet on it, a posting that is planned and sent."""

from collections.abc import Iterator

import httpx
import pytest
from django.test import override_settings

from wechat_sandbox.control import SandboxClient
from wechat_sandbox.testing import running_sandbox
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.newsroom import services
from xinglin.newsroom.blocks import Content, Heading, Picture, Text
from xinglin.newsroom.models import Article, Outlet, Posting
from xinglin.newsroom.publishing import delivery, outlets, postings
from xinglin.newsroom.publishing.lifecycle import OutletKind, Way
from xinglin.newsroom.publishing.postings import PostingFile
from xinglin.newsroom.services import Arrangement
from xinglin.newsroom.tests.factories import ABOUT, a_column, a_picture
from xinglin.wechat.models import Account
from xinglin.wechat.testing import an_account


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxClient]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def pretend_wechat(sandbox: SandboxClient) -> Iterator[None]:
    sandbox.reset(empty=True)
    with override_settings(WECHAT_API_URL=sandbox.base_url, PUBLIC_URL="https://library.example"):
        yield


def an_outlet(cast: SmallConsortium, sandbox: SandboxClient, kind: str = "F1") -> Outlet:
    appid = f"wx{kind.lower()}00000000000a"
    made = sandbox.add_account(appid, kind=kind, name="附一院图书馆")
    account = an_account(cast.a, kind=kind, appid=appid, secret=str(made["secret"]))
    for person in ("wang", "li"):
        sandbox.add_person(person, person)
        sandbox.follow(appid, person)
    file = outlets.OutletFile(name="附一院图书馆", account=account)
    return outlets.add_outlet(library=cast.a, kind=OutletKind.WECHAT, file=file, by=None)


def account_of(outlet: Outlet) -> Account:
    assert outlet.account is not None
    return outlet.account


def with_pictures(cast: SmallConsortium) -> Article:
    """A published article with a heading and a picture."""
    picture = a_picture(cast.a)
    content = Content(
        title="秋冬季流感防护",
        blocks=(
            Heading("什么时候去医院"),
            Text("<p>发热三天。</p>"),
            Picture(picture.name, "图", licence="own"),
        ),
        about=ABOUT,
    )
    draft = services.write(library=cast.a, content=content, arrangement=Arrangement(a_column()), by=None)
    return services.publish(article=draft, version=draft.version, by=None)


def planned(article: Article, outlet: Outlet | None, way: Way, **more: object) -> Posting:
    file = PostingFile(outlet=outlet, way=way, **more)  # type: ignore[arg-type]
    return postings.plan(article=article, version=article.version, file=file, by=None)


def sent(posting: Posting) -> Posting:
    delivery.deliver(posting_id=posting.pk)
    return Posting.objects.get(pk=posting.pk)


def published_in(sandbox: SandboxClient, outlet: Outlet) -> list[dict[str, object]]:
    told = httpx.get(
        f"{sandbox.base_url}/sandbox/accounts/{account_of(outlet).appid}/articles", trust_env=False
    )
    return list(told.json()["published"])
