"""The files of a product, each made from its frozen content and the same whenever it is made again."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.shared import Pt

from xinglin.commons.onscreen import Words
from xinglin.commons.typesetting import typeset
from xinglin.intelligence.products import charts
from xinglin.intelligence.products.content import articles_of
from xinglin.literature.files.writing import write_bibtex, write_gbt7714, write_ris, write_xlsx

TEMPLATE = Path(__file__).parent / "paper" / "product.typ"
BRIEF = TEMPLATE.with_name("brief.typ")
FONT = "宋体"  # Word's own name for what every Chinese office has
# The first moment that a ZIP file can tell.
_ZIP_MOMENT = (1980, 1, 1, 0, 0, 0)
Content = dict[str, Any]

OVER_TIME = ("years", "filed")
SHORT = ("bibliography", "analysis", "patents")
CHARTS: dict[str, Words] = {
    "years": gettext_lazy("年度趋势"),
    "journals": gettext_lazy("期刊分布"),
    "institutions": gettext_lazy("主要机构"),
    "provinces": gettext_lazy("作者单位的地区分布（一格一个省级行政区）"),
    "lands": gettext_lazy("作者单位的国家分布"),
    "authors": gettext_lazy("主要作者"),
    "keywords": gettext_lazy("高频关键词"),
    "filed": gettext_lazy("申请年趋势"),
    "applicants": gettext_lazy("主要申请人"),
    "inventors": gettext_lazy("主要发明人"),
    "ipc": gettext_lazy("IPC 小类"),
    "groups": gettext_lazy("IPC 大组"),
    "countries": gettext_lazy("公开国家或地区"),
}


def is_short(content: Content) -> bool:
    """Tell whether papers stand as references only."""
    return bool(content.get("short")) or content["kind"] in SHORT


def moment_of(content: Content) -> datetime:
    return datetime.fromisoformat(content["moment"])


def pdf(content: Content) -> bytes:
    """Return a product as PDF. Raises ``FontMissing``."""
    if content["kind"] == "brief":
        per_day = [(str(day)[5:], int(n)) for day, n in content["figures"]["per_day"]]
        chart = charts.columns(per_day, unit=_("条"), height=1.5) if any(n for _day, n in per_day) else ""
        return typeset(BRIEF, {**content, "chart": chart}, moment=moment_of(content))
    counts, unit = content.get("counts") or {}, content.get("unit", _("篇"))
    drawn = []
    for name, words in CHARTS.items():
        values = [(str(label), int(number)) for label, number in counts.get(name, [])]
        if values:
            drawn.append({"name": str(words), "svg": _chart(name, values, str(unit))})
    return typeset(
        TEMPLATE, {**content, "charts": drawn, "short": is_short(content)}, moment=moment_of(content)
    )


def _chart(name: str, values: list[tuple[str, int]], unit: str) -> str:
    if name == "provinces":
        return charts.tiles(values)
    return charts.columns(values, unit=unit) if name in OVER_TIME else charts.bars(values[:15])


def docx(content: Content) -> bytes:
    """Return a product as a Word document that can be edited."""
    document = Document()
    _look(document, content)
    document.add_heading(content["title"], 0)
    document.add_paragraph(_line(content))
    if content["preface"]:
        document.add_heading(_("导语"), 1)
        for line in content["preface"].splitlines():
            document.add_paragraph(line)
    for name, words in CHARTS.items():
        values = (content.get("counts") or {}).get(name) or []
        if values:
            document.add_heading(str(words), 1)
            table = document.add_table(rows=0, cols=2, style="Light Grid Accent 1")
            for label, number in values[:15]:
                cells = table.add_row().cells
                cells[0].text, cells[1].text = str(label), str(number)
    groups = content["groups"] or [
        {"name": _("文献"), "numbers": [each["number"] for each in content["entries"]]}
    ]
    entries = {each["number"]: each for each in content["entries"]}
    for group in groups:
        document.add_heading(
            _("%(name)s（%(n)d 篇）") % {"name": group["name"], "n": len(group["numbers"])}, 1
        )
        for number in group["numbers"]:
            _paper(document, entries[number], short=is_short(content))
    made = io.BytesIO()
    document.save(made)
    return without_clock(made.getvalue())


def xlsx(content: Content) -> bytes:
    return without_clock(write_xlsx(articles_of(content), title=_("文献")), moment=moment_of(content))


FORMS: dict[str, tuple[Words, str, Callable[[Content], bytes]]] = {
    "pdf": ("PDF", "application/pdf", pdf),
    "docx": ("Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx),
    "xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx),
    "ris": ("RIS", "application/x-research-info-systems", lambda content: write_ris(articles_of(content)).encode()),
    "bib": ("BibTeX", "application/x-bibtex", lambda content: write_bibtex(articles_of(content)).encode()),
    "txt": (
        gettext_lazy("GB/T 7714"), "text/plain; charset=utf-8",
        lambda content: write_gbt7714(articles_of(content)).encode(),
    ),
}  # fmt: skip


def without_clock(data: bytes, *, moment: datetime | None = None) -> bytes:
    """Return an office file packed anew, without the times at which its parts were written.

    ``moment`` also replaces the times that a workbook's core properties tell.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            body = old.read(part)
            if moment is not None and part.filename == "docProps/core.xml":
                body = _with_moment(body, moment)
            new.writestr(zipfile.ZipInfo(part.filename, _ZIP_MOMENT), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _with_moment(body: bytes, moment: datetime) -> bytes:
    from lxml import etree

    tree = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    for name in ("created", "modified"):
        for element in tree.iter(f"{{http://purl.org/dc/terms/}}{name}"):
            element.text = f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return etree.tostring(tree)


def _line(content: Content) -> str:
    return _("%(library)s · %(from)s 至 %(to)s · 共 %(n)d 篇") % {
        "library": content["library"], "from": content["period"][0], "to": content["period"][1],
        "n": len(content["entries"]),
    }  # fmt: skip


def _look(document: WordDocument, content: Content) -> None:
    """Set the fonts, the East Asian one by its own attribute, and the times to the product's own."""
    for style in ("Normal", "Heading 1", "Title"):
        font = document.styles[style]
        font.font.name = FONT
        font.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    document.styles["Normal"].font.size = Pt(10.5)
    properties = document.core_properties
    properties.created = properties.modified = moment_of(content).replace(tzinfo=None)
    properties.title, properties.author = content["title"], content["library"]
    properties.comments = ""


def _paper(document: WordDocument, entry: Content, *, short: bool) -> None:
    paragraph = document.add_paragraph()
    paragraph.add_run(f"[{entry['number']}] {entry['citation']}").bold = not short
    said = "；".join(filter(None, ("、".join(entry["marks"]), "、".join(entry["studies"]))))
    if said:
        document.add_paragraph(said)
    if entry["abstract"] and not short:
        document.add_paragraph(entry["abstract"])
    if not short:
        document.add_paragraph(proof(entry))


def proof(entry: Content) -> str:
    """Say where an entry comes from, when and by whom it was let through."""
    said = [_("来源：%(source)s") % {"source": entry["source"]}]
    if entry["released_on"]:
        said.append(
            _("筛选：%(who)s（%(day)s）")
            % {"who": "、".join(entry["screeners"]), "day": entry["released_on"]}
        )
    return "　".join(said)
