"""What an article is made of: an ordered list of blocks with a typed schema.

One content, many channels: the same blocks become H5, plain text and, later, what WeChat accepts.
A new kind of block is a dataclass, a line in ``register.py`` and in ``editing.py``, and a template for each channel.
"""

from xinglin.newsroom.blocks.about import About
from xinglin.newsroom.blocks.asking import Live, Poll, Quiz, Tool
from xinglin.newsroom.blocks.content import Content, read_content
from xinglin.newsroom.blocks.kinds import Attachment, Block, Heading, Items, Link, Picture, Quote, Text
from xinglin.newsroom.blocks.media import Animation, Audio, Cartoon, Video
from xinglin.newsroom.blocks.register import KINDS
from xinglin.newsroom.blocks.rendering import as_h5, as_plain
from xinglin.newsroom.blocks.wording import clean, from_plain

__all__ = [
    "KINDS",
    "About",
    "Animation",
    "Attachment",
    "Audio",
    "Block",
    "Cartoon",
    "Content",
    "Heading",
    "Items",
    "Link",
    "Live",
    "Picture",
    "Poll",
    "Quiz",
    "Quote",
    "Text",
    "Tool",
    "Video",
    "as_h5",
    "as_plain",
    "clean",
    "from_plain",
    "read_content",
]
