"""Every kind of block, in the order in which the editor offers them."""

from xinglin.newsroom.blocks.asking import Live, Poll, Quiz, Tool
from xinglin.newsroom.blocks.kinds import Attachment, Block, Heading, Items, Link, Picture, Quote, Text
from xinglin.newsroom.blocks.media import Animation, Audio, Cartoon, Video

KINDS: dict[str, type[Block]] = {
    block.kind: block
    for block in (
        Text, Heading, Picture, Items, Quote, Link, Attachment, Cartoon, Animation, Audio, Video, Live, Poll, Quiz,
        Tool,
    )
}  # fmt: skip
