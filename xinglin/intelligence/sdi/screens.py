"""The librarian's screens of profiles: those of one's departments, seen, set up, amended, tried, rested."""

from django.db.models import Q, QuerySet
from django.forms import Form
from django.utils.translation import gettext_lazy as _

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    ChoiceFilter,
    Column,
    DetailScreen,
    Fact,
    Facts,
    FlagFilter,
    FormScreen,
    Kind,
    ListScreen,
    Related,
    RelatedFilter,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.consortium.models import Library
from xinglin.intelligence.sdi import queries, services
from xinglin.intelligence.sdi.actions import ACTIONS
from xinglin.intelligence.sdi.forms import (
    EditProfileForm,
    NewProfileForm,
    topics_for,
)
from xinglin.intelligence.sdi.lifecycle import MemberState, ProfileState
from xinglin.intelligence.sdi.looking import previewed
from xinglin.intelligence.sdi.models import Example, Member, Profile, ProfileKind, Push
from xinglin.intelligence.sdi.telling import schedule_in_words

colour_states(Profile, {ProfileState.RUNNING: Tone.GOOD, ProfileState.RESTING: Tone.QUIET})
colour_states(
    Member,
    {
        MemberState.OFFERED: Tone.WAITING, MemberState.ACTIVE: Tone.GOOD, MemberState.PAUSED: Tone.QUIET,
        MemberState.LEFT: Tone.BAD,
    },
)  # fmt: skip


def _libraries(request: StaffRequest) -> QuerySet[Library]:
    return Library.objects.filter(pk__in=libraries_of(staff_of(request), queries.VIEW), active=True)


@screen
class Profiles(ListScreen[Profile]):
    """The profiles of the departments that one looks after."""

    name = "intelligence.profiles"
    title = _("定题推送")
    section = Section.INTELLIGENCE
    icon = "target-arrow"
    order = 30
    permission = queries.VIEW
    words = ("SDI", _("情报跟踪"), _("学科馆员"), "dingti", "tuisong")
    detail = "intelligence.profile"
    create = "intelligence.profile.new"
    create_title = _("新建推送")
    columns = (
        Column(_("名称"), "name", sort="name", link=True),
        Column(_("种类"), "get_kind_display", sort="kind"),
        Column(_("读者"), lambda row: row.owner.name if row.owner else "", sort="owner__name_key"),
        Column(_("科室/院系"), "department", sort="department"),
        Column(_("图书馆"), "library.label", sort="library__code", narrow=False),
        Column(_("人数"), "readers", sort="readers", kind=Kind.NUMBER, narrow=False),
        Column(_("有用"), "useful", sort="useful", kind=Kind.NUMBER),
        Column(_("没用"), "useless", sort="useless", kind=Kind.NUMBER),
        Column(_("状态"), "state", kind=Kind.STATE),
        Column(_("下次推送"), "next_at", sort="next_at", kind=Kind.MOMENT, narrow=False),
    )
    tabs = ChoiceFilter("kind", _("种类"), choices=ProfileKind.choices)
    filters = (
        ChoiceFilter("state", _("状态"), choices=ProfileState.choices),
        RelatedFilter("library", _("图书馆"), field="library", rows=_libraries),
        FlagFilter("offered", _("等读者同意"), where=Q(members__state=MemberState.OFFERED)),
    )
    search_fields = ("name", "words", "department", "owner__name")
    search_hint = _("名称、检索词、科室、读者")
    order_by = ("name",)
    empty = _("您负责的科室还没有定题推送。读者可以在手机上自己建，您也可以替课题组、学科或一位读者新建。")

    def rows(self, request: StaffRequest) -> QuerySet[Profile]:
        return queries.profiles_visible_to(staff_of(request))


@screen
class ProfilePage(DetailScreen[Profile]):
    """One profile: what is looked for, by whom it is read, what was brought, and what it would bring now."""

    name = "intelligence.profile"
    title = _("定题推送")
    listing = "intelligence.profiles"
    edit = "intelligence.profile.edit"
    panel_template = "intelligence/profile.html"
    actions = ACTIONS
    facts = (
        Facts(
            _("推送"),
            (
                Fact(_("状态"), "state", kind=Kind.STATE),
                Fact(_("种类"), "get_kind_display"),
                Fact(_("读者"), lambda row: row.owner.name if row.owner else ""),
                Fact(_("图书馆"), "library.name"),
                Fact(_("科室/院系"), "department"),
                Fact(_("检索词"), "words"),
                Fact(_("只看专题"), lambda row: "、".join(each.name for each in row.topics.all())),
                Fact(_("读者可自行加入"), "is_open", kind=Kind.FLAG),
            ),
        ),
        Facts(
            _("时间与效果"),
            (
                Fact(_("多久一次"), schedule_in_words),
                Fact(_("每次最多几篇"), "most", kind=Kind.NUMBER),
                Fact(_("上次推送"), "ran_at", kind=Kind.MOMENT),
                Fact(_("下次推送"), "next_at", kind=Kind.MOMENT),
                Fact(_("有用"), "useful", kind=Kind.NUMBER),
                Fact(_("没用"), "useless", kind=Kind.NUMBER),
                Fact(_("最近修改的馆员"), "changed_by.name"),
            ),
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[Profile]:
        return queries.profiles_visible_to(staff_of(request))

    def context(self, request: StaffRequest, row: Profile) -> dict[str, object]:
        return {"preview": previewed(row, row.owner) if "preview" in request.GET else None}

    def related(
        self, request: StaffRequest, row: Profile
    ) -> "list[Related[Member] | Related[Example] | Related[Push]]":
        return [
            Related(
                _("读者"),
                rows=row.members.select_related("patron"),
                columns=(
                    Column[Member](_("读者"), "patron.name"),
                    Column[Member](_("科室/院系"), "patron.department"),
                    Column[Member](_("状态"), "state", kind=Kind.STATE),
                    Column[Member](_("加入时间"), "since", kind=Kind.MOMENT),
                ),
                empty=_("还没有读者。点“加读者”；或者勾选“读者可自行加入”，读者在手机上加入。"),
            ),
            Related(
                _("喜欢的文献"),
                rows=row.examples.select_related("added_by"),
                columns=(
                    Column[Example](_("题名"), "title"),
                    Column[Example](_("说明"), lambda each: each.trouble or (_("正在查") if each.wanted else "")),
                    Column[Example](_("加入的馆员"), lambda each: each.added_by.first_name if each.added_by else ""),
                ),
                empty=_("没有。加几篇喜欢的文献，相近的新文献也会推送。"),
            ),
            Related(
                _("最近的推送"),
                rows=row.pushes.select_related("patron").prefetch_related("papers"),
                columns=(
                    Column[Push](_("读者"), "patron.name"),
                    Column[Push](_("推送时间"), "at", kind=Kind.MOMENT),
                    Column[Push](_("篇数"), lambda each: len(each.papers.all()), kind=Kind.NUMBER),
                    Column[Push](_("打开时间"), "opened_at", kind=Kind.MOMENT),
                    Column[Push](
                        _("有用"), lambda each: sum(p.verdict == "useful" for p in each.papers.all()), kind=Kind.NUMBER
                    ),
                    Column[Push](
                        _("没用"), lambda each: sum(p.verdict == "useless" for p in each.papers.all()), kind=Kind.NUMBER
                    ),
                ),
                empty=_("还没有推送过。"),
            ),
        ]  # fmt: skip


@screen
class NewProfile(FormScreen[Profile]):
    name = "intelligence.profile.new"
    title = _("新建推送")
    listing = "intelligence.profiles"
    detail = "intelligence.profile"
    permission = queries.CHANGE
    form = NewProfileForm
    done = _("已建好。点“试一试”看现在能找到什么，再加读者。")

    def initial(self, request: StaffRequest, row: Profile | None) -> dict[str, object]:
        first = queries.departments_of(staff_of(request)).first()
        if first is None:
            return {"library": staff_of(request).library_id}
        return {"library": first.library_id, "department": first.department}

    def make_form(self, request: StaffRequest, row: Profile | None, data: object, files: object) -> Form:
        staff = staff_of(request)
        return NewProfileForm(
            data, initial=self.initial(request, row), libraries=_libraries(request), topics=topics_for(staff)
        )  # fmt: skip

    def save(self, request: StaffRequest, form: Form, row: Profile | None) -> Profile:
        said, by = dict(form.cleaned_data), staff_of(request)
        about = {name: said.pop(name) for name in ("kind", "library", "department", "papers")}
        card = said.pop("card")
        owner = queries.reader_for(by, card) if about["kind"] == ProfileKind.READER and card else None
        return services.set_up(file=services.ProfileFile(**said), owner=owner, by=by, **about)


@screen
class EditProfile(FormScreen[Profile]):
    name = "intelligence.profile.edit"
    title = _("修改推送")
    listing = "intelligence.profiles"
    detail = "intelligence.profile"
    permission = queries.CHANGE
    form = EditProfileForm
    edits = True
    version_field = "version"

    def rows(self, request: StaffRequest) -> QuerySet[Profile]:
        return queries.profiles_visible_to(staff_of(request))

    def make_form(self, request: StaffRequest, row: Profile | None, data: object, files: object) -> Form:
        if row is None:
            raise LookupError("a form that edits has a row")
        initial = {**self.initial(request, row), "topics": row.topics.all()}
        return EditProfileForm(data, initial=initial, topics=topics_for(staff_of(request)))

    def save(self, request: StaffRequest, form: Form, row: Profile | None) -> Profile:
        if row is None:
            raise LookupError("a form that edits has a row")
        file = services.ProfileFile(**form.cleaned_data)
        return services.amend(profile=row, version=row.version, file=file, by=staff_of(request))
