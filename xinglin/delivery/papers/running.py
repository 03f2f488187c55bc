"""Asking the process that opens PDF files. A file on which it dies or dawdles is refused, and nothing else suffers."""

import json
import logging
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from xinglin.delivery.errors import PdfUnfit
from xinglin.delivery.papers import marking
from xinglin.delivery.papers.worker import MOST_PAGES

log = logging.getLogger(__name__)

LARGEST = 60 * 1024 * 1024
PATIENCE = 120  # seconds
_MOST_SIZES = 40

_WHY = {
    "encrypted": _("这个 PDF 有打开密码；请先去掉密码再上传。"),
    "empty": _("这个 PDF 没有页面；请换一个文件。"),
    "broken": _("这个 PDF 已损坏或结构异常，打不开；请重新下载或扫描后再上传。"),
    "too_many_pages": _("这个 PDF 超过 %(most)d 页；文献传递不提供整本书，请只取需要的部分。"),
}


@dataclass(frozen=True)
class Marked:
    """A file ready to be delivered: every page bears the mark."""

    data: bytes
    pages: int


def marked(data: bytes, *, line: str, foot: str) -> Marked:
    """Return a PDF with a mark over every page: ``line`` across it, ``foot`` below.

    Raises ``PdfUnfit`` for what is no PDF, is too large, has a password, no pages or too many, or cannot be
    opened within memory and time; ``FontMissing``.
    """
    if len(data) > LARGEST:
        raise PdfUnfit(
            _("文件有 %(size)d MB，超过 %(most)d MB；请压缩后再上传。"),
            size=len(data) // 1024**2,
            most=LARGEST // 1024**2,
        )
    # Some producers put a few bytes before the header; ISO 32000 allows it within the first 1 024.
    if b"%PDF-" not in data[:1024]:
        raise PdfUnfit(_("这个文件不是 PDF；请上传 PDF 文件。"))
    with tempfile.TemporaryDirectory(prefix="xinglin-pdf-") as folder:
        given, made, marks = (Path(folder) / name for name in ("in.pdf", "out.pdf", "marks.json"))
        given.write_bytes(data)
        seen = _ask("inspect", str(given))
        sizes = [(int(wide), int(high)) for wide, high in seen["sizes"]]
        if len(sizes) > _MOST_SIZES:
            raise PdfUnfit(_WHY["broken"])
        overlays = [
            {"size": size, "pdf": marking.mark_page(size, line=line, foot=foot).hex()} for size in sizes
        ]
        marks.write_text(json.dumps(overlays))
        done = _ask("mark", str(given), str(made), str(marks))
        return Marked(made.read_bytes(), int(done["pages"]))


def drawn(path: str, number: int, *, width: int = 1240) -> bytes:
    """Return one page of one of our own files as a JPEG. Raises ``PdfUnfit``."""
    with tempfile.TemporaryDirectory(prefix="xinglin-page-") as folder:
        made = Path(folder) / "page.jpg"
        _ask("draw", path, str(made), str(number), str(width))
        return made.read_bytes()


def _ask(*arguments: str) -> dict[str, Any]:
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "xinglin.delivery.papers.worker", *arguments],
            capture_output=True,
            timeout=PATIENCE,
            env=environment,
            cwd=Path(__file__).resolve().parents[3],
            check=False,
        )
        if ended.returncode:
            last = ended.stderr.decode(errors="replace").strip().splitlines()[-1:]
            log.warning("a PDF was given up", extra={"deed": arguments[0], "why": last})
        answer = json.loads(ended.stdout) if ended.returncode == 0 else {"unfit": "broken"}
    except (subprocess.TimeoutExpired, ValueError):
        answer = {"unfit": "broken"}
    if "unfit" in answer:
        raise PdfUnfit(_WHY[answer["unfit"]], most=MOST_PAGES)
    found: dict[str, Any] = answer
    return found
