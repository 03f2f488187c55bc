"""Files of references: uploaded, reckoned up, and each line that was refused with its reason."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import Column, DetailScreen, Fact, Facts, FormScreen, Kind, ListScreen, screen
from xinglin.console.uploads import UploadForm
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.consortium.models import Library
from xinglin.intelligence import queries, services
from xinglin.intelligence.models import FileImport, Topic
from xinglin.literature.files.reading import LARGEST_FILE

ENDINGS = (
    ".ris", ".nbib", ".txt", ".xml", ".bib", ".enw", ".net", ".ciw", ".isi", ".csv", ".xlsx", ".xls", ".medline",
)  # fmt: skip


class ReferencesForm(UploadForm):
    """One file, whose it is, and for which topic."""

    def __init__(
        self, *args: Any, libraries: QuerySet[Library], topics: QuerySet[Topic], **kwargs: Any
    ) -> None:
        super().__init__(*args, endings=ENDINGS, largest=LARGEST_FILE, **kwargs)
        self.fields["library"] = forms.ModelChoiceField(label=_("图书馆"), queryset=libraries)
        self.fields["topic"] = forms.ModelChoiceField(
            label=_("专题"),
            queryset=topics,
            required=False,
            help_text=_("选了专题，读入的文献就进入它的待初筛"),
        )
        self.order_fields(["file", "library", "topic"])


@screen
class Imports(ListScreen[FileImport]):
    name = "intelligence.imports"
    title = _("引文导入")
    section = Section.INTELLIGENCE
    icon = "file-import"
    order = 50
    permission = queries.VIEW
    words = ("RIS", "NBIB", "EndNote", "NoteExpress", _("知网"), _("万方"), _("维普"), "daoru")
    detail = "intelligence.import"
    create = "intelligence.import.new"
    create_title = _("上传引文文件")
    columns = (
        Column(_("文件"), "file_name", link=True),
        Column(_("格式"), "form"),
        Column(_("专题"), lambda each: each.topic.name if each.topic else "", narrow=False),
        Column(_("声明"), "declared", kind=Kind.NUMBER, sort="declared"),
        Column(_("读入"), "taken", kind=Kind.NUMBER),
        Column(_("未读入"), "refused_count", kind=Kind.NUMBER),
        Column(_("新记录"), "new_records", kind=Kind.NUMBER),
        Column(_("时间"), "at", kind=Kind.MOMENT, sort="at"),
    )
    search_fields = ("file_name",)
    search_hint = _("文件名")
    order_by = ("-at",)
    empty = _(
        "还没有导入过。从知网、万方、维普、PubMed、Web of Science 等导出引文，上传到这里，格式自动识别。"
    )

    def rows(self, request: StaffRequest) -> QuerySet[FileImport]:
        return queries.imports_visible_to(staff_of(request))


@screen
class ImportPage(DetailScreen[FileImport]):
    name = "intelligence.import"
    title = _("引文导入")
    listing = "intelligence.imports"
    panel_template = "intelligence/refused_lines.html"
    facts = (
        Facts(
            _("文件"),
            (
                Fact(_("文件"), "file_name"),
                Fact(_("格式"), "form"),
                Fact(_("编码"), "encoding"),
                Fact(_("图书馆"), "library.name"),
                Fact(_("专题"), lambda each: each.topic.name if each.topic else ""),
            ),
        ),
        Facts(
            _("账目"),
            (
                Fact(_("声明"), "declared", kind=Kind.NUMBER),
                Fact(_("读入"), "taken", kind=Kind.NUMBER),
                Fact(_("未读入"), "refused_count", kind=Kind.NUMBER),
                Fact(_("新记录"), "new_records", kind=Kind.NUMBER),
            ),
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[FileImport]:
        return queries.imports_visible_to(staff_of(request))

    def context(self, request: StaffRequest, row: FileImport) -> dict[str, object]:
        return {"refused": row.refused[:200]}


@screen
class NewImport(FormScreen[FileImport]):
    name = "intelligence.import.new"
    title = _("上传引文文件")
    listing = "intelligence.imports"
    detail = "intelligence.import"
    permission = queries.IMPORT
    button = _("上传并读入")
    done = _("已读入。")
    hint = _("格式和编码自动识别。读不了的逐条说明在第几行、为什么；同一个文件读两次不会多出记录。")

    def make_form(
        self,
        request: StaffRequest,
        row: FileImport | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> Form:
        staff = staff_of(request)
        libraries = Library.objects.filter(pk__in=libraries_of(staff, queries.IMPORT), active=True)
        topics = queries.topics_visible_to(staff).filter(library__in=libraries)
        return ReferencesForm(
            data, files, libraries=libraries, topics=topics, initial={"library": staff.library_id}
        )

    def save(self, request: StaffRequest, form: Form, row: FileImport | None) -> FileImport:
        answers = form.cleaned_data
        return services.import_file(
            library=answers["library"], topic=answers["topic"], data=answers["file"].read(), name=answers["file"].name,
            by=staff_of(request),
        )  # fmt: skip
