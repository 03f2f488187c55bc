"""Actions: what may be done to a row, each one small form, one POST, one call of a service."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from django.contrib import messages
from django.db.models import Model
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from xinglin.commons.errors import Conflict, NotFound, Refusal
from xinglin.commons.onscreen import Words
from xinglin.commons.web import own_address
from xinglin.console.access import StaffRequest, demand, may
from xinglin.console.screens.pages import Crumb, RowsScreen
from xinglin.console.tones import Tone
from xinglin.console.values import M

# What a form has cleaned: its field's types are known to the form alone.
Answers = Mapping[str, Any]
Outcome = Words | HttpResponse | None
MakeForm = Callable[[StaffRequest, M, QueryDict | None, "MultiValueDict[str, Any] | None"], Form]

MOST_AT_ONCE = 200
TOLD_AT_MOST = 8


def _always(row: Model) -> bool:
    return True


def offered(
    moves: Mapping[tuple[Any, str], object], deed: str, *, field: str = "state"
) -> Callable[[Model], bool]:
    """Return a condition from a lifecycle table: the deed is in the table for the state the row is in."""
    states = {str(getattr(state, "value", state)) for state, name in moves if name == deed}
    if not states:
        raise LookupError(f"the lifecycle knows no deed {deed!r}")
    return lambda row: str(getattr(row, field)) in states


@dataclass(frozen=True)
class Action(Generic[M]):
    """One thing that may be done to a row.

    ``run`` calls one service and returns the sentence that tells of it. ``when`` decides whether the
    button is there, and is asked again when it is pressed. ``many`` offers it for ticked rows too.
    """

    name: str
    title: Words
    run: Callable[[StaffRequest, M, Answers], Outcome]
    form: type[Form] | MakeForm[M] | None = None
    confirm: Words = ""
    permission: str = ""
    icon: str = ""
    tone: Tone = Tone.ACTIVE
    when: Callable[[M], bool] = _always
    many: bool = False

    def __post_init__(self) -> None:
        if self.many and self.form is not None and not isinstance(self.form, type):
            raise TypeError(f"{self.name}: a form made for one row cannot serve many")

    @property
    def asks(self) -> bool:
        """Whether something is asked or said before it is done."""
        return bool(self.form or self.confirm)

    def form_for(self, request: StaffRequest, row: M | None) -> Form | None:
        """Return the form, filled from the request when it was sent; None when nothing is asked."""
        data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        if self.form is None:
            return None
        if isinstance(self.form, type):
            form: Form = self.form(data, files)
            return form
        if row is None:
            raise TypeError(f"{self.name}: its form is made for one row")
        return self.form(request, row, data, files)


class ActsOnRows(RowsScreen[M]):
    """A screen with actions, on one row or on the ticked ones."""

    actions: Sequence[Action[M]] = ()

    def offers(self, request: StaffRequest, row: M) -> list[Action[M]]:
        """Return the actions that this user may take on this row, as it stands."""
        return [action for action in self.actions if may(request, action.permission) and action.when(row)]

    def offers_many(self, request: StaffRequest) -> list[Action[M]]:
        """Return the actions for ticked rows that this user may take."""
        return [action for action in self.actions if action.many and may(request, action.permission)]

    def action_urls(self) -> list[URLPattern]:
        """Return the addresses under which actions are asked for and taken."""
        return [
            self.route(f"{self.row_address}do/<slug:deed>/", self._act, ".do"),
            self.route(f"{self.address}do/<slug:deed>/", self._act_on_many, ".do_many"),
        ]

    def after(self, row: M) -> str:
        """Return where a finished action leads."""
        return reverse(f"console:{self.listing or self.name}")

    def own_crumb(self, row: M | None) -> Crumb:
        """Return the step of the way from which an action is asked: this list, or this row's page."""
        return Crumb(self.title, reverse(f"console:{self.name}"))

    def _allowed(self, request: StaffRequest, deed: str) -> Action[M]:
        for action in self.actions:
            if action.name == deed:
                demand(request, action.permission)
                return action
        raise NotFound(_("没有「%(deed)s」这项操作；请从页面上的按钮进入。"), deed=deed)

    def _act(self, request: StaffRequest, pk: object, deed: str) -> HttpResponse:
        action, row = self._allowed(request, deed), self.row(request, pk)
        if not action.when(row):
            raise Conflict(
                _("「%(title)s」现在不能办理：这条记录的状态已经改变，请刷新后再看。"), title=action.title
            )
        form, refusal = action.form_for(request, row), None
        if request.method == "POST" and (form is None or form.is_valid()):
            try:
                outcome = action.run(request, row, form.cleaned_data if form else {})
            except Refusal as refused:
                refusal = refused
            else:
                return finished(request, outcome, _way_back(request) or self.after(row))
        return self._asked(request, action, row, form, refusal, {"row": row, "subject": str(row)})

    def _act_on_many(self, request: StaffRequest, deed: str) -> HttpResponse:
        action = self._allowed(request, deed)
        back = _way_back(request) or reverse(f"console:{self.name}")
        picked = [pk for pk in dict.fromkeys(request.POST.getlist("pick")) if pk.isascii() and len(pk) <= 40]
        if not action.many or request.method != "POST" or not picked:
            messages.warning(request, _("请先在列表里勾选要办理的行。"))
            return redirect(back)
        if len(picked) > MOST_AT_ONCE:
            raise Refusal(
                _("一次最多办理 %(most)d 条，您勾选了 %(n)d 条。"), most=MOST_AT_ONCE, n=len(picked)
            )
        confirmed = "confirmed" in request.POST
        form = action.form_for(request, None)
        if confirmed or not action.asks:
            if form is None or form.is_valid():
                rows = [self.row(request, pk) for pk in picked]
                return self._run_on_many(request, action, rows, form.cleaned_data if form else {}, back)
        elif isinstance(action.form, type):
            form = action.form()  # the first POST brings the ticked rows, not yet the answers
        subject = _("已勾选 %(n)d 条") % {"n": len(picked)}
        about: dict[str, object] = {"picked": picked, "subject": subject}
        return self._asked(request, action, None, form, None, about, fresh=not confirmed)

    def _run_on_many(
        self, request: StaffRequest, action: Action[M], rows: Sequence[M], answers: Answers, back: str
    ) -> HttpResponse:
        """Take the action row by row, each in its own transaction, and tell what was refused and why."""
        refused: list[str] = []
        for row in rows:
            try:
                if not action.when(row):
                    raise Conflict(_("当前状态不能办理"))
                action.run(request, row, answers)
            except Refusal as refusal:
                refused.append(_("%(row)s：%(sentence)s") % {"row": row, "sentence": refusal})
        done = len(rows) - len(refused)
        if done:
            messages.success(
                request, _("「%(title)s」已办理 %(n)d 条。") % {"title": action.title, "n": done}
            )
        if refused:
            told = "；".join(refused[:TOLD_AT_MOST]) + ("……" if len(refused) > TOLD_AT_MOST else "")
            messages.warning(request, _("%(n)d 条未办理：%(told)s") % {"n": len(refused), "told": told})
        return redirect(back)

    def _asked(
        self,
        request: StaffRequest,
        action: Action[M],
        row: M | None,
        form: Form | None,
        refusal: Refusal | None,
        about: dict[str, object],
        *,
        fresh: bool = False,
    ) -> HttpResponse:
        """Show the action's form: a page of its own, or the inside of a dialog when htmx asks for it."""
        context: dict[str, object] = {
            "action": action,
            "form": form,
            "refusal": refusal,
            "back": _way_back(request) or reverse(f"console:{self.listing or self.name}"),
            "title": action.title,
            "crumbs": [*self.crumbs(), self.own_crumb(row)],
            **about,
        }
        part = request.headers.get("HX-Target") == "dialog-body"
        template = "console/parts/action_form.html" if part else "console/action.html"
        status = refusal.status if refusal else 422 if form is not None and form.errors and not fresh else 200
        return self.page(request, context, template=template, status=status)


def finished(request: StaffRequest, outcome: Outcome, back: str) -> HttpResponse:
    """Tell of a deed and lead on; from a dialog the whole page is led."""
    if isinstance(outcome, HttpResponse) and not isinstance(outcome, HttpResponseRedirect):
        return outcome
    if isinstance(outcome, HttpResponseRedirect):
        back = outcome.url
    elif outcome is not None and not isinstance(outcome, HttpResponse):
        messages.success(request, str(outcome))
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = back
        return answer
    return redirect(back)


def _way_back(request: HttpRequest) -> str:
    """Return the page of ours that the form was opened from, or ""."""
    told = request.POST.get("back") or request.GET.get("back") or request.headers.get("HX-Current-URL", "")
    return own_address(told, host=request.get_host())
