"""Quality in the console: the check-up of an article, the glossary, and texts to compare with."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons.text import shortened
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
from xinglin.console.screens import (
    Column,
    DetailScreen,
    Fact,
    Facts,
    FlagFilter,
    FormScreen,
    Kind,
    ListScreen,
    RowScreen,
)
from xinglin.consortium import access
from xinglin.consortium.access import has_whole_consortium, staff_of
from xinglin.consortium.models import Library
from xinglin.newsroom import queries
from xinglin.newsroom.models import Article, CollectedSource, Term
from xinglin.newsroom.quality import links, terms
from xinglin.newsroom.quality.checkup import checkup_of
from xinglin.newsroom.quality.similar import side_by_side
from xinglin.newsroom.quality.sources import collect_source
from xinglin.newsroom.services.articles import WRITE

VIEW_TERM = "newsroom.view_term"


@screen
class CheckupPage(RowScreen[Article]):
    """The check-up: wording, readability, terms, likeness, links."""

    name = "newsroom.checkup"
    title = gettext_lazy("体检")
    listing = "newsroom.articles"
    template_name = "newsroom/console/checkup.html"

    def heading(self, row: Article) -> str:
        return f"{self.title} · {row}"

    def context(self, request: StaffRequest, row: Article) -> dict[str, object]:
        checkup = checkup_of(row)
        asked = request.GET.get("with", "")
        matches = checkup.matches if checkup else []
        chosen = next(
            (match for number, match in enumerate(matches) if str(number) == asked),
            matches[0] if matches else None,
        )
        return {
            "checkup": checkup,
            "matches": list(enumerate(matches)),
            "chosen": chosen,
            "pairs": side_by_side(checkup.text, chosen.text) if checkup and chosen else [],
            "broken": request.session.pop(f"broken-{row.pk}", None),
        }

    def post(self, request: StaffRequest, row: Article) -> HttpResponse:
        """Try the links of the text now."""
        checkup = checkup_of(row)
        broken = links.broken_among(checkup.addresses) if checkup else []
        request.session[f"broken-{row.pk}"] = [(each.address, each.why) for each in broken]
        tried = len(checkup.addresses) if checkup else 0
        messages.success(
            request, _("试了 %(n)d 个链接，%(bad)d 个打不开。") % {"n": tried, "bad": len(broken)}
        )
        return redirect("console:newsroom.checkup", pk=row.pk)


class TermForm(forms.Form):
    term = forms.CharField(label=gettext_lazy("术语"), max_length=40)
    plain = forms.CharField(
        label=gettext_lazy("通俗说法"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    active = forms.BooleanField(label=gettext_lazy("使用中"), required=False, initial=True)


@screen
class Terms(ListScreen[Term]):
    """The glossary: of the consortium, and of one's own library."""

    name = "newsroom.terms"
    title = gettext_lazy("术语表")
    section = Section.NEWSROOM
    icon = "vocabulary"
    order = 65
    permission = VIEW_TERM
    words = (gettext_lazy("通俗"), gettext_lazy("可读性"), "shuyu")
    detail = "newsroom.term.edit"
    create = "newsroom.term.new"
    create_title = gettext_lazy("新增术语")
    columns = (
        Column(gettext_lazy("术语"), "term", sort="term", link=True),
        Column(gettext_lazy("通俗说法"), "plain"),
        Column(gettext_lazy("范围"), lambda row: str(row.library or _("整个联盟"))),
        Column(gettext_lazy("审定人"), "checked_by.name", narrow=False),
        Column(gettext_lazy("使用中"), "active", kind=Kind.FLAG),
    )
    filters = (FlagFilter("unchecked", gettext_lazy("还没有医师审定"), where=Q(checked_by=None)),)
    search_fields = ("term", "plain")
    search_hint = gettext_lazy("术语、通俗说法")
    order_by = ("term",)

    def rows(self, request: StaffRequest) -> QuerySet[Term]:
        mine = access.libraries_of(staff_of(request), VIEW_TERM)
        return Term.objects.filter(Q(library=None) | Q(library__in=mine)).select_related(
            "library", "checked_by__user"
        )


class _TermScreen(FormScreen[Term]):
    listing = "newsroom.terms"
    permission = terms.CHANGE
    form = TermForm

    def rows(self, request: StaffRequest) -> QuerySet[Term]:
        staff = staff_of(request)
        mine = Q(library__in=access.libraries_of(staff, terms.CHANGE))
        whole = has_whole_consortium(staff, terms.CHANGE)
        return Term.objects.filter(mine | Q(library=None) if whole else mine)

    def save(self, request: StaffRequest, form: forms.Form, row: Term | None) -> Term:
        staff = staff_of(request)
        whole = has_whole_consortium(staff, terms.CHANGE)
        library: Library | None = row.library if row else None if whole else staff.library
        return terms.keep_term(**form.cleaned_data, library=library, row=row, by=staff)


@screen
class NewTerm(_TermScreen):
    name = "newsroom.term.new"
    title = gettext_lazy("新增术语")


@screen
class EditTerm(_TermScreen):
    name = "newsroom.term.edit"
    title = gettext_lazy("修改术语")
    edits = True


class SourceForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("标题"), max_length=200)
    publisher = forms.CharField(label=gettext_lazy("来源"), max_length=100, required=False)
    url = forms.URLField(label=gettext_lazy("链接"), max_length=1000, required=False, assume_scheme="https")
    text = forms.CharField(
        label=gettext_lazy("正文"), max_length=100_000, widget=forms.Textarea(attrs={"rows": 12})
    )


@screen
class Sources(ListScreen[CollectedSource]):
    """Texts from elsewhere that articles are compared with."""

    name = "newsroom.sources"
    title = gettext_lazy("比对来源")
    section = Section.NEWSROOM
    icon = "files"
    order = 70
    permission = queries.VIEW
    words = (gettext_lazy("查重"), gettext_lazy("原创"), "laiyuan")
    detail = "newsroom.source"
    create = "newsroom.source.new"
    create_title = gettext_lazy("收一篇")
    columns = (
        Column(gettext_lazy("标题"), "title", sort="title", link=True),
        Column(gettext_lazy("来源"), "publisher", sort="publisher"),
        Column(gettext_lazy("字数"), lambda row: len(row.text), kind=Kind.NUMBER, narrow=False),
        Column(gettext_lazy("收集时间"), "at", sort="at", kind=Kind.MOMENT),
    )
    search_fields = ("title", "publisher", "text")
    search_hint = gettext_lazy("标题、来源、正文")
    order_by = ("-at",)
    empty = gettext_lazy("还没有比对来源。把外面看到的好文章收进来，写稿时就能看出像不像。")

    def rows(self, request: StaffRequest) -> QuerySet[CollectedSource]:
        mine = access.libraries_of(staff_of(request), queries.VIEW)
        return CollectedSource.objects.filter(Q(library=None) | Q(library__in=mine))


@screen
class SourcePage(DetailScreen[CollectedSource]):
    name = "newsroom.source"
    title = gettext_lazy("比对来源")
    listing = "newsroom.sources"
    facts = (
        Facts(
            gettext_lazy("来源"),
            (
                Fact(gettext_lazy("来源"), "publisher"),
                Fact(gettext_lazy("链接"), "url", link=lambda row: row.url),
                Fact(gettext_lazy("收集时间"), "at", kind=Kind.MOMENT),
                Fact(gettext_lazy("开头"), lambda row: shortened(row.text, characters=400)),
            ),
        ),
    )


@screen
class NewSource(FormScreen[CollectedSource]):
    name = "newsroom.source.new"
    title = gettext_lazy("收一篇")
    listing = "newsroom.sources"
    permission = WRITE
    form = SourceForm
    detail = "newsroom.source"

    def make_form(
        self,
        request: StaffRequest,
        row: CollectedSource | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> forms.Form:
        return SourceForm(data, files)

    def save(self, request: StaffRequest, form: forms.Form, row: CollectedSource | None) -> CollectedSource:
        staff = staff_of(request)
        return collect_source(**form.cleaned_data, library=staff.library, by=staff)


def checkup_url(row: Article) -> str:
    """Return the address of an article's check-up."""
    return reverse("console:newsroom.checkup", args=[row.pk])
