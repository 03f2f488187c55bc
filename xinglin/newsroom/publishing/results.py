"""What the platform reports of a posting, by push or when asked."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.commons import clock
from xinglin.newsroom.models import Posting
from xinglin.newsroom.publishing.lifecycle import MASS, PostingState, Way
from xinglin.newsroom.publishing.postings import move
from xinglin.wechat.calling import client_for
from xinglin.wechat.client.errors import PlatformUnreachable, WeChatApiError
from xinglin.wechat.client.freepublish import PublishStatus
from xinglin.wechat.jsonvalue import as_object
from xinglin.wechat.messages import from_fields
from xinglin.wechat.messages.events import MassJobFinished, PublishJobFinished
from xinglin.wechat.models import IncomingMessage

ASK_AFTER = timedelta(minutes=10)
_WHY = {
    PublishStatus.NOT_ORIGINAL: _("原创校验没有通过"),
    PublishStatus.FAILED: _("发布失败"),
    PublishStatus.REFUSED_BY_AUDIT: _("平台审核没有通过"),
    PublishStatus.DELETED: _("发布后被删除"),
    PublishStatus.BANNED: _("发布后被平台封禁"),
}


def take_push(*, account_id: int, message_id: int, job_id: str) -> bool:
    """Take a result that the platform pushed; return whether it was one of ours. May run twice."""
    stored = IncomingMessage.objects.filter(pk=message_id).first()
    if stored is None:
        return False
    message = from_fields(as_object(stored.payload))
    if isinstance(message, PublishJobFinished) and message.published is not None:
        info = message.published
        return _settled(
            account_id,
            job_id,
            good=info.status == PublishStatus.DONE,
            why=_why(info.status),
            url=next((each.url for each in info.articles), ""),
            published_id=info.article_id,
            result={"status": info.status},
        )
    if isinstance(message, MassJobFinished):
        counts: dict[str, object] = {
            "total": message.total_count, "sent": message.sent_count, "errors": message.error_count,
            "filtered": message.filter_count, "status": message.status,
        }  # fmt: skip
        return _settled(
            account_id,
            job_id,
            good=message.succeeded,
            why=_("群发没有成功：%(status)s") % {"status": message.status},
            url=next((each.url for each in message.articles), ""),
            published_id="",
            result=counts,
        )
    return False


def ask_for_results() -> int:
    """Ask for what was handed in a while ago and never reported on; return how many are settled now."""
    old = Posting.objects.filter(
        state=PostingState.SENT, sent_at__lt=clock.now() - ASK_AFTER, outlet__account__active=True
    ).select_related("outlet__account")
    return sum(_asked(posting) for posting in old[:50])


def _asked(posting: Posting) -> bool:
    account = posting.outlet.account if posting.outlet else None
    if account is None or not posting.job_id:
        return False
    client = client_for(account)
    try:
        if posting.way == Way.PUBLISH:
            found = client.freepublish.result(posting.job_id)
            if found.status == PublishStatus.RUNNING:
                return False
            return _settled(
                account.pk,
                posting.job_id,
                good=found.status == PublishStatus.DONE,
                why=_why(found.status),
                url=next(iter(found.addresses), ""),
                published_id=found.article_id,
                result={"status": found.status},
            )
        status = client.mass.status(posting.job_id)
    except (WeChatApiError, PlatformUnreachable) as error:
        Posting.objects.filter(pk=posting.pk).update(error=str(error))
        return False
    if posting.way in MASS and status in ("SEND_SUCCESS", "SEND_FAIL", "DELETE"):
        return _settled(
            account.pk,
            posting.job_id,
            good=status == "SEND_SUCCESS",
            why=_("群发没有成功：%(status)s") % {"status": status},
            url="",
            published_id="",
            result={"status": status},
        )
    return False


@transaction.atomic
def _settled(
    account_id: int,
    job_id: str,
    *,
    good: bool,
    why: str,
    url: str,
    published_id: str,
    result: dict[str, object],
) -> bool:
    posting = (
        Posting.objects.select_for_update(of=("self",))
        .filter(
            outlet__account_id=account_id, job_id=job_id, state__in=[PostingState.SENT, PostingState.UNSURE]
        )
        .first()
    )
    if posting is None:
        return False
    move(posting, "report" if good else "refuse")
    posting.result = {**posting.result, **result}
    posting.url, posting.published_id = url or posting.url, published_id or posting.published_id
    posting.error, posting.out_at = ("", clock.now()) if good else (why, None)
    posting.save()
    return True


def _why(status: int | None) -> str:
    try:
        return str(_WHY.get(PublishStatus(status or 0), _("发布失败")))
    except ValueError:
        return str(_("平台报告了不认识的状态 %(status)s") % {"status": status})
