"""Replies as the XML that stands in the body of the answer, and back (protocol sheet §5)."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from xinglin.wechat.errors import UnknownReply
from xinglin.wechat.jsonvalue import JsonObject, as_int, as_list, as_object, as_text
from xinglin.wechat.messages.tree import clean_text, read_xml
from xinglin.wechat.replies.fitting import fit
from xinglin.wechat.replies.kinds import (
    Article,
    Empty,
    Envelope,
    Image,
    Music,
    News,
    Reply,
    Text,
    TransferCustomerService,
    Video,
    Voice,
    kind_of,
)

# What XML 1.0 cannot hold, halves of surrogate pairs among it.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def cdata(text: str) -> str:
    """Wrap a text; the end mark inside it is split over two sections, the only way XML allows."""
    if _FORBIDDEN.search(text):
        text = _FORBIDDEN.sub("", clean_text(text))
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def element(name: str, text: str) -> str:
    """Return one element with text."""
    return f"<{name}>{cdata(text)}</{name}>"


def build(envelope: Envelope, *, answering_event: bool = False) -> str:
    """Return the body of the answer; an empty reply is an empty body."""
    reply = fit(envelope.reply, answering_event=answering_event)
    if isinstance(reply, Empty):
        return ""
    head = (
        element("ToUserName", envelope.to_user)
        + element("FromUserName", envelope.from_user)
        + f"<CreateTime>{envelope.created}</CreateTime>"
        + element("MsgType", kind_of(reply))
    )
    return f"<xml>{head}{''.join(_body(reply))}</xml>"


def _body(reply: Reply) -> Iterator[str]:
    match reply:
        case Text():
            yield element("Content", reply.content)
        case Image():
            yield f"<Image>{element('MediaId', reply.media_id)}</Image>"
        case Voice():
            yield f"<Voice>{element('MediaId', reply.media_id)}</Voice>"
        case Video():
            inner = _filled(MediaId=reply.media_id, Title=reply.title, Description=reply.description)
            yield f"<Video>{inner}</Video>"
        case Music():
            inner = _filled(
                Title=reply.title,
                Description=reply.description,
                MusicUrl=reply.url,
                HQMusicUrl=reply.high_quality_url,
                ThumbMediaId=reply.thumb_media_id,
            )
            yield f"<Music>{inner}</Music>"
        case News():
            yield f"<ArticleCount>{len(reply.articles)}</ArticleCount>"
            yield f"<Articles>{''.join(map(_item, reply.articles))}</Articles>"
        case TransferCustomerService() if reply.kf_account:
            yield f"<TransInfo>{element('KfAccount', reply.kf_account)}</TransInfo>"


def _filled(**texts: str) -> str:
    return "".join(element(name, text) for name, text in texts.items() if text)


def _item(article: Article) -> str:
    inner = (
        element("Title", article.title)
        + element("Description", article.description)
        + element("PicUrl", article.picture_url)
        + element("Url", article.url)
    )
    return f"<item>{inner}</item>"


def parse_reply(body: bytes) -> Envelope:
    """Read an answer back; used by tests, by the tester screen and wherever an answer is shown.

    Raises ``BadMessage`` when it is no XML, ``UnknownReply`` for a type that §5 does not have.
    """
    if not body.strip() or body.strip() == b"success":
        return Envelope(to_user="", from_user="", created=0)
    tree = read_xml(body)
    return Envelope(
        to_user=as_text(tree.get("ToUserName")),
        from_user=as_text(tree.get("FromUserName")),
        created=as_int(tree.get("CreateTime")),
        reply=_reply(as_text(tree.get("MsgType")).strip().lower(), tree),
    )


def _reply(kind: str, tree: JsonObject) -> Reply:
    # Old answers put the media id beside MsgType instead of inside an element of their own.
    inner = as_object(tree.get(kind.capitalize())) or tree
    media_id = as_text(inner.get("MediaId"))
    title, description = as_text(inner.get("Title")), as_text(inner.get("Description"))
    match kind:
        case "text":
            return Text(as_text(tree.get("Content")))
        case "image":
            return Image(media_id)
        case "voice":
            return Voice(media_id)
        case "video":
            return Video(media_id, title, description, as_text(inner.get("ThumbMediaId")))
        case "music":
            return Music(
                thumb_media_id=as_text(inner.get("ThumbMediaId")),
                title=title,
                description=description,
                url=as_text(inner.get("MusicUrl")),
                high_quality_url=as_text(inner.get("HQMusicUrl")),
            )
        case "news":
            items = as_list(as_object(tree.get("Articles")).get("item"))
            return News([_read_item(as_object(item)) for item in items])
        case "transfer_customer_service":
            return TransferCustomerService(as_text(as_object(tree.get("TransInfo")).get("KfAccount")))
    raise UnknownReply(_("存储的回复类型「%(kind)s」无法识别。"), kind=kind)


def _read_item(item: JsonObject) -> Article:
    return Article(
        title=as_text(item.get("Title")),
        description=as_text(item.get("Description")),
        picture_url=as_text(item.get("PicUrl")),
        url=as_text(item.get("Url")),
    )
