"""The links that belong to lectures: found, and taken off again."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    Kind,
    ListScreen,
    RelatedFilter,
    screen,
)
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of
from xinglin.learning import queries, services
from xinglin.learning.models import Material, MaterialKind
from xinglin.learning.queries import CHANGE, VIEW


def _remove(request: StaffRequest, material: Material, answers: Answers) -> str:
    services.remove_material(material=material, by=staff_of(request))
    return _("已删除，读者看不到这个链接了。")


@screen
class Materials(ListScreen[Material]):
    name = "learning.materials"
    title = gettext_lazy("讲座资料")
    section = Section.LEARNING
    icon = "paperclip"
    order = 30
    permission = VIEW
    words = (gettext_lazy("课件"), gettext_lazy("录像"), "kejian", "luxiang")
    columns = (
        Column(gettext_lazy("名称"), "title", link=lambda material: material.link, roomy=True),
        Column(gettext_lazy("类型"), "get_kind_display"),
        Column(
            gettext_lazy("讲座"),
            "lecture.title",
            link=lambda material: reverse("console:learning.lecture", args=[material.lecture_id]),
            roomy=True,
        ),
        Column(gettext_lazy("链接"), "link", narrow=False),
        Column(gettext_lazy("添加时间"), "added_at", kind=Kind.MOMENT, sort="added_at", narrow=False),
    )
    tabs = ChoiceFilter("kind", gettext_lazy("类型"), choices=MaterialKind.choices)
    filters = (
        RelatedFilter(
            "lecture",
            gettext_lazy("讲座"),
            field="lecture",
            rows=lambda request: queries.lectures_visible_to(staff_of(request)),
        ),
    )
    search_fields = ("title", "link", "lecture__title")
    search_hint = gettext_lazy("名称、链接、讲座题目")
    order_by = ("-added_at",)
    empty = gettext_lazy("还没有课件和录像。在讲座的页面上点“添加资料”。")
    actions = (
        Action(
            "remove_material",
            gettext_lazy("删除"),
            run=_remove,
            permission=CHANGE,
            icon="trash",
            tone=Tone.BAD,
            confirm=gettext_lazy("读者在讲座的页面上不再看到这个链接；链接背后的文件不受影响。"),
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[Material]:
        return queries.materials_visible_to(staff_of(request))
