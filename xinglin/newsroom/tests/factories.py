"""Articles for tests; each says only what matters."""

from datetime import timedelta

from django.core.files.base import ContentFile

from xinglin.commons import clock
from xinglin.consortium.models import Library, Staff
from xinglin.newsroom import services
from xinglin.newsroom.blocks import About, Content, Text, from_plain
from xinglin.newsroom.models import Article, Column, StoredFile

# The smallest PNG: one transparent pixel (PNG specification, third edition, section 5 and 11).
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154"
    "789c636060606000000005000157a6cda30000000049454e44ae426082"
)

ABOUT = About(
    author="王立",
    qualification="心内科主任医师",
    sources=("中国高血压防治指南",),
    ai="none",
    fonts="system",
    origin="original",
    cover_licence="own",
)


def a_content(title: str = "开馆时间调整", text: str = "本周六闭馆一天。") -> Content:
    """A title, one paragraph, and everything declared that a column may want."""
    return Content(title=title, blocks=(Text(from_plain(text)),), about=ABOUT)


def a_column(code: str = "notices") -> Column:
    """One of the columns that are laid out from the beginning."""
    return Column.objects.get(code=code)


def a_draft(
    library: Library,
    *,
    title: str = "开馆时间调整",
    text: str = "本周六闭馆一天。",
    column: str = "notices",
    for_branches: bool = False,
    by: Staff | None = None,
) -> Article:
    """A draft of one paragraph, with an expiry date where the column is about health."""
    kept = a_column(column)
    return services.write(
        library=library,
        content=a_content(title, text),
        arrangement=services.Arrangement(
            kept, for_branches, clock.today() + timedelta(days=200) if kept.needs_gatekeeper else None
        ),
        by=by,
    )


def a_notice(
    library: Library,
    *,
    title: str = "开馆时间调整",
    text: str = "本周六闭馆一天。",
    for_branches: bool = False,
) -> Article:
    """A published notice."""
    draft = a_draft(library, title=title, text=text, for_branches=for_branches)
    return services.publish(article=draft, version=draft.version, by=None)


def a_picture(library: Library) -> StoredFile:
    """A stored picture."""
    return services.keep_file(library=library, file=ContentFile(PNG), name="点.png", by=None)
