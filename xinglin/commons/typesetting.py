"""Paper: PDF from a Typst template and plain data, with Chinese fonts or not at all.

Without a Chinese font Typst prints boxes and reports no error, so the font is looked for first. The same
template, data and moment give the same bytes: what was issued can be made again and compared.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import typst
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from xinglin.commons.errors import Refusal

# The first that is installed is taken: free ones, then what Windows and macOS bring.
SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "SimSun", "Songti SC", "FandolSong")
SANS = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei")


class FontMissing(Refusal):
    """This machine has no Chinese font, so a document would come out as boxes."""

    code = "font_missing"
    status = 503


class TemplateBroken(Refusal):
    """A document's template does not compile with the data it was given; nothing was made."""

    code = "template_broken"
    status = 500


@lru_cache(maxsize=1)
def installed() -> typst.Fonts:
    """Return the fonts of the system and of ``XINGLIN_FONTS``; looked for once in a process."""
    return typst.Fonts(font_paths=[Path(settings.FONTS)] if settings.FONTS else [])


@lru_cache(maxsize=1)
def chinese_fonts() -> tuple[str, str]:
    """Return a serif and a sans family with Chinese, each standing in for the other where one is missing.

    Raises ``FontMissing``.
    """
    families = set(installed().families())
    serif = next((name for name in SERIF if name in families), "")
    sans = next((name for name in SANS if name in families), "")
    if not serif and not sans:
        raise FontMissing(
            _(
                "服务器上没有中文字体，不能生成 PDF。请安装 Noto CJK 字体（Debian：apt-get install fonts-noto-cjk），"
                "或把字体放进 XINGLIN_FONTS 所指的文件夹。"
            )
        )
    return serif or sans, sans or serif


def chinese_font_file(*, sans: bool = True) -> tuple[Path, int]:
    """Return the file of a Chinese font and the face's number in it, for what draws text by itself.

    Raises ``FontMissing``.
    """
    family = chinese_fonts()[1 if sans else 0]
    faces = [face for face in installed().fonts() if face.family == family and face.path]
    face = min(faces, key=lambda each: (each.style != "normal", abs(each.weight - 400)))
    return Path(str(face.path)), face.index


def typeset(template: Path, data: Mapping[str, object], *, moment: datetime) -> bytes:
    """Return a PDF of a Typst template; ``moment`` is written into it as its time of creation.

    The template reads ``json(bytes(sys.inputs.data))``, in which ``fonts.serif`` and ``fonts.sans`` are
    added to what is given. It may read files of its own folder, and none above it.
    Raises ``FontMissing``, ``TemplateBroken``.
    """
    serif, sans = chinese_fonts()
    told = json.dumps({**data, "fonts": {"serif": serif, "sans": sans}}, ensure_ascii=False, default=str)
    try:
        made = typst.compile(
            template,
            root=template.parent,
            font_paths=installed(),
            format="pdf",
            sys_inputs={"data": told},
            timestamp=int(moment.timestamp()),
        )
    except typst.TypstError as error:
        raise TemplateBroken(
            _("文档模板「%(name)s」排版失败：%(why)s。请联系维护人员。"),
            name=template.name,
            why=error.message,
        ) from error
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one piece of bytes")
    return made
