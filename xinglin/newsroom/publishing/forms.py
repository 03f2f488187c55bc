"""A piece in the form of a platform without an open interface: what does not fit, and the package to post."""

import io
import zipfile
from collections.abc import Sequence

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from xinglin.commons.text import shortened
from xinglin.newsroom.blocks import Content, as_plain
from xinglin.newsroom.models import StoredFile
from xinglin.newsroom.publishing.pictures import cover_variants
from xinglin.newsroom.publishing.platforms import FormRules


def problems_for(rules: FormRules | None, content: Content, *, title: str, tags: Sequence[str]) -> list[str]:
    """Return what does not keep a platform's form, in words; of our own ways nothing."""
    if rules is None:
        return []
    found = []
    if rules.title is not None:
        fitted = title_for(rules, title)
        if len(fitted) > rules.title.most:
            found.append(_("标题 %(n)d 字，最多 %(most)d 字") % {"n": len(fitted), "most": rules.title.most})
        if len(fitted) < rules.title.least:
            found.append(
                _("标题 %(n)d 字，至少 %(least)d 字") % {"n": len(fitted), "least": rules.title.least}
            )
    pictures = _pictures(content)
    if len(pictures) > rules.pictures.most:
        found.append(_("图片 %(n)d 张，最多 %(most)d 张") % {"n": len(pictures), "most": rules.pictures.most})
    if len(tags) > rules.tags.most:
        found.append(_("话题标签 %(n)d 个，最多 %(most)d 个") % {"n": len(tags), "most": rules.tags.most})
    return found


def title_for(rules: FormRules, title: str) -> str:
    """Return a title as it is typed there: a sign that the platform does not take becomes a blank."""
    if not rules.signs:
        return title
    kept = "".join(sign if sign.isalnum() or sign in rules.signs else " " for sign in title)
    return " ".join(kept.split())


def text_for(rules: FormRules, content: Content, *, title: str, tags: Sequence[str], page: str) -> str:
    """Return the text as it is pasted there, shortened to what fits, with where the whole is read."""
    marks = " ".join(rules.tag.format(tag) for tag in tags)
    foot = "\n".join(filter(None, (_("全文：%(page)s") % {"page": page}, marks)))
    head = f"【{title}】" if rules.title is None else ""
    about = "\n".join(f"{name}：{words}" for name, words in content.about.shown())
    body = "\n\n".join(filter(None, (as_plain(content.blocks), about)))
    room = rules.text.most - len(head) - len(foot) - 2
    return f"{head}{shortened(body, characters=room) if len(body) > room else body}\n{foot}"


def package(
    rules: FormRules, content: Content, *, title: str, tags: Sequence[str], page: str, accent: str
) -> bytes:
    """Return a ZIP for posting by hand: text, pictures in their order, covers in the platform's sizes."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("标题.txt", title_for(rules, title))
        archive.writestr("正文.txt", text_for(rules, content, title=title, tags=tags, page=page))
        archive.writestr("说明.txt", _instructions(rules, content, title, tags))
        for number, name in enumerate(_media(content), start=1):
            stored = StoredFile.objects.filter(name=name).first()
            if stored is not None and default_storage.exists(stored.path):
                with default_storage.open(stored.path) as source:
                    archive.writestr(f"{number:02d}{name[64:]}", source.read())
        for label, data in cover_variants(content.cover, title, accent, rules.covers):
            archive.writestr(f"封面-{label}.png", data)
    return kept.getvalue()


def _instructions(rules: FormRules, content: Content, title: str, tags: Sequence[str]) -> str:
    problems = problems_for(rules, content, title=title, tags=tags)
    lines = [
        *(f"{what}：{much}（{standing}）" for what, much, standing in rules.shown()),
        _("平台的规矩会改：和页面上写的不一样时，以页面为准，并到“发布渠道”里改过来。"),
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
