"""The kinds of block, each a value that never changes."""

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons.onscreen import Words
from xinglin.newsroom.blocks import rights, wording
from xinglin.newsroom.blocks.fields import Fields
from xinglin.newsroom.errors import ContentUnfit

# A stored file is named by the SHA-256 of its bytes, so a name in a revision fixes the very bytes.
PICTURE_NAME = re.compile(r"[0-9a-f]{64}\.(?:png|jpg|gif|webp)")
FILE_NAME = re.compile(r"[0-9a-f]{64}\.(?:pdf|docx|xlsx|pptx)")
_ADDRESS = re.compile(r"(?:https?://[^\s/]|mailto:|tel:|/(?!/))\S*", re.IGNORECASE)
LONGEST_TEXT = 20_000
LONGEST_LINE = 300
LONGEST_ADDRESS = 1024


@dataclass(frozen=True)
class Block:
    """One block. ``files`` are the stored files it shows; ``missing`` what it lacks before publication."""

    kind: ClassVar[str]
    title: ClassVar[Words]
    icon: ClassVar[str]
    # Which uploaded files it takes: "picture", "document", "audio", "video".
    takes: ClassVar[frozenset[str]] = frozenset()
    # Fields that came later: left out of what is hashed while empty, so older texts keep their hash.
    later: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Return the block that hostile JSON describes. Raises ``ContentUnfit``."""
        raise NotImplementedError

    def plain(self) -> str:
        """Return the block as text."""
        raise NotImplementedError

    @property
    def files(self) -> tuple[str, ...]:
        return ()

    def missing(self) -> Iterator[str]:
        """Say what the block still needs before readers may see it."""
        if not self.plain():
            yield _("内容是空的")

    def as_json(self) -> dict[str, object]:
        """Return the block as it is kept and hashed."""
        values = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in dataclasses.asdict(self).items()
        }
        kept = {name: value for name, value in values.items() if value or name not in self.later}
        return {"kind": self.kind, **kept}


@dataclass(frozen=True)
class Text(Block):
    """One or more paragraphs with a little mark-up."""

    html: str
    kind: ClassVar[str] = "text"
    title: ClassVar[Words] = gettext_lazy("正文")
    icon: ClassVar[str] = "align-left"

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(fields.html("html", most=LONGEST_TEXT, clean=wording.clean))

    def plain(self) -> str:
        return wording.to_plain(self.html)


@dataclass(frozen=True)
class Heading(Block):
    """A heading inside the article; its title is the first level."""

    text: str
    level: int = 2
    kind: ClassVar[str] = "heading"
    title: ClassVar[Words] = gettext_lazy("小标题")
    icon: ClassVar[str] = "heading"

    @classmethod
    def read(cls, fields: Fields) -> Self:
        level = fields.whole_number("level", default=2, allowed=(2, 3))
        return cls(fields.text("text", most=LONGEST_LINE), level)

    def plain(self) -> str:
        return self.text


@dataclass(frozen=True)
class Picture(Block):
    """A stored picture. ``alt`` says to who cannot see it what it shows."""

    file: str
    alt: str = ""
    caption: str = ""
    source: str = ""
    licence: str = ""
    patient: bool = False
    consent: str = ""
    kind: ClassVar[str] = "picture"
    title: ClassVar[Words] = gettext_lazy("图片")
    icon: ClassVar[str] = "photo"
    takes: ClassVar[frozenset[str]] = frozenset({"picture"})
    later: ClassVar[frozenset[str]] = frozenset({"licence", "patient", "consent"})

    @classmethod
    def read(cls, fields: Fields) -> Self:
        file = fields.text("file", most=80)
        if file and not PICTURE_NAME.fullmatch(file):
            raise ContentUnfit(gettext_lazy("图片「%(file)s」不是已上传的图片；请重新上传。"), file=file)
        alt, caption, source = (fields.text(name, most=LONGEST_LINE) for name in ("alt", "caption", "source"))
        return cls(file, alt, caption, source, *rights.read(fields))

    def plain(self) -> str:
        return self.caption or (f"［{_('图')}：{self.alt}］" if self.alt else "")

    @property
    def files(self) -> tuple[str, ...]:
        return (self.file,) if self.file else ()

    def missing(self) -> Iterator[str]:
        if not self.file:
            yield _("还没有选图片")
        if not self.alt:
            yield _("缺少替代文字（给看不见图的读者，说明图上是什么）")
        yield from rights.missing(self.licence, self.source, self.patient, self.consent)


@dataclass(frozen=True)
class Items(Block):
    """A list, with numbers or without."""

    items: tuple[str, ...]
    ordered: bool = False
    kind: ClassVar[str] = "list"
    title: ClassVar[Words] = gettext_lazy("列表")
    icon: ClassVar[str] = "list"

    @classmethod
    def read(cls, fields: Fields) -> Self:
        ordered = fields.flag("ordered")
        return cls(fields.texts("items", most=100, most_each=1000), ordered)

    def plain(self) -> str:
        marks = (f"{number}. " if self.ordered else "· " for number in range(1, len(self.items) + 1))
        return "\n".join(mark + item for mark, item in zip(marks, self.items, strict=True))


@dataclass(frozen=True)
class Quote(Block):
    """Someone else's words, and whose."""

    text: str
    source: str = ""
    kind: ClassVar[str] = "quote"
    title: ClassVar[Words] = gettext_lazy("引文")
    icon: ClassVar[str] = "quote"

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(fields.text("text", most=5000), fields.text("source", most=LONGEST_LINE))

    def plain(self) -> str:
        return f"“{self.text}”" + (f"——{self.source}" if self.source else "") if self.text else ""


@dataclass(frozen=True)
class Link(Block):
    """A link that stands by itself: a registration page, a database."""

    text: str
    address: str
    note: str = ""
    kind: ClassVar[str] = "link"
    title: ClassVar[Words] = gettext_lazy("链接")
    icon: ClassVar[str] = "link"

    @classmethod
    def read(cls, fields: Fields) -> Self:
        text, address = fields.text("text", most=LONGEST_LINE), fields.text("address", most=LONGEST_ADDRESS)
        if address and not _ADDRESS.fullmatch(address):
            raise ContentUnfit(
                gettext_lazy("链接「%(address)s」打不开；请以 https:// 开头写完整地址。"),
                address=address[:80],
            )
        return cls(text, address, fields.text("note", most=LONGEST_LINE))

    def plain(self) -> str:
        return f"{self.text} {self.address}".strip()

    def missing(self) -> Iterator[str]:
        if not self.text:
            yield _("缺少链接文字")
        if not self.address:
            yield _("缺少链接地址")


@dataclass(frozen=True)
class Attachment(Block):
    """A stored file to download: a form, a timetable."""

    file: str
    name: str = ""
    kind: ClassVar[str] = "attachment"
    title: ClassVar[Words] = gettext_lazy("附件")
    icon: ClassVar[str] = "paperclip"
    takes: ClassVar[frozenset[str]] = frozenset({"document"})

    @classmethod
    def read(cls, fields: Fields) -> Self:
        file = fields.text("file", most=80)
        if file and not FILE_NAME.fullmatch(file):
            raise ContentUnfit(gettext_lazy("附件「%(file)s」不是已上传的文件；请重新上传。"), file=file)
        return cls(file, fields.text("name", most=LONGEST_LINE))

    def plain(self) -> str:
        return f"{_('附件')}：{self.name}" if self.name else ""

    @property
    def files(self) -> tuple[str, ...]:
        return (self.file,) if self.file else ()

    def missing(self) -> Iterator[str]:
        if not self.file:
            yield _("还没有选文件")
        if not self.name:
            yield _("缺少附件名称")
