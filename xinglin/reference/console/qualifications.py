"""Who may search and who may review."""

from typing import cast

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
from xinglin.console.screens import Action, Answers, ChoiceFilter, Column, FormScreen, ListScreen
from xinglin.console.screens import Kind as Shown
from xinglin.console.tones import Chip, Tone
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.consortium.models import Staff
from xinglin.reference import queries, services
from xinglin.reference.console.forms import QualificationForm
from xinglin.reference.models import Qualification, Skill
from xinglin.reference.queries import QUALIFY, VIEW


def _drop(request: StaffRequest, row: Qualification, answers: Answers) -> str:
    services.drop_qualification(qualification=row, by=staff_of(request))
    return _("已取消资格；已出具的报告不受影响。")


def _standing(row: Qualification) -> Chip:
    return Chip(_("有效"), Tone.GOOD) if row.holds_on(clock.today()) else Chip(_("已过期"), Tone.BAD)


@screen
class Qualifications(ListScreen[Qualification]):
    """The recorded qualifications."""

    name = "reference.qualifications"
    title = gettext_lazy("查新资格")
    section = Section.REFERENCE
    icon = "certificate"
    order = 60
    permission = VIEW
    words = (gettext_lazy("查新员"), gettext_lazy("审核员"), gettext_lazy("证书"))
    create = "reference.qualification.new"
    create_title = gettext_lazy("登记资格")
    columns = (
        Column(gettext_lazy("馆员"), "staff.name", sort="staff__user__first_name"),
        Column(gettext_lazy("图书馆"), "staff.library.label", sort="staff__library__code"),
        Column(gettext_lazy("资格"), "get_skill_display", sort="skill"),
        Column(gettext_lazy("证书编号"), "certificate"),
        Column(gettext_lazy("发证单位"), "issued_by", narrow=False),
        Column(gettext_lazy("有效期至"), "valid_until", kind=Shown.DAY, sort="valid_until"),
        Column(gettext_lazy("状态"), _standing),
    )
    filters = (ChoiceFilter("skill", gettext_lazy("资格"), choices=Skill.choices),)
    order_by = ("staff__user__first_name", "skill")
    empty = gettext_lazy("还没有登记。查新至少要一位查新员和另一位审核员。")
    actions = (
        Action("drop", gettext_lazy("取消资格"), run=_drop, permission=QUALIFY, icon="x", tone=Tone.BAD,
               confirm=gettext_lazy("取消后不能再指派这项工作。")),
    )  # fmt: skip

    def rows(self, request: StaffRequest) -> QuerySet[Qualification]:
        return queries.qualifications_visible_to(staff_of(request))


@screen
class NewQualification(FormScreen[Qualification]):
    """Record a certificate that was shown."""

    name = "reference.qualification.new"
    title = gettext_lazy("登记资格")
    listing = "reference.qualifications"
    permission = QUALIFY
    form = QualificationForm
    hint = gettext_lazy("核对证书原件后登记；同一人同一项资格再次登记即为续期。")

    def make_form(
        self, request: StaffRequest, row: Qualification | None, data: QueryDict | None,
        files: "MultiValueDict[str, object] | None",
    ) -> forms.Form:  # fmt: skip
        form = QualificationForm(data)
        field = cast("forms.ModelChoiceField[Staff]", form.fields["staff"])
        field.queryset = Staff.objects.filter(
            library__in=libraries_of(staff_of(request), QUALIFY), active=True
        ).order_by("user__first_name", "pk")
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: Qualification | None) -> Qualification:
        said = form.cleaned_data
        return services.record_qualification(
            staff=said["staff"],
            skill=Skill(said["skill"]),
            certificate=said["certificate"],
            issued_by=said["issued_by"],
            valid_until=said["valid_until"],
            by=staff_of(request),
        )
