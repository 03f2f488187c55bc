"""Vocabularies: what is loaded, load another, take one back."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.copying.queries import speaks_for_the_main_library
from xinglin.catalog.thesaurus import known, services
from xinglin.catalog.thesaurus.models import Vocabulary, VocabularyKind, Word
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    Column,
    DetailScreen,
    Fact,
    Facts,
    FormScreen,
    Kind,
    ListScreen,
    Related,
    screen,
)
from xinglin.console.tones import Tone
from xinglin.console.uploads import UploadForm
from xinglin.consortium.access import staff_of

ENDINGS = (".xml", ".bin", ".mrc", ".xlsx", ".csv")
LARGEST_FILE = 512 * 1024 * 1024


def vocabularies_kept_by(request: StaffRequest) -> QuerySet[Vocabulary]:
    """Return the vocabularies to someone who keeps them: the main library's cataloguers."""
    kept = speaks_for_the_main_library(staff_of(request), services.PERMISSION)
    return Vocabulary.objects.select_related("by__user") if kept else Vocabulary.objects.none()


def _unload(request: StaffRequest, vocabulary: Vocabulary, answers: Answers) -> HttpResponse:
    services.unload_vocabulary(vocabulary=vocabulary, by=staff_of(request))
    known.look_again()
    return redirect("console:catalog.vocabularies")


@screen
class Vocabularies(ListScreen[Vocabulary]):
    name = "catalog.vocabularies"
    title = _("词表与分类表")
    section = Section.CATALOGUING
    icon = "vocabulary"
    order = 80
    permission = services.PERMISSION
    words = ("MeSH", _("主题词"), _("同义词"), _("中图法"), "cibiao")
    detail = "catalog.vocabulary"
    create = "catalog.vocabulary.new"
    create_title = _("载入词表")
    columns = (
        Column(_("名称"), "name", sort="name", link=True),
        Column(_("种类"), "get_kind_display"),
        Column(_("词或类目数"), "words", kind=Kind.NUMBER),
        Column(_("未收的行"), lambda row: len(row.refused), kind=Kind.NUMBER, narrow=False),
        Column(_("载入时间"), "loaded_at", sort="loaded_at", kind=Kind.MOMENT),
        Column(_("载入人"), lambda row: str(row.by or ""), narrow=False),
    )
    search_fields = ("name", "file_name")
    search_hint = _("名称、文件名")
    order_by = ("-loaded_at",)
    empty = _("还没有词表。载入后，检索“心肌梗死”也能找到“心梗”；分类浏览会显示您的分类表的类名。")

    def rows(self, request: StaffRequest) -> QuerySet[Vocabulary]:
        return vocabularies_kept_by(request)


class VocabularyForm(UploadForm):
    kind = forms.ChoiceField(label=_("种类"), choices=VocabularyKind.choices)
    name = forms.CharField(label=_("名称"), max_length=120, required=False, help_text=_("不填用文件名"))


@screen
class NewVocabulary(FormScreen[Vocabulary]):
    name = "catalog.vocabulary.new"
    title = _("载入词表")
    listing = "catalog.vocabularies"
    detail = "catalog.vocabulary"
    form = VocabularyForm
    button = _("载入")
    hint = _(
        "主题词表的列：主题词、英文主题词、同义词（几个用；隔开）。分类表的列：分类号、类名。"
        "MeSH 文件请向美国国立医学图书馆下载；本系统不附带任何词表。"
    )

    def make_form(
        self,
        request: StaffRequest,
        row: Vocabulary | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> Form:
        return VocabularyForm(data, files, endings=ENDINGS, largest=LARGEST_FILE)

    def save(self, request: StaffRequest, form: Form, row: Vocabulary | None) -> Vocabulary:
        file = form.cleaned_data["file"]
        loaded = services.load_vocabulary(
            file=file,
            file_name=file.name,
            kind=VocabularyKind(form.cleaned_data["kind"]),
            name=form.cleaned_data["name"],
            by=staff_of(request),
        )
        known.look_again()
        return loaded


@screen
class VocabularyPage(DetailScreen[Vocabulary]):
    name = "catalog.vocabulary"
    title = _("词表")
    listing = "catalog.vocabularies"
    facts = (
        Facts(
            _("词表"),
            (
                Fact(_("名称"), "name"),
                Fact(_("种类"), "get_kind_display"),
                Fact(_("文件名"), "file_name"),
                Fact(_("词或类目数"), "words", kind=Kind.NUMBER),
                Fact(
                    _("未收的行"),
                    lambda row: "；".join(f"{number}：{reason}" for number, reason in row.refused[:20]),
                ),
                Fact(_("载入时间"), "loaded_at", kind=Kind.MOMENT),
            ),
        ),
    )
    actions = (
        Action(
            "unload",
            _("撤下词表"),
            run=_unload,
            confirm=_("撤下后，这个词表的同义词和类名不再起作用；可以重新载入。"),
            permission=services.PERMISSION,
            icon="trash",
            tone=Tone.BAD,
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[Vocabulary]:
        return vocabularies_kept_by(request)

    def related(self, request: StaffRequest, row: Vocabulary) -> list[Related[Any]]:
        if row.kind == VocabularyKind.CLASSES:
            return [
                Related(
                    _("类目"),
                    rows=row.captions.all(),
                    columns=(Column(_("分类号"), "number"), Column(_("类名"), "caption")),
                )
            ]
        return [
            Related(
                _("词"),
                rows=Word.objects.filter(vocabulary=row),
                columns=(
                    Column(_("词"), "text"),
                    Column(_("正式主题词"), "is_heading", kind=Kind.FLAG),
                    Column(_("概念"), "concept"),
                ),
            )
        ]
