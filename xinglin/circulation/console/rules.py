"""The rules of lending on screen: the list, the editor, and "why this due date?" with a what-if tester."""

from dataclasses import fields
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.models import ItemType
from xinglin.circulation import queries, services
from xinglin.circulation.due import due_date
from xinglin.circulation.lateness import cost_of
from xinglin.circulation.models import CirculationRule
from xinglin.circulation.rules import Case, best_of, judged
from xinglin.circulation.terms import HOUSE_TERMS, Terms
from xinglin.commons import clock
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    Column,
    FlagFilter,
    FormScreen,
    Kind,
    ListScreen,
    PageScreen,
    RelatedFilter,
    screen,
)
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library
from xinglin.consortium.queries import timetable_of
from xinglin.patrons.models import PatronCategory

TERMS = tuple(field.name for field in fields(Terms))
AXES = ("library", "home_library", "category", "item_type")


class TermsForm(forms.Form):
    """The terms of a rule, field by field as the row keeps them; whom it is for stays as it is."""

    names: ClassVar[tuple[str, ...]] = TERMS

    def __init__(
        self,
        data: QueryDict | None = None,
        files: "MultiValueDict[str, Any] | None" = None,
        *,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, files, initial=initial)
        self.fields = forms.fields_for_model(CirculationRule, fields=self.names)
        for name in set(AXES) & set(self.fields):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = _("所有")
            elif isinstance(field, forms.ChoiceField):
                field.choices = [("", _("所有")), *ItemType.choices]


class RuleForm(TermsForm):
    """A new rule: for whom, and on what terms."""

    names = (*AXES, *TERMS)


def _retire(request: StaffRequest, rule: CirculationRule, answers: Answers) -> str:
    services.retire_rule(rule=rule, by=staff_of(request))
    return _("已停用；从现在起按更宽的规则办理，已借出的仍按原规则。")


retire = Action(
    "retire",
    gettext_lazy("停用"),
    run=_retire,
    permission="circulation.change_rule",
    icon="x",
    tone=Tone.BAD,
    when=lambda rule: rule.retired_at is None,
    confirm=gettext_lazy("停用后，这类借阅按更宽的规则办理。"),
)


@screen
class Rules(ListScreen[CirculationRule]):
    name = "circulation.rules"
    title = gettext_lazy("流通规则")
    section = Section.CIRCULATION
    icon = "scale"
    order = 60
    permission = "circulation.view_rule"
    words = (gettext_lazy("借期"), gettext_lazy("册数"), "guize")
    detail = "circulation.rule.edit"
    create = "circulation.rule.new"
    create_title = gettext_lazy("新增规则")
    columns = (
        Column(gettext_lazy("适用"), str, link=True),
        Column(gettext_lazy("借期"), "loan_words"),
        Column(gettext_lazy("可借"), "loans_most", kind=Kind.NUMBER),
        Column(gettext_lazy("续借"), "renewals_most", kind=Kind.NUMBER, narrow=False),
        Column(gettext_lazy("逾期"), "penalty_words", narrow=False),
        Column(gettext_lazy("预约"), "holds_most", kind=Kind.NUMBER, narrow=False),
        Column(gettext_lazy("版本"), "version", kind=Kind.NUMBER, narrow=False),
        Column(gettext_lazy("生效时间"), "made_at", kind=Kind.MOMENT, narrow=False),
        Column(gettext_lazy("停用时间"), "retired_at", kind=Kind.MOMENT, narrow=False),
    )
    filters = (
        FlagFilter("in_force", gettext_lazy("现行"), where=Q(retired_at=None)),
        RelatedFilter(
            "library",
            gettext_lazy("借出馆"),
            field="library",
            rows=lambda request: Library.objects.filter(active=True),
        ),
    )
    search_fields = ("library__name", "category__name")
    search_hint = gettext_lazy("馆名、读者类别")
    order_by = (
        "-retired_at",
        "library__code",
        "home_library__code",
        "category__code",
        "item_type",
        "-version",
    )
    empty = gettext_lazy("还没有规则，各馆都按系统默认办理：借期 30 天，10 册，续借 1 次，逾期停借。")
    actions = (retire,)

    def rows(self, request: StaffRequest) -> QuerySet[CirculationRule]:
        return queries.rules_visible_to(staff_of(request))


@screen
class NewRule(FormScreen[CirculationRule]):
    name = "circulation.rule.new"
    title = gettext_lazy("新增规则")
    listing = "circulation.rules"
    permission = "circulation.change_rule"
    form = RuleForm
    hint = gettext_lazy(
        "不选的一项表示“所有”。几条都符合时，先看借出馆，再看读者所属馆、读者类别、单册类型。"
    )

    def initial(self, request: StaffRequest, row: CirculationRule | None) -> dict[str, object]:
        return {"library": staff_of(request).library, **{name: getattr(HOUSE_TERMS, name) for name in TERMS}}

    def save(
        self, request: StaffRequest, form: forms.Form, row: CirculationRule | None
    ) -> CirculationRule | HttpResponse:
        axes = {name: form.cleaned_data[name] for name in AXES}
        return services.add_rule(**axes, terms=_terms_of(form), by=staff_of(request))


@screen
class EditRule(FormScreen[CirculationRule]):
    name = "circulation.rule.edit"
    title = gettext_lazy("修改规则")
    listing = "circulation.rules"
    edits = True
    form = TermsForm
    done = gettext_lazy("已保存为新版本；已借出的仍按原版本。")
    hint = gettext_lazy("保存后生成新版本，从现在起的借阅按新版本；已借出的不变。")

    def initial(self, request: StaffRequest, row: CirculationRule | None) -> dict[str, object]:
        return {name: getattr(row, name) for name in TERMS}

    def save(
        self, request: StaffRequest, form: forms.Form, row: CirculationRule | None
    ) -> CirculationRule | HttpResponse:
        assert row is not None  # noqa: S101 (edits)
        services.amend_rule(rule=row, terms=_terms_of(form), by=staff_of(request))
        return redirect("console:circulation.rules")


def _terms_of(form: forms.Form) -> Terms:
    return Terms(**{name: form.cleaned_data[name] for name in TERMS})


class WhatIfForm(forms.Form):
    """Who would borrow what, where and when, and when would it come back."""

    library = forms.ModelChoiceField(
        label=gettext_lazy("借出馆"), queryset=Library.objects.filter(active=True)
    )
    home_library = forms.ModelChoiceField(
        label=gettext_lazy("读者所属馆"), queryset=Library.objects.filter(active=True)
    )
    category = forms.ModelChoiceField(
        label=gettext_lazy("读者类别"), queryset=PatronCategory.objects.filter(active=True)
    )
    item_type = forms.ChoiceField(label=gettext_lazy("单册类型"), choices=ItemType.choices)
    lent_at = forms.DateTimeField(
        label=gettext_lazy("借出时间"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    returned_at = forms.DateTimeField(
        label=gettext_lazy("归还时间（算逾期时填）"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    owner = forms.ModelChoiceField(
        label=gettext_lazy("书的所属馆（看还书后去哪里时填）"),
        queryset=Library.objects.filter(active=True),
        required=False,
    )
    returned_to = forms.ModelChoiceField(
        label=gettext_lazy("还到"), queryset=Library.objects.filter(active=True), required=False
    )


@screen
class WhatIf(PageScreen):
    """Which rule would hold, why not the others, when it would be due, and what lateness would cost."""

    name = "circulation.whatif"
    title = gettext_lazy("规则试算")
    section = Section.CIRCULATION
    icon = "calculator"
    order = 61
    permission = "circulation.view_rule"
    words = (gettext_lazy("应还日"), "shisuan")
    template_name = "circulation/console/what_if.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        library = staff_of(request).library
        first = {
            "library": library,
            "home_library": library,
            "lent_at": f"{clock.local(clock.now()):%Y-%m-%dT%H:%M}",
        }
        if not request.GET:
            return {"form": WhatIfForm(initial=first)}
        form = WhatIfForm(request.GET)
        return {"form": form, **(_outcome(form) if form.is_valid() else {})}


def _whither(owner: Library | None, returned_to: Library | None, item_type: str) -> str:
    """Say where a copy that nobody waits for goes from the desk where it is brought back."""
    if owner is None or returned_to is None:
        return ""
    if owner == returned_to:
        return _("还到所属馆，放回书架。")
    names = {"there": returned_to.label, "home": owner.label}
    rule = queries.floating_rule_for(owner, returned_to, item_type)
    if rule is None:
        return _("还到%(there)s，装箱送回%(home)s：没有让它留在那里的浮动规则。") % names
    return _("还到%(there)s，就留在那里上架：浮动规则“%(rule)s”。") % {**names, "rule": rule}


def _outcome(form: WhatIfForm) -> dict[str, object]:
    answers = form.cleaned_data
    case = Case(answers["library"], answers["home_library"], answers["category"], answers["item_type"])
    verdicts = judged(case, queries.rules_in_force())
    match = best_of(verdict.rule for verdict in verdicts if verdict.fits)
    timetable = timetable_of(answers["library"])
    due = due_date(match.terms, since=answers["lent_at"], length=match.terms.loan_length, timetable=timetable)
    cost = None
    if answers["returned_at"]:
        cost = cost_of(
            match.terms,
            due_at=due.at,
            returned_at=answers["returned_at"],
            price_fen=None,
            timetables=[timetable],
        )
    return {
        "match": match,
        "verdicts": verdicts,
        "due": due,
        "cost": cost,
        "not_lent": match.terms.loans_most == 0,
        "whither": _whither(answers["owner"], answers["returned_to"], answers["item_type"]),
    }
