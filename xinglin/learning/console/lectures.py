"""Lectures on screen: the list, one of them with its figures, making and changing one."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Card, Section, card
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    DateFilter,
    DetailScreen,
    Fact,
    Facts,
    FlagFilter,
    FormScreen,
    Kind,
    ListScreen,
    Related,
    RelatedFilter,
    offered,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.consortium.models import Library
from xinglin.learning import queries, services
from xinglin.learning.console.forms import LectureForm, MaterialForm, NewLectureForm, PersonForm, ReasonForm
from xinglin.learning.console.registrations import NARROW, own_registrations
from xinglin.learning.lifecycle import AMENDABLE, LECTURE_MOVES, LectureState
from xinglin.learning.models import Lecture, LectureKind, MaterialKind, Via
from xinglin.learning.queries import CHANGE, REGISTER, VIEW
from xinglin.learning.telling import place_of
from xinglin.patrons.queries import find_by_card

Files = MultiValueDict[str, object] | None

colour_states(
    Lecture,
    {
        LectureState.DRAFT: Tone.WAITING,
        LectureState.ANNOUNCED: Tone.ACTIVE,
        LectureState.HELD: Tone.GOOD,
        LectureState.CANCELLED: Tone.BAD,
    },
)


def _libraries(request: StaffRequest) -> QuerySet[Library]:
    return Library.objects.filter(pk__in=libraries_of(staff_of(request), VIEW))


def seats_text(lecture: Any) -> str:
    """Return how many of the seats are taken: 37 / 50, or 37 where there is no limit."""
    return f"{lecture.seats_taken} / {lecture.seats}" if lecture.seats else str(lecture.seats_taken)


@screen
class Lectures(ListScreen[Lecture]):
    name = "learning.lectures"
    title = gettext_lazy("讲座")
    section = Section.LEARNING
    icon = "presentation"
    order = 10
    permission = VIEW
    words = (gettext_lazy("讲座"), gettext_lazy("培训"), gettext_lazy("活动"), "jiangzuo", "peixun")
    detail = "learning.lecture"
    create = "learning.lecture.new"
    create_title = gettext_lazy("办一场讲座")
    columns = (
        Column(gettext_lazy("题目"), "title", link=True, roomy=True),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
        Column(gettext_lazy("开始时间"), "begins_at", kind=Kind.MOMENT, sort="begins_at"),
        Column(gettext_lazy("主讲人"), "speaker", narrow=False),
        Column(gettext_lazy("主办馆"), "library.label", narrow=False),
        Column(gettext_lazy("报名 / 名额"), seats_text, align="end", sort="seats_taken"),
        Column(gettext_lazy("候补"), "people_waiting", kind=Kind.NUMBER, sort="people_waiting", narrow=False),
        Column(
            gettext_lazy("签到"), "people_attended", kind=Kind.NUMBER, sort="people_attended", narrow=False
        ),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=LectureState.choices)
    filters = (
        ChoiceFilter("kind", gettext_lazy("类型"), choices=LectureKind.choices),
        RelatedFilter("library", gettext_lazy("主办馆"), field="library", rows=_libraries),
        DateFilter("begins", gettext_lazy("日期"), field="begins_at"),
        FlagFilter("free", gettext_lazy("还有名额"), where=queries.has_free_seats()),
    )
    search_hint = gettext_lazy("题目、主讲人、地点、简介")
    order_by = ("-begins_at",)
    empty = gettext_lazy("还没有讲座。办一场，发布后读者就能在手机和公众号里报名。")

    def rows(self, request: StaffRequest) -> QuerySet[Lecture]:
        return queries.counted(queries.lectures_visible_to(staff_of(request)))

    def search(self, request: StaffRequest, rows: QuerySet[Lecture], text: str) -> QuerySet[Lecture]:
        return queries.matching(rows, text)


def _announce(request: StaffRequest, lecture: Lecture, answers: Answers) -> str:
    services.announce_lecture(lecture=lecture, by=staff_of(request))
    return _("已发布，读者可以报名了。")


def _cancel(request: StaffRequest, lecture: Lecture, answers: Answers) -> str:
    services.cancel_lecture(lecture=lecture, reason=answers["reason"], by=staff_of(request))
    return _("已取消。报了名的读者会收到提醒；没有读者证的来宾请打电话告知。")


def _close(request: StaffRequest, lecture: Lecture, answers: Answers) -> str:
    services.close_lecture(lecture=lecture, by=staff_of(request))
    return _("已归档。")


def _add_material(request: StaffRequest, lecture: Lecture, answers: Answers) -> str:
    services.add_material(
        lecture=lecture,
        title=answers["title"],
        link=answers["link"],
        kind=MaterialKind(answers["kind"]),
        by=staff_of(request),
    )
    return _("已添加，读者在讲座的页面上看得到。")


def _register(request: StaffRequest, lecture: Lecture, answers: Answers) -> str:
    by = staff_of(request)
    if answers["card"]:
        patron = find_by_card(answers["card"])
        made = services.register(lecture=lecture, patron=patron, via=Via.DESK, by=by)
    else:
        made = services.register_guest(
            lecture=lecture, name=answers["guest_name"], phone=answers["guest_phone"], by=by
        )
    facts = {"name": made.name, "place": queries.place_of(made)}
    said = _("%(name)s排在候补第 %(place)d 位。") if facts["place"] else _("已为%(name)s报名。")
    return said % facts


@screen
class LecturePage(DetailScreen[Lecture]):
    """One lecture: what it is, who comes, what became of it."""

    name = "learning.lecture"
    title = gettext_lazy("讲座")
    listing = "learning.lectures"
    edit = "learning.lecture.edit"
    panel_template = "learning/console/lecture_panel.html"
    facts = (
        Facts(
            gettext_lazy("讲座"),
            (
                Fact(gettext_lazy("状态"), "state", kind=Kind.STATE),
                Fact(gettext_lazy("类型"), "get_kind_display"),
                Fact(gettext_lazy("主办馆"), "library.name"),
                Fact(gettext_lazy("主讲人"), "speaker"),
                Fact(gettext_lazy("开始时间"), "begins_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("结束时间"), "ends_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("地点"), place_of),
                Fact(gettext_lazy("直播链接"), "live_link"),
                Fact(gettext_lazy("报名开始"), "registration_opens_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("报名截止"), "closes_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("取消原因"), "cancelled_because"),
                Fact(gettext_lazy("内容简介"), "summary"),
            ),
        ),
    )
    actions = (
        Action(
            "announce_lecture",
            gettext_lazy("发布"),
            run=_announce,
            permission=CHANGE,
            icon="speakerphone",
            when=offered(LECTURE_MOVES, "announce_lecture"),
            confirm=gettext_lazy("读者会在手机和公众号里看到，可以报名；以后改时间地点会通知报了名的人。"),
        ),
        Action(
            "register",
            gettext_lazy("登记报名"),
            run=_register,
            permission=REGISTER,
            icon="user-plus",
            form=PersonForm,
            when=lambda lecture: lecture.state == LectureState.ANNOUNCED,
        ),
        Action(
            "add_material",
            gettext_lazy("添加资料"),
            run=_add_material,
            permission=CHANGE,
            icon="paperclip",
            form=MaterialForm,
            when=lambda lecture: lecture.state != LectureState.CANCELLED,
        ),
        Action(
            "close_lecture",
            gettext_lazy("归档"),
            run=_close,
            permission=CHANGE,
            icon="archive",
            when=offered(LECTURE_MOVES, "close_lecture"),
            confirm=gettext_lazy("归档后不能再评价、补签，来宾的姓名电话会删除。办完 30 天会自动归档。"),
        ),
        Action(
            "cancel_lecture",
            gettext_lazy("取消讲座"),
            run=_cancel,
            permission=CHANGE,
            icon="x",
            tone=Tone.BAD,
            form=ReasonForm,
            when=offered(LECTURE_MOVES, "cancel_lecture"),
        ),
    )

    def may_be_edited(self, row: Lecture) -> bool:
        return row.state in AMENDABLE

    def context(self, request: StaffRequest, row: Lecture) -> dict[str, object]:
        figures = queries.figures_of(row)
        return {
            "figures": figures,
            "share": round(100 * figures.share_attended) if figures.share_attended is not None else None,
            "page": settings.PUBLIC_URL + reverse("mobile:lecture", args=[row.pk]),
            "said": row.registrations.exclude(words="").order_by("-rated_at")[:20],
            "has_page": row.state != LectureState.DRAFT,
        }

    def related(self, request: StaffRequest, row: Lecture) -> list[Related[Any]]:
        return [
            Related(
                gettext_lazy("报名"),
                rows=own_registrations(request, row),
                columns=NARROW,
                more=f"{reverse('console:learning.registrations')}?lecture={row.pk}",
                empty=gettext_lazy("还没有人报名。"),
            ),
            Related(
                gettext_lazy("资料"),
                rows=row.materials.all(),
                columns=(
                    Column(gettext_lazy("名称"), "title", link=lambda material: material.link),
                    Column(gettext_lazy("类型"), "get_kind_display"),
                    Column(gettext_lazy("添加时间"), "added_at", kind=Kind.MOMENT),
                ),
                more=f"{reverse('console:learning.materials')}?lecture={row.pk}",
                empty=gettext_lazy("还没有课件和录像。点上面的“添加资料”贴上链接。"),
            ),
        ]


@screen
class NewLecture(FormScreen[Lecture]):
    name = "learning.lecture.new"
    title = gettext_lazy("办一场讲座")
    listing = "learning.lectures"
    detail = "learning.lecture"
    permission = CHANGE
    form = NewLectureForm
    button = gettext_lazy("存为草稿")
    done = gettext_lazy("已存为草稿。核对后点“发布”，读者才看得到。")

    def make_form(
        self, request: StaffRequest, row: Lecture | None, data: QueryDict | None, files: Files
    ) -> forms.Form:
        form = NewLectureForm(data, initial={"library": staff_of(request).library_id})
        field = cast("forms.ModelChoiceField[Library]", form.fields["library"])
        field.queryset = queries.libraries_that_hold(staff_of(request))
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: Lecture | None) -> Lecture:
        typed = cast(NewLectureForm, form)
        return services.draft(library=typed.cleaned_data["library"], file=typed.file(), by=staff_of(request))


@screen
class EditLecture(FormScreen[Lecture]):
    name = "learning.lecture.edit"
    title = gettext_lazy("修改讲座")
    listing = "learning.lectures"
    detail = "learning.lecture"
    permission = CHANGE
    edits = True
    form = LectureForm
    version_field = "version"
    hint = gettext_lazy("已发布的讲座改了时间、地点或直播链接，报了名的读者会收到提醒。")

    def rows(self, request: StaffRequest) -> QuerySet[Lecture]:
        return queries.lectures_visible_to(staff_of(request)).filter(state__in=AMENDABLE)

    def save(self, request: StaffRequest, form: forms.Form, row: Lecture | None) -> Lecture:
        lecture = cast(Lecture, row)
        return services.amend(
            lecture=lecture,
            file=cast(LectureForm, form).file(),
            version=lecture.version,
            by=staff_of(request),
        )


@card(order=60, permission=VIEW)
def coming_lectures(request: StaffRequest) -> Card | None:
    """Tell how many lectures of the user's libraries are ahead; nothing while there are none."""
    rows = queries.coming(queries.lectures_visible_to(staff_of(request)))
    number = rows.aggregate(n=Count("pk"))["n"]
    if not number:
        return None
    return Card(
        title=gettext_lazy("待举办的讲座"),
        number=number,
        url=f"{reverse('console:learning.lectures')}?state={LectureState.ANNOUNCED.value}",
        icon="presentation",
        tone=Tone.QUIET,
    )
