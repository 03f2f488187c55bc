"""Blocks that are more than a still picture: cartoons, animations, sound, film."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons.onscreen import Words
from xinglin.newsroom.blocks import rights
from xinglin.newsroom.blocks.fields import Fields
from xinglin.newsroom.blocks.kinds import LONGEST_LINE, PICTURE_NAME, Block
from xinglin.newsroom.errors import ContentUnfit

AUDIO_NAME = re.compile(r"[0-9a-f]{64}\.(?:mp3|m4a)")
VIDEO_NAME = re.compile(r"[0-9a-f]{64}\.mp4")
MOST_PANELS = 20
_LONGEST_TRANSCRIPT = 5000


def _file(fields: Fields, *patterns: re.Pattern[str]) -> str:
    file = fields.text("file", most=80)
    if file and not any(pattern.fullmatch(file) for pattern in patterns):
        raise ContentUnfit(gettext_lazy("文件「%(file)s」不是已上传的文件；请重新上传。"), file=file)
    return file


@dataclass(frozen=True)
class Cartoon(Block):
    """A story in drawings, one below the other."""

    panels: tuple[str, ...]
    alt: str = ""
    caption: str = ""
    source: str = ""
    licence: str = ""
    patient: bool = False
    consent: str = ""
    kind: ClassVar[str] = "cartoon"
    title: ClassVar[Words] = gettext_lazy("漫画")
    icon: ClassVar[str] = "layout-board"
    takes: ClassVar[frozenset[str]] = frozenset({"picture"})

    @classmethod
    def read(cls, fields: Fields) -> Self:
        panels = fields.texts("panels", most=MOST_PANELS, most_each=80)
        for file in panels:
            if not PICTURE_NAME.fullmatch(file):
                raise ContentUnfit(gettext_lazy("图片「%(file)s」不是已上传的图片；请重新上传。"), file=file)
        alt = fields.text("alt", most=2000)
        caption, source = (fields.text(name, most=LONGEST_LINE) for name in ("caption", "source"))
        return cls(panels, alt, caption, source, *rights.read(fields))

    def plain(self) -> str:
        return f"［{_('漫画')}：{self.alt}］" if self.alt else self.caption

    @property
    def files(self) -> tuple[str, ...]:
        return self.panels

    def missing(self) -> Iterator[str]:
        if not self.panels:
            yield _("还没有选图片")
        if not self.alt:
            yield _("缺少替代文字（把漫画讲的事写成一段话）")
        yield from rights.missing(self.licence, self.source, self.patient, self.consent)


@dataclass(frozen=True)
class Animation(Block):
    """A moving picture without sound."""

    file: str
    alt: str = ""
    caption: str = ""
    source: str = ""
    licence: str = ""
    patient: bool = False
    consent: str = ""
    kind: ClassVar[str] = "animation"
    title: ClassVar[Words] = gettext_lazy("动画")
    icon: ClassVar[str] = "gif"
    takes: ClassVar[frozenset[str]] = frozenset({"picture", "video"})

    @classmethod
    def read(cls, fields: Fields) -> Self:
        file = _file(fields, PICTURE_NAME, VIDEO_NAME)
        alt, caption, source = (fields.text(name, most=LONGEST_LINE) for name in ("alt", "caption", "source"))
        return cls(file, alt, caption, source, *rights.read(fields))

    @property
    def is_film(self) -> bool:
        """Whether it is played, not merely shown."""
        return self.file.endswith(".mp4")

    def plain(self) -> str:
        return self.caption or (f"［{_('动画')}：{self.alt}］" if self.alt else "")

    @property
    def files(self) -> tuple[str, ...]:
        return (self.file,) if self.file else ()

    def missing(self) -> Iterator[str]:
        if not self.file:
            yield _("还没有选动画（GIF、WebP 或 MP4）")
        if not self.alt:
            yield _("缺少替代文字（说明动画里发生了什么）")
        yield from rights.missing(self.licence, self.source, self.patient, self.consent)


@dataclass(frozen=True)
class Audio(Block):
    """A recording, with its words for who cannot hear it."""

    file: str
    name: str = ""
    transcript: str = ""
    source: str = ""
    licence: str = ""
    patient: bool = False
    consent: str = ""
    kind: ClassVar[str] = "audio"
    title: ClassVar[Words] = gettext_lazy("音频")
    icon: ClassVar[str] = "microphone"
    takes: ClassVar[frozenset[str]] = frozenset({"audio"})
    _names: ClassVar[tuple[re.Pattern[str], ...]] = (AUDIO_NAME,)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        file, name = _file(fields, *cls._names), fields.text("name", most=LONGEST_LINE)
        transcript = fields.text("transcript", most=_LONGEST_TRANSCRIPT)
        return cls(file, name, transcript, fields.text("source", most=LONGEST_LINE), *rights.read(fields))

    def plain(self) -> str:
        return "\n".join(
            filter(None, (f"［{self.title}：{self.name}］" if self.name else "", self.transcript))
        )

    @property
    def files(self) -> tuple[str, ...]:
        return (self.file,) if self.file else ()

    def missing(self) -> Iterator[str]:
        if not self.file:
            yield _("还没有选文件")
        if not self.name:
            yield _("缺少名称")
        if not self.transcript:
            yield _("缺少文字稿（给听不见、不方便听的读者）")
        yield from rights.missing(self.licence, self.source, self.patient, self.consent)


@dataclass(frozen=True)
class Video(Audio):
    """A film, with its words."""

    kind: ClassVar[str] = "video"
    title: ClassVar[Words] = gettext_lazy("视频")
    icon: ClassVar[str] = "video"
    takes: ClassVar[frozenset[str]] = frozenset({"video"})
    _names: ClassVar[tuple[re.Pattern[str], ...]] = (VIDEO_NAME,)
