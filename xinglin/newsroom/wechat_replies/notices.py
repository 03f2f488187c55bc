"""「通知」: the newest notices of the account's library."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.commons.text import shortened
from xinglin.newsroom import queries
from xinglin.newsroom.blocks import as_plain
from xinglin.newsroom.models import Article as Piece
from xinglin.wechat.conversation import Incoming, command, menu_key
from xinglin.wechat.replies import Article, News, Reply, Text, link

# With the link below them they stay within the 2048 bytes of a passive text reply (protocol sheet §5).
MOST = 5
_TITLE = 40
_DESCRIPTION = 60


@command("通知公告", "通知", "公告", title=gettext_lazy("通知公告"), example="通知", alone=True, order=40)
def tell_notices(incoming: Incoming, argument: str) -> Reply | None:
    """Answer with the newest notices: one as a card, several as a list with links."""
    return _notices(incoming)


@menu_key("NOTICES", title=gettext_lazy("通知公告"))
def tell_notices_by_menu(incoming: Incoming) -> Reply | None:
    """Answer a click like the word 「通知」."""
    return _notices(incoming)


def public_link(path: str, *, library_code: str) -> str:
    """Return the address of a page that is the same for everybody, so that readers may pass it on."""
    return f"{settings.PUBLIC_URL}{path}?library={library_code}"


def _notices(incoming: Incoming) -> Reply:
    library = incoming.account.library
    articles = queries.newest_notices(library, most=MOST)
    if not articles:
        return Text(_("%(library)s现在没有通知。") % {"library": library.name})
    if len(articles) == 1:
        return News([_card(articles[0], library.code)])
    lines = [_("%(library)s的通知：") % {"library": library.label}]
    lines += [_line(number, article, library.code) for number, article in enumerate(articles, 1)]
    everything = public_link(reverse("mobile:notices"), library_code=library.code)
    return Text("\n".join([*lines, link(_("查看全部通知"), everything)]))


def _line(number: int, article: Piece, code: str) -> str:
    title = shortened(article.shown.title if article.shown else "", characters=_TITLE)
    published = clock.local(article.published_at).strftime("%m-%d") if article.published_at else ""
    return f"{number}. {link(title, _address(article, code))}　{published}"


def _card(article: Piece, code: str) -> Article:
    content = article.shown.content if article.shown else None
    said = (content.digest or as_plain(content.blocks).replace("\n", " ")) if content else ""
    cover = reverse("mobile:file", args=[content.cover]) if content and content.cover else ""
    return Article(
        title=content.title if content else "",
        description=shortened(said, characters=_DESCRIPTION),
        picture_url=f"{settings.PUBLIC_URL}{cover}" if cover else "",
        url=_address(article, code),
    )


def _address(article: Piece, code: str) -> str:
    return public_link(reverse("mobile:article", args=[article.pk]), library_code=code)
