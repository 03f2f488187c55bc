"""The editor: blocks with their forms, and beside them how the article looks on a phone.

Every button works as a plain form button, which sends the page and gets it back; with htmx only the blocks
and the preview are exchanged. Nothing is kept before it is saved, except uploaded files.
"""

from typing import cast

from django import forms
from django.contrib import messages
from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons.errors import Refusal
from xinglin.console.access import StaffRequest
from xinglin.console.registry import screen
from xinglin.console.screens import PageScreen, RowScreen
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library
from xinglin.newsroom import queries, services
from xinglin.newsroom.blocks import KINDS, as_h5
from xinglin.newsroom.blocks.content import LONGEST_DIGEST, LONGEST_TITLE
from xinglin.newsroom.editing import Page, empty_page, page_of, typed_page
from xinglin.newsroom.errors import ContentUnfit
from xinglin.newsroom.models import Article, Column
from xinglin.newsroom.services import Arrangement
from xinglin.newsroom.services.articles import WRITE

TEMPLATE = "newsroom/console/editor.html"
PARTS = "newsroom/console/editor_parts.html"
PREVIEW = "newsroom/console/preview.html"
# What a button of the page may ask for besides changing the blocks.
SAVE, PUBLISH, PREVIEW_DEED = "save", "publish", "preview"


class ColumnChoice(forms.ModelChoiceField):
    """A column in a list, with what its articles must pass."""

    def label_from_instance(self, obj: object) -> str:
        column = cast(Column, obj)
        if column.needs_gatekeeper:
            return _("%(name)s（须医学把关）") % {"name": column.name}
        return _("%(name)s（须审核）") % {"name": column.name} if column.needs_review else column.name


class ArticleForm(forms.Form):
    """Everything about an article but its blocks. The library is chosen once."""

    library = forms.ModelChoiceField(
        label=gettext_lazy("图书馆"), queryset=Library.objects.none(), empty_label=None
    )
    column = ColumnChoice(label=gettext_lazy("栏目"), queryset=Column.objects.none(), empty_label=None)
    title = forms.CharField(label=gettext_lazy("标题"), max_length=LONGEST_TITLE, required=False)
    digest = forms.CharField(
        label=gettext_lazy("摘要"),
        max_length=LONGEST_DIGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("列表和微信卡片里显示的一两句话"),
    )
    for_branches = forms.BooleanField(label=gettext_lazy("下级馆的读者也看到"), required=False)
    expires_on = forms.DateField(
        label=gettext_lazy("有效期至"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("过了这一天不再列出；不填为长期有效"),
    )

    def __init__(self, request: StaffRequest, article: Article | None) -> None:
        super().__init__(
            request.POST if request.method == "POST" else None,
            initial=_initial(article, request) if article is None else _initial(article, request),
        )
        columns = cast("ColumnChoice", self.fields["column"])
        columns.queryset = queries.columns() if article is None else queries.columns() | Column.objects.filter(pk=article.column_id)
        if article is not None:
            del self.fields["library"]
            return
        mine = queries.libraries_written_by(staff_of(request))
        cast("forms.ModelChoiceField[Library]", self.fields["library"]).queryset = mine

    @property
    def arrangement(self) -> Arrangement:
        """Where the article shall stand, as it was typed."""
        typed = self.cleaned_data
        return Arrangement(typed["column"], typed["for_branches"], typed["expires_on"])
