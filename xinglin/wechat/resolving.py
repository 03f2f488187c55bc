"""Replies as they are kept, made ready for one follower: page links get their address, materials their media id.

A rule names a material by our own number (``material:12``), because the platform's id of a temporary one
changes every three days.
"""

import dataclasses

from django.utils.translation import gettext_lazy as _

from xinglin.commons.numbers import whole
from xinglin.wechat.errors import MaterialGone
from xinglin.wechat.links import personal_link
from xinglin.wechat.models import Follower, Material
from xinglin.wechat.replies import Article, Image, Music, News, PageLink, Reply, Video, Voice

OURS = "material:"


def needs_resolving(reply: Reply) -> bool:
    """Whether a reply cannot be sent as it is kept."""
    return isinstance(reply, PageLink) or bool(_material_number(reply))


def resolved(follower: Follower, reply: Reply) -> Reply:
    """Return a reply that can be sent to a follower.

    Raises ``MaterialGone`` when its material was deleted or could not be uploaded.
    """
    if isinstance(reply, PageLink):
        address = personal_link(follower, reply.path)
        return News([Article(title=reply.title, description=reply.description, url=address)])
    number = _material_number(reply)
    if not number or not isinstance(reply, Image | Voice | Video | Music):
        return reply
    material = Material.objects.filter(pk=number, account=follower.account_id).exclude(media_id="").first()
    if material is None:
        raise MaterialGone(_("这条回复要用的素材已删除或尚未上传成功，请稍后再试或联系图书馆。"))
    if isinstance(reply, Music):
        return dataclasses.replace(reply, thumb_media_id=material.media_id)
    return dataclasses.replace(reply, media_id=material.media_id)


def _material_number(reply: Reply) -> int:
    written = ""
    if isinstance(reply, Image | Voice | Video):
        written = reply.media_id
    elif isinstance(reply, Music):
        written = reply.thumb_media_id
    return (whole(written.removeprefix(OURS)) or 0) if written.startswith(OURS) else 0
