"""The content of one revision: title, digest, cover and blocks, and the hash that stands for all of it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.newsroom.blocks.about import NOTHING_DECLARED, About, read_about
from xinglin.newsroom.blocks.fields import Fields
from xinglin.newsroom.blocks.kinds import PICTURE_NAME, Block
from xinglin.newsroom.blocks.register import KINDS
from xinglin.newsroom.errors import ContentUnfit

LONGEST_TITLE = 100
LONGEST_DIGEST = 300
MOST_BLOCKS = 300
# Draft of the official account, draft/add (protocol sheet §8): title ≤ 32, digest ≤ 128 characters.
WECHAT_TITLE = 32
WECHAT_DIGEST = 128


@dataclass(frozen=True)
class Content:
    """What a reader would see; the hash changes when any of it does."""

    title: str
    blocks: tuple[Block, ...] = ()
    digest: str = ""
    cover: str = ""
    about: About = NOTHING_DECLARED

    def as_json(self) -> dict[str, object]:
        """Return the content as it is kept and hashed."""
        declared = self.about.as_json()
        return {
            "title": self.title,
            "digest": self.digest,
            "cover": self.cover,
            "blocks": [block.as_json() for block in self.blocks],
            **({"about": declared} if declared else {}),
        }

    @property
    def sha256(self) -> str:
        """The hash of the content in one spelling: sorted keys, no blanks, UTF-8."""
        spelled = json.dumps(self.as_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(spelled.encode()).hexdigest()

    @property
    def files(self) -> set[str]:
        """The stored files that the content shows."""
        return {file for block in self.blocks for file in block.files} | ({self.cover} - {""})

    def missing(self) -> list[str]:
        """Return what must still be done before readers may see it."""
        return list(self._missing())

    def _missing(self) -> Iterator[str]:
        if not self.title:
            yield _("没有标题")
        if not self.blocks:
            yield _("没有正文")
        for number, block in enumerate(self.blocks, start=1):
            for what in block.missing():
                yield _("第 %(n)d 块（%(kind)s）：%(what)s") % {
                    "n": number,
                    "kind": block.title,
                    "what": what,
                }

    def undeclared(self, *, reviewed: bool, medical: bool) -> list[str]:
        """Return what a column of this kind wants to be declared before readers may see it."""
        shows = any(name.endswith((".png", ".jpg", ".gif", ".webp")) for name in self.files)
        return list(
            self.about.missing(
                has_cover=bool(self.cover), has_pictures=shows, reviewed=reviewed, medical=medical
            )
        )

    def advice(self) -> list[str]:
        """Return what hinders nobody here but will on another channel."""
        said = []
        if len(self.title) > WECHAT_TITLE:
            said.append(
                _("标题 %(n)d 字：微信图文标题最多 %(most)d 字，H5 页面不受影响。")
                % {"n": len(self.title), "most": WECHAT_TITLE}
            )
        if len(self.digest) > WECHAT_DIGEST:
            said.append(
                _("摘要 %(n)d 字：微信图文摘要最多 %(most)d 字，H5 页面不受影响。")
                % {"n": len(self.digest), "most": WECHAT_DIGEST}
            )
        return said


def read_content(raw: object) -> Content:
    """Return the content that hostile JSON describes.

    Raises ``ContentUnfit`` naming the block (counted from 1) and what is wrong with it.
    """
    fields = Fields(raw, str(_("文章")))
    title = " ".join(fields.text("title", most=LONGEST_TITLE).split())
    digest = fields.text("digest", most=LONGEST_DIGEST)
    cover = fields.text("cover", most=80)
    if cover and not PICTURE_NAME.fullmatch(cover):
        raise ContentUnfit(gettext_lazy("封面「%(file)s」不是已上传的图片；请重新上传。"), file=cover)
    blocks = tuple(
        _read_block(each, number)
        for number, each in enumerate(fields.objects("blocks", most=MOST_BLOCKS), start=1)
    )
    about = read_about(fields.anything("about"))
    fields.finish()
    return Content(title=title, digest=digest, cover=cover, blocks=blocks, about=about)


def _read_block(raw: object, number: int) -> Block:
    fields = Fields(raw, _("第 %(n)d 块") % {"n": number})
    kind = fields.text("kind", most=40)
    if kind not in KINDS:
        raise ContentUnfit(gettext_lazy("第 %(n)d 块的类型「%(kind)s」不认识。"), n=number, kind=kind)
    block = KINDS[kind].read(fields)
    fields.finish()
    return block
