"""What is pasted from Word or a layout tool, or uploaded as DOCX, turned into blocks; what was lost is told."""

import io
from collections import Counter
from dataclasses import dataclass, field
from html import escape

import mammoth
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lxml import etree
from lxml import html as lxml_html

from xinglin.commons.text import plain
from xinglin.newsroom.blocks import Block, Heading, Items, Quote, Text, clean
from xinglin.newsroom.blocks.content import MOST_BLOCKS
from xinglin.newsroom.blocks.kinds import LONGEST_LINE, LONGEST_TEXT
from xinglin.newsroom.errors import FileUnfit

LONGEST = 2 * 1024 * 1024
LARGEST_DOCX = 20 * 1024 * 1024
_KEPT_INLINE = frozenset({"strong", "b", "em", "i", "u", "s", "sub", "sup", "a", "br", "span", "font", "o:p"})
_SILENT = frozenset({"head", "title", "meta", "link", "xml", "script", "style", "noscript", "template"})
_NAMES = {
    "img": gettext_lazy("图片（请用“图片”块重新上传，并写版权）"),
    "table": gettext_lazy("表格（文字按行保留）"),
    "iframe": gettext_lazy("嵌入的网页"),
    "video": gettext_lazy("视频"),
    "audio": gettext_lazy("音频"),
    "svg": gettext_lazy("矢量图、动效"),
    "form": gettext_lazy("表单"),
    "input": gettext_lazy("输入框"),
    "style": gettext_lazy("字体、颜色等样式（由本馆版式统一）"),
    "script": gettext_lazy("脚本"),
}


@dataclass
class Taken:
    """The blocks that were made, and what was left behind, with how often."""

    blocks: list[Block] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)

    @property
    def told(self) -> list[str]:
        """What was lost, in words."""
        return [
            _("%(what)s：%(n)d 处") % {"what": _NAMES.get(name, f"<{name}>"), "n": count}
            for name, count in self.lost.most_common()
        ]


def taken_from_html(pasted: str) -> Taken:
    """Return what pasted HTML holds, as blocks. Whatever it holds, nothing of it runs.

    Raises ``FileUnfit`` for more than a document's worth.
    """
    if len(pasted) > LONGEST:
        raise FileUnfit(gettext_lazy("粘贴的内容超过 2 MB；请分几次粘贴，图片单独上传。"))
    taken = Taken()
    words = plain(pasted)
    if not words.strip():
        return taken
    parser = lxml_html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
    try:
        root = lxml_html.fragment_fromstring(words, create_parent="div", parser=parser)
    except (etree.ParserError, ValueError):
        raise FileUnfit(gettext_lazy("粘贴的内容读不出来；请改为只粘贴文字。")) from None
    for element in root.iter():
        _note(taken, element)
    _walk(taken, root)
    taken.blocks = taken.blocks[:MOST_BLOCKS]
    return taken


def taken_from_docx(data: bytes) -> Taken:
    """Return what a Word document holds. Raises ``FileUnfit`` for what is none."""
    if len(data) > LARGEST_DOCX:
        raise FileUnfit(gettext_lazy("Word 文件超过 20 MB；请把图片拿出来单独上传。"))
    try:
        made = mammoth.convert_to_html(io.BytesIO(data))
    except Exception as error:  # mammoth lets through whatever zipfile and its XML reader raise
        raise FileUnfit(gettext_lazy("这个文件不是能读的 DOCX；请用 Word 另存为 .docx 再传。")) from error
    return taken_from_html(str(made.value))


def _note(taken: Taken, element: lxml_html.HtmlElement) -> None:
    tag = element.tag if isinstance(element.tag, str) else ""
    if element.get("style") or tag == "style" or tag == "font":
        taken.lost["style"] += 1
    if tag in _NAMES and tag != "style":
        taken.lost[tag] += 1


def _walk(taken: Taken, element: lxml_html.HtmlElement) -> None:
    """Go through what stands side by side; loose words between blocks become a paragraph."""
    loose: list[str] = [_escaped(element.text)]
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag in _KEPT_INLINE:
            loose.append(_inner(child, outer=True))
        else:
            _put_text(taken, "".join(loose))
            loose = []
            _put(taken, tag, child)
        loose.append(_escaped(child.tail))
    _put_text(taken, "".join(loose))


def _put(taken: Taken, tag: str, element: lxml_html.HtmlElement) -> None:
    if tag in _SILENT or tag in ("svg", "iframe", "video", "audio", "img"):
        return
    if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
        words = _words(element)
        if words:
            taken.blocks.append(Heading(words[:LONGEST_LINE], 2 if tag in ("h1", "h2") else 3))
    elif tag in ("ul", "ol"):
        items = tuple(filter(None, (_words(item)[:1000] for item in element.iter("li"))))
        if items:
            taken.blocks.append(Items(items[:100], tag == "ol"))
    elif tag == "blockquote":
        if _words(element):
            taken.blocks.append(Quote(_words(element)[:5000]))
    elif tag == "table":
        for row in element.iter("tr"):
            cells = [_words(cell) for cell in row if isinstance(cell.tag, str)]
            _put_text(taken, _escaped("　".join(filter(None, cells))))
    elif tag == "p" or not any(_is_block(child) for child in element):
        _put_text(taken, _inner(element))
    else:
        _walk(taken, element)


def _is_block(element: lxml_html.HtmlElement) -> bool:
    tag = element.tag if isinstance(element.tag, str) else ""
    return bool(tag) and tag not in _KEPT_INLINE and tag != "img"


def _put_text(taken: Taken, inner: str) -> None:
    """Add a paragraph to the text block that is being filled, or begin one."""
    paragraph = clean(f"<p>{inner}</p>")
    if not paragraph:
        return
    last = taken.blocks[-1] if taken.blocks else None
    if isinstance(last, Text) and len(last.html) + len(paragraph) < LONGEST_TEXT // 2:
        taken.blocks[-1] = Text(last.html + paragraph)
    elif len(paragraph) <= LONGEST_TEXT:
        taken.blocks.append(Text(paragraph))
    else:
        taken.lost[_("太长的段落")] += 1


def _inner(element: lxml_html.HtmlElement, *, outer: bool = False) -> str:
    if outer:
        return str(lxml_html.tostring(element, encoding="unicode", with_tail=False))
    inside = "".join(str(lxml_html.tostring(child, encoding="unicode")) for child in element)
    return _escaped(element.text) + inside


def _words(element: lxml_html.HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())


def _escaped(text: str | None) -> str:
    return escape(text or "", quote=False)
