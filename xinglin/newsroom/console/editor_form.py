"""What stands above the blocks in the editor: whose article it is, its column, title and digest."""

from datetime import date
from typing import cast

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library
from xinglin.newsroom import queries
from xinglin.newsroom.blocks.content import LONGEST_DIGEST, LONGEST_TITLE
from xinglin.newsroom.models import Article, Column
from xinglin.newsroom.services import Arrangement


class ColumnChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """A column in a list, with what its articles must pass."""

    def label_from_instance(self, column: Column) -> str:
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

    field_order = ("title", "digest", "column", "library", "expires_on", "for_branches")

    def __init__(self, request: StaffRequest, article: Article | None) -> None:
        super().__init__(
            request.POST if request.method == "POST" else None, initial=_initial(request, article)
        )
        known = Q(active=True) if article is None else Q(active=True) | Q(pk=article.column_id)
        cast(ColumnChoice, self.fields["column"]).queryset = Column.objects.filter(known)
        if article is not None:
            del self.fields["library"]
            return
        mine = queries.libraries_written_by(staff_of(request))
        cast("forms.ModelChoiceField[Library]", self.fields["library"]).queryset = mine

    @property
    def chosen_library(self) -> Library | None:
        """The library chosen for a new article, also while the rest of the form is wrong."""
        self.is_valid()
        chosen: Library | None = self.cleaned_data.get("library")
        return chosen

    @property
    def arrangement(self) -> Arrangement:
        """Where the article shall stand, as it was typed."""
        column: Column = self.cleaned_data["column"]
        until: date | None = self.cleaned_data["expires_on"]
        return Arrangement(column, self.cleaned_data["for_branches"], until)


def _initial(request: StaffRequest, article: Article | None) -> dict[str, object]:
    if article is None or article.newest is None:
        return {"library": staff_of(request).library_id}
    return {
        "column": article.column_id,
        "title": article.newest.title,
        "digest": article.newest.digest,
        "for_branches": article.for_branches,
        "expires_on": article.expires_on,
    }
