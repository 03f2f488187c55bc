"""Who reviews, and which steps a column has, in the console."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
from xinglin.console.screens import ChoiceFilter, Column, FormScreen, Kind, ListScreen, RelatedFilter
from xinglin.console.tones import Chip, Tone
from xinglin.consortium import access
from xinglin.consortium.access import has_whole_consortium, staff_of
from xinglin.consortium.models import Library, Staff
from xinglin.newsroom import models
from xinglin.newsroom.models import ReviewPost
from xinglin.newsroom.review import queries, steps
from xinglin.newsroom.review.gate import steps_of
from xinglin.newsroom.review.lifecycle import Hand
from xinglin.newsroom.review.rules import Step

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

HANDS = [(hand.value, hand.label) for hand in Hand if hand is not Hand.SECOND]
MOST_STEPS = 5


def _moment() -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(required=False, widget=widget, input_formats=["%Y-%m-%dT%H:%M"])


def _day(label: "_StrPromise") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class PostForm(forms.Form):
    """Who sits at a step."""

    library = forms.ModelChoiceField(
        label=gettext_lazy("图书馆"), queryset=Library.objects.none(), empty_label=None
    )
    hand = forms.ChoiceField(label=gettext_lazy("哪一级"), choices=HANDS)
    person = forms.ModelChoiceField(label=gettext_lazy("审核人"), queryset=Staff.objects.none())
    deputy = forms.ModelChoiceField(
        label=gettext_lazy("代理人"),
        queryset=Staff.objects.none(),
        required=False,
        help_text=gettext_lazy("请假期间或本级超时后，由代理人审"),
    )
    away_from = _day(gettext_lazy("请假从"))
    away_until = _day(gettext_lazy("请假到"))
    duty_from, duty_until = _moment(), _moment()
    active = forms.BooleanField(label=gettext_lazy("使用中"), required=False, initial=True)

    def __init__(self, request: StaffRequest, post: ReviewPost | None, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["duty_from"].label = gettext_lazy("值班从")
        self.fields["duty_until"].label = gettext_lazy("值班到")
        self.fields["duty_from"].help_text = gettext_lazy("医学把关人值班时，可审应急快审")
        people = Staff.objects.filter(active=True).select_related("user", "library")
        for name in ("person", "deputy"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
        if post is not None:
            del self.fields["library"], self.fields["hand"]
            return
        mine = access.libraries_of(staff_of(request), steps.POSTS)
        self.fields["library"].queryset = Library.objects.filter(pk__in=mine)  # type: ignore[attr-defined]


def _standing(post: ReviewPost) -> Chip | str:
    if not post.active:
        return Chip(_("停用"), Tone.QUIET)
    if post.is_away(clock.today()):
        return Chip(_("请假，代理人审"), Tone.WAITING)
    return Chip(_("正在值班"), Tone.GOOD) if post.is_on_duty(clock.now()) else ""


@screen
class Posts(ListScreen[ReviewPost]):
    """Who reviews in which library."""

    name = "newsroom.posts"
    title = gettext_lazy("审核岗位")
    section = Section.NEWSROOM
    icon = "user-shield"
    order = 55
    permission = queries.VIEW
    words = (gettext_lazy("把关人"), gettext_lazy("代理"), gettext_lazy("值班"), "gangwei")
    create = "newsroom.post.new"
    create_title = gettext_lazy("登记岗位")
    detail = "newsroom.post.edit"
    columns = (
        Column(gettext_lazy("审核人"), "person.name", sort="person__user__first_name", link=True),
        Column(gettext_lazy("哪一级"), "get_hand_display", sort="hand"),
        Column(gettext_lazy("图书馆"), "library.label", sort="library__code"),
        Column(gettext_lazy("代理人"), "deputy.name"),
        Column(gettext_lazy("现在"), _standing),
        Column(gettext_lazy("执业证有效期至"), "person.licence_valid_until", kind=Kind.DAY, narrow=False),
    )
    filters = (
        ChoiceFilter("hand", gettext_lazy("哪一级"), choices=tuple(HANDS)),
        RelatedFilter(
            "library",
            gettext_lazy("图书馆"),
            field="library",
            rows=lambda request: Library.objects.filter(
                pk__in=access.libraries_of(staff_of(request), queries.VIEW)
            ),
        ),
    )
    search_fields = ("person__user__first_name",)
    search_hint = gettext_lazy("姓名")
    order_by = ("library__code",)
    empty = gettext_lazy("还没有登记岗位：有审核权限的人都可以审。登记之后，只有登记的人和他的代理人能审。")

    def rows(self, request: StaffRequest) -> QuerySet[ReviewPost]:
        return queries.posts_visible_to(staff_of(request))


class _PostScreen(FormScreen[ReviewPost]):
    listing = "newsroom.posts"
    permission = steps.POSTS
    form = PostForm

    def rows(self, request: StaffRequest) -> QuerySet[ReviewPost]:
        mine = access.libraries_of(staff_of(request), steps.POSTS)
        return queries.posts_visible_to(staff_of(request)).filter(library__in=mine)

    def make_form(
        self,
        request: StaffRequest,
        row: ReviewPost | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> forms.Form:
        return PostForm(request, row, data, files, initial=self.initial(request, row))

    def save(self, request: StaffRequest, form: forms.Form, row: ReviewPost | None) -> ReviewPost:
        typed = dict(form.cleaned_data)
        if row is None:
            library, hand = typed.pop("library"), Hand(typed.pop("hand"))
            file = steps.PostFile(**typed)
            return steps.name_reviewer(library=library, hand=hand, file=file, by=staff_of(request))
        return steps.amend_post(post=row, file=steps.PostFile(**typed), by=staff_of(request))


@screen
class NewPost(_PostScreen):
    name = "newsroom.post.new"
    title = gettext_lazy("登记审核岗位")


@screen
class EditPost(_PostScreen):
    name = "newsroom.post.edit"
    title = gettext_lazy("修改审核岗位")
    edits = True


class StepsForm(forms.Form):
    """Up to five steps, each with its time."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for place in range(1, MOST_STEPS + 1):
            self.fields[f"hand{place}"] = forms.ChoiceField(
                label=_("第 %(n)d 级") % {"n": place},
                choices=[("", _("（没有这一级）")), *HANDS],
                required=False,
            )
            self.fields[f"hours{place}"] = forms.IntegerField(
                label=_("时限（小时）"), min_value=1, max_value=720, required=False, initial=24
            )

    def steps(self) -> list[Step]:
        """Return the steps that were chosen, in their order."""
        typed = self.cleaned_data
        return [
            Step(Hand(typed[f"hand{place}"]), typed[f"hours{place}"] or 24)
            for place in range(1, MOST_STEPS + 1)
            if typed[f"hand{place}"]
        ]


@screen
class ColumnSteps(FormScreen[models.Column]):
    """The steps of a column."""

    name = "newsroom.column.steps"
    title = gettext_lazy("审核步骤")
    listing = "newsroom.columns"
    permission = steps.CHANGE
    form = StepsForm
    edits = True
    hint = gettext_lazy(
        "全部留空就是默认的三级：运营审核、科室负责人、院领导。须医学把关的栏目，三级里没有医学把关人时，最后会再请一位。"
    )

    def rows(self, request: StaffRequest) -> QuerySet[models.Column]:
        whole = has_whole_consortium(staff_of(request), steps.CHANGE)
        rows = models.Column.objects.filter(needs_review=True)
        return rows if whole else rows.none()

    def initial(self, request: StaffRequest, row: models.Column | None) -> dict[str, object]:
        known: dict[str, object] = {}
        for place, step in enumerate(steps_of(row) if row else [], start=1):
            known |= {f"hand{place}": step.hand.value, f"hours{place}": step.hours}
        return known

    def save(self, request: StaffRequest, form: forms.Form, row: models.Column | None) -> models.Column:
        if row is None or not isinstance(form, StepsForm):
            raise LookupError("steps are set on a column's own page")
        return steps.set_steps(column=row, steps=form.steps(), by=staff_of(request))
