"""The editor: blocks with their forms, and beside them how the article looks on a phone.

Every button works as a plain form button, which sends the page and gets it back; with htmx only the blocks
and the preview are exchanged. Nothing is kept before it is saved, except uploaded files.
"""

from dataclasses import replace

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.console.access import StaffRequest
from xinglin.console.registry import screen
from xinglin.console.screens import PageScreen, RowScreen, Screen
from xinglin.consortium.access import staff_of
from xinglin.newsroom import queries, services
from xinglin.newsroom.blocks import KINDS, Content, as_h5, read_content
from xinglin.newsroom.blocks.about import AI, FONTS, ORIGIN
from xinglin.newsroom.blocks.asking import TOOLS
from xinglin.newsroom.blocks.rights import LICENCES
from xinglin.newsroom.console.editor_form import ArticleForm
from xinglin.newsroom.editing import Page, empty_page, page_of, typed_page
from xinglin.newsroom.errors import FileUnfit
from xinglin.newsroom.importing import LARGEST_DOCX, taken_from_docx, taken_from_html
from xinglin.newsroom.models import Article, ArticleTemplate, Column
from xinglin.newsroom.services import locks
from xinglin.newsroom.services.articles import PUBLISH, WRITE

TEMPLATE = "newsroom/console/editor.html"
PARTS = "newsroom/console/editor_parts.html"
PREVIEW = "newsroom/console/preview.html"
# What a button of the page may ask for, besides changing the blocks.
SAVE, SAVE_AND_PUBLISH, LOOK, NO_COVER, PASTE = "save", "publish", "preview", "no-cover", "paste"
COVER = "cover"


class Desk:
    """One request to the editor: what is typed, what is asked, and the answer."""

    def __init__(self, screen: Screen, request: StaffRequest, article: Article | None) -> None:
        self.screen, self.request, self.article = screen, request, article
        self.form = ArticleForm(request, article)
        self.refusal: Refusal | None = None
        self.pasted: int | None = None
        self.lost: list[str] = []
        self.page = self._page()

    def used(self) -> HttpResponse:
        """Answer a button: change the blocks, show the preview, or save."""
        deed = self.request.POST.get("do", SAVE)
        try:
            if deed != LOOK:
                self._take_files()
            if deed in (SAVE, SAVE_AND_PUBLISH) and self.form.is_valid():
                return self._saved(publish=deed == SAVE_AND_PUBLISH)
            if deed == PASTE:
                self._take_pasted()
            if deed == NO_COVER:
                self.page = replace(self.page, cover="")
            self.page = self.page.done(deed)
        except Refusal as refusal:
            self.refusal = refusal
        if self.request.headers.get("HX-Request"):
            return self.screen.page(self.request, self.context(), template=PREVIEW if deed == LOOK else PARTS)
        return self._whole(saving=deed in (SAVE, SAVE_AND_PUBLISH))

    def _page(self) -> Page:
        if self.request.method == "POST":
            return typed_page(self.request.POST)
        newest = self.article.newest if self.article else None
        if newest is not None:
            return page_of(newest.content)
        return page_from_template(self.request.GET.get("template", "")) or empty_page()

    def _take_pasted(self) -> None:
        """Put what was pasted, or a Word document, into the page as blocks, and tell what was lost."""
        document = self.request.FILES.get("document")
        if isinstance(document, UploadedFile):
            taken = taken_from_docx(document.read(LARGEST_DOCX + 1))
        else:
            taken = taken_from_html(self.request.POST.get("pasted", ""))
        self.page = self.page.with_blocks(taken.blocks)
        self.pasted, self.lost = len(taken.blocks), taken.told

    def _take_files(self) -> None:
        """Keep the files that came with the page and put them where they were chosen."""
        library = self.article.library if self.article else self.form.chosen_library
        for block in (*self.page.blocks, None):
            key = block.key if block else COVER
            file = self.request.FILES.get(f"{key}-upload")
            if not isinstance(file, UploadedFile) or library is None:
                continue
            stored = services.keep_file(
                library=library, file=file, name=file.name or "", by=staff_of(self.request)
            )
            taken = KINDS[block.kind].takes if block else frozenset({"picture"})
            if stored.sort not in taken:
                raise FileUnfit(
                    gettext_lazy(
                        "「%(name)s」放错了地方：图片块和封面放图片，音频块放 MP3、M4A，视频块放 MP4，附件块放文档。"
                    ),
                    name=stored,
                )
            if block is None:
                self.page = replace(self.page, cover=stored.name)
            else:
                self.page = self.page.with_file(key, stored.name, stored.called)

    def _saved(self, *, publish: bool) -> HttpResponse:
        """Save, then publish if that was asked: what cannot be published yet is saved all the same."""
        by, content = staff_of(self.request), self.page.content()
        if self.article is None:
            article = services.write(
                library=self.form.cleaned_data["library"],
                content=content,
                arrangement=self.form.arrangement,
                by=by,
            )
        else:
            article = services.revise(
                article=self.article,
                version=_whole_number(self.request.POST.get("version", "")),
                content=content,
                arrangement=self.form.arrangement,
                by=by,
            )
        locks.release(article=article, by=by)
        try:
            if publish:
                services.publish(article=article, version=article.version, by=by)
            messages.success(self.request, _("已保存并发布。") if publish else _("已保存。"))
        except Refusal as refusal:
            messages.warning(self.request, _("已保存，但没有发布。%(why)s") % {"why": refusal})
        return redirect("console:newsroom.article", pk=article.pk)

    def _lock(self) -> str:
        """Take the article for this writer, or say who has it open."""
        if self.article is None:
            return ""
        holder = locks.take(article=self.article, by=staff_of(self.request))
        return holder.name if holder else ""

    def _undeclared(self, looks: Content) -> list[str]:
        self.form.is_valid()
        typed = getattr(self.form, "cleaned_data", {}).get("column")
        column: Column | None = typed or (self.article.column if self.article else None)
        if column is None:
            return []
        return looks.undeclared(reviewed=column.needs_review, medical=column.needs_gatekeeper)

    def _whole(self, *, saving: bool = False) -> HttpResponse:
        status = self.refusal.status if self.refusal else 422 if saving and self.form.errors else 200
        return self.screen.page(self.request, self.context(), template=TEMPLATE, status=status)

    def context(self) -> dict[str, object]:
        """Return what the templates show: what is typed, and how it would look."""
        looks, problem = None, ""
        try:
            looks = self.page.content()
        except Refusal as refusal:
            problem = str(refusal)
        version = self.request.POST.get("version") or (str(self.article.version) if self.article else "")
        return {
            "article": self.article,
            "form": self.form,
            "page": self.page,
            "kinds": [(block.kind, block.title, block.icon) for block in KINDS.values()],
            "version": version,
            "templates": [] if self.article else queries.templates_for(staff_of(self.request)),
            "pasted": self.pasted,
            "lost": self.lost,
            "locked_by": self._lock(),
            "licences": LICENCES.items(),
            "tools": TOOLS.items(),
            "choices": {"ai": AI.items(), "fonts": FONTS.items(), "origin": ORIGIN.items()},
            "refusal": self.refusal,
            "looks": looks,
            "body": as_h5(looks.blocks) if looks else "",
            "missing": [*looks.missing(), *self._undeclared(looks)] if looks else [],
            "advice": looks.advice() if looks else [],
            "problem": problem,
            "may_publish": self.request.user.has_perm(PUBLISH),
            "title": self.article or self.screen.title,
        }


def page_from_template(asked: str) -> Page | None:
    """Return the page that a template begins, or None where none was asked for."""
    found = ArticleTemplate.objects.filter(pk=_whole_number(asked)).first()
    if found is None:
        return None
    return page_of(read_content({"title": "", "blocks": found.blocks}))


def _whole_number(text: str) -> int:
    """Return a number from the page; whatever else was sent is a version that never was."""
    return whole(text) or 0


@screen
class NewArticle(PageScreen):
    """Begin an article."""

    name = "newsroom.article.new"
    title = gettext_lazy("写文章")
    listing = "newsroom.articles"
    permission = WRITE
    template_name = TEMPLATE

    def context(self, request: StaffRequest) -> dict[str, object]:
        return Desk(self, request, None).context()

    def post(self, request: StaffRequest) -> HttpResponse:
        return Desk(self, request, None).used()


@screen
class EditArticle(RowScreen[Article]):
    """Write a new revision of an article."""

    name = "newsroom.article.edit"
    title = gettext_lazy("修改文章")
    listing = "newsroom.articles"
    permission = WRITE
    template_name = TEMPLATE

    def context(self, request: StaffRequest, row: Article) -> dict[str, object]:
        return Desk(self, request, row).context()

    def post(self, request: StaffRequest, row: Article) -> HttpResponse:
        return Desk(self, request, row).used()
