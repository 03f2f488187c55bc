"""What the catalogue tells readers."""

from django.utils.translation import gettext_lazy as _

from xinglin.catalog.watching.models import SavedSearch
from xinglin.commons.numbers import whole
from xinglin.notices.kinds import Field, NoticeKind, Topic, declare
from xinglin.notices.models import Notice

NEW_BOOKS = "catalog.new_books"


def _is_still_watched(notice: Notice) -> bool:
    """Whether the reader still wants to be told of this search."""
    number = whole(str(notice.fields.get("search", "")))
    return number is not None and SavedSearch.objects.filter(pk=number, is_watched=True).exists()


declare(
    NoticeKind(
        NEW_BOOKS,
        _("订阅的新书到馆"),
        Topic.NEWS,
        fields=(Field("name", _("订阅")), Field("count", _("种数")), Field("title", _("书名"))),
        still_true=_is_still_watched,
    )
)
