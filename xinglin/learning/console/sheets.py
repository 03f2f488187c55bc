"""Sheets to print: the code by which readers register, and the one at the door by which they are counted."""

from typing import ClassVar

import segno
from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from xinglin.commons.onscreen import Words
from xinglin.console.access import StaffRequest
from xinglin.console.screens import RowScreen, screen
from xinglin.consortium.access import staff_of
from xinglin.learning import queries
from xinglin.learning.lifecycle import PUBLIC
from xinglin.learning.models import Lecture
from xinglin.learning.telling import place_of, time_of


class _Sheet(RowScreen[Lecture]):
    """One page with a large code."""

    listing = "learning.lectures"
    template_name = "learning/console/sheet.html"
    words_under: ClassVar[Words]
    # The page behind the code, and by which fact of the lecture it is found.
    page_behind: ClassVar[str]
    found_by: ClassVar[str]

    def rows(self, request: StaffRequest) -> QuerySet[Lecture]:
        return queries.lectures_visible_to(staff_of(request)).filter(state__in=PUBLIC)

    def context(self, request: StaffRequest, row: Lecture) -> dict[str, object]:
        address = settings.PUBLIC_URL + reverse(self.page_behind, args=[getattr(row, self.found_by)])
        return {
            "picture": segno.make(address, error="m", micro=False).svg_data_uri(scale=8, border=2),
            "when": time_of(row),
            "where": place_of(row),
            "words_under": self.words_under,
        }


@screen
class Poster(_Sheet):
    name = "learning.lecture.poster"
    title = gettext_lazy("报名码")
    words_under = gettext_lazy("微信扫码报名")
    page_behind = "mobile:lecture"
    found_by = "pk"


@screen
class Sheet(_Sheet):
    name = "learning.lecture.sheet"
    title = gettext_lazy("签到码")
    words_under = gettext_lazy("微信扫码签到")
    page_behind = "mobile:lecture.attend"
    found_by = "code"
