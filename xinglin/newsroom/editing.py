"""The editor's page between the browser and the blocks: what stands in its fields, and what is done there.

A page that is being written may hold what no revision would: an empty heading, a link without address.
So it is kept as typed, and becomes ``Content`` only when it is saved or previewed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from secrets import token_hex

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from xinglin.commons.onscreen import Words
from xinglin.newsroom.blocks import KINDS, Block, Content, Text, from_plain, read_content
from xinglin.newsroom.blocks.about import About
from xinglin.newsroom.blocks.content import MOST_BLOCKS
from xinglin.newsroom.blocks.kinds import FILE_NAME, PICTURE_NAME
from xinglin.newsroom.blocks.media import AUDIO_NAME, MOST_PANELS, VIDEO_NAME
from xinglin.newsroom.blocks.wording import is_only_lines, to_plain
from xinglin.newsroom.errors import ContentUnfit

# How the words of a text block were typed: as lines, or as HTML by the editor that runs in the browser.
PLAIN, HTML = "plain", "html"
_FIELDS: dict[str, tuple[str, ...]] = {
    "text": ("html", "format"),
    "heading": ("text", "level"),
    "picture": ("file", "alt", "caption", "source", "licence", "patient", "consent"),
    "cartoon": ("panels", "alt", "caption", "source", "licence", "patient", "consent"),
    "animation": ("file", "alt", "caption", "source", "licence", "patient", "consent"),
    "audio": ("file", "name", "transcript", "source", "licence", "patient", "consent"),
    "video": ("file", "name", "transcript", "source", "licence", "patient", "consent"),
    "list": ("items", "ordered"),
    "quote": ("text", "source"),
    "link": ("text", "address", "note"),
    "attachment": ("file", "name"),
    "live": ("name", "address", "starts", "note"),
    "poll": ("key", "question", "options", "many", "free"),
    "quiz": ("key", "question", "options", "answer", "explanation"),
    "tool": ("tool", "note"),
}
_FLAGS = frozenset({"ordered", "patient", "many", "free"})
_LISTS = frozenset({"items", "options", "panels"})
# What an article says of itself, as the page names it: "about-author".
ABOUT = ("author", "qualification", "sources", "ai", "fonts", "origin", "reposted_from", "cover_licence")


@dataclass(frozen=True)
class TypedBlock:
    """A block as it stands in the page: ``key`` names its fields, ``values`` are what was typed."""

    key: str
    kind: str
    values: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> Words:
        return KINDS[self.kind].title

    @property
    def icon(self) -> str:
        return KINDS[self.kind].icon

    @property
    def template(self) -> str:
        return f"newsroom/editor/{self.kind}.html"

    def as_json(self) -> dict[str, object]:
        """Return the block in the shape that ``read_content`` reads."""
        values: dict[str, object] = {name: self.values.get(name, "") for name in _FIELDS[self.kind]}
        if self.kind == Text.kind and values.pop("format") != HTML:
            values["html"] = from_plain(str(values["html"]))
        for name in _FLAGS & values.keys():
            values[name] = values[name] == "on"
        for name in _LISTS & values.keys():
            values[name] = str(values[name]).splitlines()
        if self.kind == "heading":
            values["level"] = 3 if values["level"] == "3" else 2
        return {"kind": self.kind, **values}


@dataclass(frozen=True)
class Page:
    """Everything of an article that is typed: title, digest, cover and blocks."""

    title: str = ""
    digest: str = ""
    cover: str = ""
    blocks: tuple[TypedBlock, ...] = ()
    about: dict[str, str] = field(default_factory=dict)

    def content(self) -> Content:
        """Return what was typed as content. Raises ``ContentUnfit``."""
        return read_content(
            {
                "title": self.title,
                "digest": self.digest,
                "cover": self.cover,
                "blocks": [block.as_json() for block in self.blocks],
                "about": {
                    name: words.splitlines() if name == "sources" else words
                    for name, words in self.about.items()
                },
            }
        )

    def added(self, kind: str, after: str) -> "Page":
        """Return the page with a new block after another one, or at the end.

        Raises ``ContentUnfit`` for a kind that does not exist, and for a block too many.
        """
        if kind not in KINDS:
            raise ContentUnfit(_("没有「%(kind)s」这种内容块。"), kind=kind[:40])
        if len(self.blocks) >= MOST_BLOCKS:
            raise ContentUnfit(_("一篇文章最多 %(most)d 块，请分成几篇。"), most=MOST_BLOCKS)
        place = next((at + 1 for at, block in enumerate(self.blocks) if block.key == after), len(self.blocks))
        return replace(self, blocks=(*self.blocks[:place], new_block(kind), *self.blocks[place:]))

    def moved(self, key: str, by: int) -> "Page":
        """Return the page with a block one place up (-1) or down (1); at the edge it stays."""
        order = list(self.blocks)
        place = next((at for at, block in enumerate(order) if block.key == key), None)
        if place is None or not 0 <= place + by < len(order):
            return self
        order.insert(place + by, order.pop(place))
        return replace(self, blocks=tuple(order))

    def without(self, key: str) -> "Page":
        """Return the page without a block."""
        return replace(self, blocks=tuple(block for block in self.blocks if block.key != key))

    def with_blocks(self, taken: Sequence[Block]) -> "Page":
        """Return the page with whole blocks at its end; a single empty text makes room for them."""
        mine = () if len(self.blocks) == 1 and not self.blocks[0].values.get("html") else self.blocks
        return replace(self, blocks=(*mine, *(_typed(block) for block in taken))[:MOST_BLOCKS])

    def with_file(self, key: str, file: str, called: str) -> "Page":
        """Return the page with an uploaded file put into a block; an attachment is named after it."""
        return replace(self, blocks=tuple(_holding(block, key, file, called) for block in self.blocks))

    def done(self, deed: str) -> "Page":
        """Return the page after a button of it: ``add:<kind>:<after>``, ``up:<key>``, ``down:…``, ``delete:…``.

        Any other deed leaves the blocks as they stand.
        """
        what, _colon, about = deed.partition(":")
        if what == "add":
            kind, _colon, after = about.partition(":")
            return self.added(kind, after)
        if what == "delete":
            return self.without(about)
        if what in ("up", "down"):
            return self.moved(about, -1 if what == "up" else 1)
        return self


def new_block(kind: str) -> TypedBlock:
    """Return an empty block under a key that no other block of the page has."""
    values = {"key": token_hex(4)} if "key" in _FIELDS[kind] else {}
    return TypedBlock(key=f"b{token_hex(4)}", kind=kind, values=values)


def page_of(content: Content) -> Page:
    """Return the page in which a content is edited."""
    return Page(
        title=content.title,
        digest=content.digest,
        cover=content.cover,
        blocks=tuple(_typed(block) for block in content.blocks),
        about=_typed_about(content.about),
    )


def empty_page() -> Page:
    """Return the page on which a new article begins: one text."""
    return Page(blocks=(new_block(Text.kind),))


def typed_page(sent: QueryDict) -> Page:
    """Return the page that a browser sent; keys, kinds and file names that are not ours are left out."""
    return Page(
        title=sent.get("title", ""),
        digest=sent.get("digest", ""),
        cover=_file_name(sent.get("cover", "")),
        blocks=tuple(_sent_blocks(sent)),
        about={name: sent.get(f"about-{name}", "") for name in ABOUT},
    )


def _sent_blocks(sent: QueryDict) -> Iterator[TypedBlock]:
    for key in dict.fromkeys(sent.getlist("block")[: MOST_BLOCKS + 1]):
        kind = sent.get(f"{key}-kind", "")
        if kind in KINDS and key.isascii() and key.isalnum() and len(key) <= 20:
            values = {name: sent.get(f"{key}-{name}", "") for name in _FIELDS[kind]}
            if "file" in values:
                values["file"] = _file_name(values["file"])
            if "panels" in values:
                values["panels"] = "\n".join(filter(None, map(_file_name, values["panels"].split())))
            yield TypedBlock(key, kind, values)


def _file_name(sent: str) -> str:
    """Return a stored file's name; the page never sends another, whoever forged it did."""
    ours = (PICTURE_NAME, FILE_NAME, AUDIO_NAME, VIDEO_NAME)
    return sent if any(pattern.fullmatch(sent) for pattern in ours) else ""


def _typed(block: Block) -> TypedBlock:
    values = {name: _as_typed(value) for name, value in block.as_json().items()}
    if isinstance(block, Text):
        only_lines = is_only_lines(block.html)
        values = {
            "html": to_plain(block.html) if only_lines else block.html,
            "format": PLAIN if only_lines else HTML,
        }
    return replace(new_block(block.kind), values=values)


def _as_typed(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return str(value)


def _typed_about(about: About) -> dict[str, str]:
    return {name: _as_typed(value) for name, value in about.as_json().items()}


def _holding(block: TypedBlock, key: str, file: str, called: str) -> TypedBlock:
    if block.key != key:
        return block
    if block.kind == "cartoon":
        panels = [*block.values.get("panels", "").split(), file][:MOST_PANELS]
        return replace(block, values={**block.values, "panels": "\n".join(panels)})
    named = {"name": block.values.get("name") or called} if "name" in _FIELDS[block.kind] else {}
    return replace(block, values={**block.values, "file": file, **named})
