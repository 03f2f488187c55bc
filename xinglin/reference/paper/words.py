"""A report as a Word document: the house's template, or a library's own, filled by docxtpl.

The house's template is made here, so that a library can download it, change it in Word and send it back. Templates
come from outside: they are filled in a sandbox and can read what a report says and nothing else.
"""

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from zipfile import BadZipFile

from django.utils.translation import gettext_lazy as _
from docx import Document
from docx.document import Document as DocumentObject
from docx.oxml.ns import qn
from docx.shared import Pt
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from xinglin.reference.errors import ReportTemplateUnfit
from xinglin.reference.models import OrderKind

_FONT = "宋体"  # Word's own name for what every Chinese office has


def fill(template: bytes, told: Mapping[str, object]) -> bytes:
    """Return the template filled with a report. Raises ``ReportTemplateUnfit``."""
    inside = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.render(dict(told), jinja_env=inside)
        made = io.BytesIO()
        document.save(made)
    except (TemplateError, BadZipFile, KeyError, ValueError, TypeError) as error:
        raise ReportTemplateUnfit(
            _("模板填不进去：%(why)s。请对照我们的模板改正。"), why=str(error)[:200]
        ) from error
    return made.getvalue()


@lru_cache(maxsize=4)
def house_template(kind: OrderKind) -> bytes:
    """Return the house's template for a kind of report."""
    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(10.5)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    document.add_paragraph("报告编号：{{ number }}")
    document.add_heading("{{ heading }}", 0)
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for name, field in (
        ("项目名称", "title"), ("委托人", "client"), ("委托单位", "unit"), ("合同编号", "contract"),
        ("委托日期", "commissioned_on"), ("目的", "purpose"), ("范围", "scope"), ("出具机构", "agency"),
        ("完成日期", "issued_on"),
    ):  # fmt: skip
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, f"{{{{ {field} }}}}"
    if kind == OrderKind.NOVELTY:
        _section(document, "科学技术要点", "{{ content }}")
        _section(
            document, "查新点", "{%p for point in points %}", "{{ loop.index }}. {{ point }}", "{%p endfor %}"
        )
    else:
        _section(document, "自引规则", "{{ self_rule }}")
    _section(
        document, "检索策略", "{%p for each in strategies %}",
        "{{ loop.index }}. {{ each.database }}（{{ each.coverage }}）检索日期 {{ each.searched_on }}，"
        "命中 {{ each.hits }}，相关 {{ each.relevant }}",
        "{{ each.expression }}", "{%p endfor %}",
    )  # fmt: skip
    if kind == OrderKind.NOVELTY:
        _section(document, "检索结果", "{{ findings }}")
        _section(
            document, "密切相关文献", "{%p for each in related %}",
            "[{{ loop.index }}] {{ each.citation }}", "{{ each.comparison }}", "{%p endfor %}",
        )  # fmt: skip
    else:
        _section(
            document, "收录与引用", "{%p for each in articles %}",
            "{{ each.position }}. {{ each.authors }}. {{ each.title }}. {{ each.source }}",
            "收录：{{ each.indexed_in }}；影响因子 {{ each.impact_factor }}，{{ each.partition }}（{{ each.figures_year }}）；"  # noqa: E501
            "总引 {{ each.total }}，自引 {{ each.by_self }}，他引 {{ each.by_others }}", "{%p endfor %}",
            "合计：总引 {{ total }}，自引 {{ by_self }}，他引 {{ by_others }}",
        )  # fmt: skip
    _section(document, "结论", "{{ conclusion }}")
    _section(
        document, "声明",
        "查新员：{{ searcher }}    审核员：{{ reviewer }}    完成日期：{{ issued_on }}",
        "验证码：{{ code }}    验证：{{ verify_at }}",
    )  # fmt: skip
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def example(kind: OrderKind) -> dict[str, object]:
    """Return an example with every field, to try a template with."""
    strategy = {"database": "PubMed", "coverage": "2000–2026", "expression": "a AND b", "hits": 2, "relevant": 1,
                "searched_on": "2026-01-01"}  # fmt: skip
    citing = {"title": "施引", "authors": "李四", "source": "某刊, 2026", "database": "CNKI", "own": False}
    article = {
        **{name: name for name in ["title", "authors", "source", "doi", "indexed_in", "impact_factor", "partition"]},
        "position": 1, "figures_year": 2025, "total": 1, "by_self": 0, "by_others": 1, "citing": [citing],
    }  # fmt: skip
    plain = (
        "heading number code verify_at agency title title_foreign client unit contract purpose scope "
        "commissioned_on issued_on searcher reviewer content findings conclusion self_rule"
    )
    return {
        **{name: name for name in plain.split()},
        "kind": kind.value,
        "points": ["要点"],
        "keywords": ["词"],
        "members": ["王五"],
        "strategies": [strategy],
        "related": [{"citation": "文献", "comparison": "对比", "point": 1}],
        "articles": [article],
        "total": 1,
        "by_self": 0,
        "by_others": 1,
        "moment": datetime(2026, 1, 1, tzinfo=UTC).isoformat(),
    }


def _section(document: DocumentObject, heading: str, *paragraphs: str) -> None:
    document.add_heading(heading, 1)
    for each in paragraphs:
        document.add_paragraph(each)
