"""A look in somebody's own WeChat before anything goes out."""

from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.newsroom.errors import PostingNotPossible
from xinglin.newsroom.models import Article, Outlet, Posting
from xinglin.newsroom.publishing.delivery import piece_of
from xinglin.newsroom.publishing.lifecycle import Way
from xinglin.newsroom.services.articles import PUBLISH
from xinglin.wechat.calling import client_for
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.jsonvalue import JsonObject


def preview_to(
    *, article: Article, outlet: Outlet, openid: str = "", wechat_name: str = "", by: Staff | None
) -> None:
    """Send one person an article as it would look, without publishing anything. Its draft is thrown away.

    Raises ``PostingNotPossible`` and the platform's refusals.
    """
    access.require(by, PUBLISH, article.library_id)
    access.require(by, PUBLISH, outlet.library_id)
    account = outlet.account
    if account is None or not account.may(Capability.MASS_BY_TAG):
        raise PostingNotPossible(
            _("「%(outlet)s」不能发预览：账号没有这项权限；请看文章页的手机预览。"), outlet=outlet.name
        )
    if not openid and not wechat_name:
        raise PostingNotPossible(_("请选一位关注者，或者写对方的微信号。"))
    newest = article.newest
    if newest is None:
        raise PostingNotPossible(_("这篇文章还没有内容。"))
    trial = Posting(
        article=article, outlet=outlet, sha256=newest.sha256, way=Way.DRAFT, due_at=clock.now(),
        title=newest.title[:32], digest=newest.digest[:128],
    )  # fmt: skip
    piece = piece_of(trial, account, newest=True)
    client = client_for(account)
    sent: JsonObject = dict(piece.as_json(comments=False))
    media_id = client.draft.add([sent])
    content: JsonObject = {"msgtype": "mpnews", "mpnews": {"media_id": media_id}}
    try:
        client.mass.preview(content, openid=openid, wechat_name=wechat_name)
    finally:
        client.draft.delete(media_id)
    history.record(article, "preview", by=by.user if by else None, changes={"outlet": outlet.name})
