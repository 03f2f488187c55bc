"""What an article is made of: an ordered list of blocks with a typed schema.

One content, many channels: the same blocks become H5, plain text and, later, what WeChat accepts.
A new kind of block is a dataclass in ``kinds.py``, a line in ``KINDS``, and a template for each channel.
"""

from xinglin.newsroom.blocks.content import Content, read_content
from xinglin.newsroom.blocks.kinds import KINDS, Attachment, Block, Heading, Items, Link, Picture, Quote, Text
from xinglin.newsroom.blocks.rendering import as_h5, as_plain
from xinglin.newsroom.blocks.wording import clean, from_plain

__all__ = [
    "KINDS",
    "Attachment",
    "Block",
    "Content",
    "Heading",
    "Items",
    "Link",
    "Picture",
    "Quote",
    "Text",
    "as_h5",
    "as_plain",
    "clean",
    "from_plain",
    "read_content",
]
