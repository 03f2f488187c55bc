"""What each platform takes of a piece, and the package for those that no open interface may be used for."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from xinglin.commons.text import shortened
from xinglin.newsroom.blocks import Content, as_plain
from xinglin.newsroom.models import StoredFile
from xinglin.newsroom.publishing.lifecycle import OutletKind
from xinglin.newsroom.publishing.pictures import cover_variants


@dataclass(frozen=True)
class FormRules:
    """The form of a platform: lengths in characters, pictures, cover sizes in pixels, topic tags.

    Kept where the platforms show them to who writes there; they change, so the package says them again.
    """

    title: int
    text: int
    pictures: int
    covers: tuple[tuple[str, int, int], ...]
    tag: str = "#{}"
    tags: int = 5
    needs_video: bool = False
    with_title: bool = True


RULES: dict[str, FormRules] = {
    OutletKind.WEIBO: FormRules(32, 2000, 18, (("4x3", 1200, 900),), "#{}#", 3, with_title=False),
    OutletKind.DOUYIN: FormRules(
        30, 1000, 35, (("3x4", 1080, 1440), ("9x16", 1080, 1920)), tags=5, needs_video=False
    ),
    OutletKind.CHANNELS: FormRules(
        16, 1000, 18, (("6x7", 1080, 1260), ("16x9", 1080, 608)), tags=10, needs_video=True
    ),
    OutletKind.TOUTIAO: FormRules(30, 20_000, 50, (("16x9", 1280, 720), ("4x3", 1200, 900)), tags=5),
}


def problems_for(kind: str, content: Content, *, title: str, tags: Sequence[str]) -> list[str]:
    """Return what does not keep a platform's form, in words."""
    rules = RULES.get(kind)
    if rules is None:
        return []
    found = []
    if rules.with_title and len(title) > rules.title:
        found.append(_("标题 %(n)d 字，最多 %(most)d 字") % {"n": len(title), "most": rules.title})
    pictures = _pictures(content)
    if len(pictures) > rules.pictures:
        found.append(_("图片 %(n)d 张，最多 %(most)d 张") % {"n": len(pictures), "most": rules.pictures})
    if len(tags) > rules.tags:
        found.append(_("话题标签 %(n)d 个，最多 %(most)d 个") % {"n": len(tags), "most": rules.tags})
    if rules.needs_video and not any(name.endswith(".mp4") for name in content.files):
        found.append(_("视频号要有一段视频；这篇没有"))
    return found


def text_for(kind: str, content: Content, *, title: str, tags: Sequence[str], page: str) -> str:
    """Return the text as it is pasted there, shortened to what fits, with where the whole is read."""
    rules = RULES[kind]
    marks = " ".join(rules.tag.format(tag) for tag in tags)
    foot = "\n".join(filter(None, (_("全文：%(page)s") % {"page": page}, marks)))
    head = "" if rules.with_title else f"【{title}】"
    about = "\n".join(f"{name}：{words}" for name, words in content.about.shown())
    body = "\n\n".join(filter(None, (as_plain(content.blocks), about)))
    room = rules.text - len(head) - len(foot) - 2
    return f"{head}{shortened(body, characters=room) if len(body) > room else body}\n{foot}"


def package(kind: str, content: Content, *, title: str, tags: Sequence[str], page: str, accent: str) -> bytes:
    """Return a ZIP for posting by hand: text, pictures in their order, covers in the platform's sizes."""
    rules = RULES[kind]
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("标题.txt", title)
        archive.writestr("正文.txt", text_for(kind, content, title=title, tags=tags, page=page))
        archive.writestr("说明.txt", _instructions(kind, rules, content, title, tags))
        for number, name in enumerate(_media(content), start=1):
            stored = StoredFile.objects.filter(name=name).first()
            if stored is not None and default_storage.exists(stored.path):
                with default_storage.open(stored.path) as source:
                    archive.writestr(f"{number:02d}{name[64:]}", source.read())
        for label, data in cover_variants(content.cover, title, accent, rules.covers):
            archive.writestr(f"封面-{label}.png", data)
    return kept.getvalue()


def _instructions(kind: str, rules: FormRules, content: Content, title: str, tags: Sequence[str]) -> str:
    problems = problems_for(kind, content, title=title, tags=tags)
    lines = [
        _(
            "%(kind)s：标题最多 %(title)d 字，正文最多 %(text)d 字，图片最多 %(pictures)d 张，话题最多 %(tags)d 个。"
        )
        % {
            "kind": OutletKind(kind).label,
            "title": rules.title,
            "text": rules.text,
            "pictures": rules.pictures,
            "tags": rules.tags,
        },
        _("封面：%(sizes)s") % {"sizes": "、".join(f"{label}（{w}×{h}）" for label, w, h in rules.covers)},
        _("发布后，请把链接填回“发布任务”，撤下和更正时才找得到它。"),
        *(_("注意：%(problem)s") % {"problem": problem} for problem in problems),
    ]
    return "\n".join(lines)


def _pictures(content: Content) -> list[str]:
    return [name for name in _media(content) if not name.endswith(".mp4")]


def _media(content: Content) -> list[str]:
    shown = (name for block in content.blocks for name in block.files)
    return list(
        dict.fromkeys(name for name in shown if name.endswith((".png", ".jpg", ".gif", ".webp", ".mp4")))
    )
