"""Replies as customer-service messages (protocol sheet §8.2), for answers that come later."""

from xinglin.wechat.jsonvalue import JsonObject
from xinglin.wechat.replies.fitting import TEXT_BYTES, fit, split_text
from xinglin.wechat.replies.kinds import (
    Empty,
    Image,
    MiniProgramCard,
    Music,
    News,
    PageLink,
    Reply,
    Text,
    TransferCustomerService,
    Video,
    Voice,
)


def as_messages(reply: Reply, openid: str) -> list[JsonObject]:
    """Return the calls' bodies; a long text is several messages, and what cannot be sent is none.

    A mini-program card without a cover picture cannot be sent as one: it becomes a text with a link.
    """
    if isinstance(reply, PageLink) or (isinstance(reply, MiniProgramCard) and not reply.thumb_media_id):
        reply = fit(reply)
    if isinstance(reply, News) and len(reply.articles) > 1:
        reply = fit(reply)
    if isinstance(reply, Text):
        return [_message(openid, "text", {"content": part}) for part in split_text(reply.content, TEXT_BYTES)]
    body = _body(reply)
    return [_message(openid, *body)] if body else []


def _message(openid: str, kind: str, content: JsonObject) -> JsonObject:
    return {"touser": openid, "msgtype": kind, kind: content}


def _body(reply: Reply) -> tuple[str, JsonObject] | None:
    match reply:
        case Image():
            return "image", {"media_id": reply.media_id}
        case Voice():
            return "voice", {"media_id": reply.media_id}
        case Video():
            return "video", {
                "media_id": reply.media_id,
                "thumb_media_id": reply.thumb_media_id,
                "title": reply.title,
                "description": reply.description,
            }
        case Music():
            return "music", {
                "title": reply.title,
                "description": reply.description,
                "musicurl": reply.url,
                "hqmusicurl": reply.high_quality_url,
                "thumb_media_id": reply.thumb_media_id,
            }
        case News():
            cards: list[JsonObject] = [
                {
                    "title": each.title,
                    "description": each.description,
                    "url": each.url,
                    "picurl": each.picture_url,
                }
                for each in reply.articles
            ]
            return ("news", {"articles": cards}) if cards else None
        case MiniProgramCard():
            return "miniprogrampage", {
                "title": reply.title,
                "appid": reply.appid,
                "pagepath": reply.pagepath,
                "thumb_media_id": reply.thumb_media_id,
            }
        case Text():
            return "text", {"content": reply.content}
        case PageLink() | TransferCustomerService() | Empty():
            return None
