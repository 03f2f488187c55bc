"""Blocks for the reader's phone, and as plain text."""

from collections.abc import Mapping, Sequence

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from xinglin.newsroom.blocks import wording
from xinglin.newsroom.blocks.kinds import Block, Text


def as_h5(blocks: Sequence[Block], *, instead: Mapping[str, str] | None = None) -> SafeString:
    """Return the body of an article for H5 pages: each block by the template of its kind.

    ``instead`` holds what stands in the place of a question, by its key: the reader's form.
    Text is cleaned once more on the way out: what stands in the database is not trusted either.
    """
    parts = [
        (instead or {}).get(getattr(block, "key", ""))
        or render_to_string(
            f"newsroom/blocks/{block.kind}.html", {"block": block, "wording": _wording(block)}
        ).strip()
        for block in blocks
    ]
    return mark_safe("\n".join(parts))  # noqa: S308  (each part is an escaping template)


def as_plain(blocks: Sequence[Block]) -> str:
    """Return the body as text, a blank line between blocks."""
    return "\n\n".join(text for text in (block.plain() for block in blocks) if text)


def _wording(block: Block) -> SafeString:
    cleaned = wording.clean(block.html) if isinstance(block, Text) else ""
    return mark_safe(cleaned)  # noqa: S308  (nh3 has just cleaned it)
