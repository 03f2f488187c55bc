"""Template tags of the console: icons, chips, local time, money, form fields, steps, the frame of a page."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from django import template
from django.db.models import Model
from django.forms import BoundField, Form
from django.forms.widgets import (
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    RadioSelect,
    Select,
    Textarea,
)
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from xinglin.commons import onscreen
from xinglin.commons.onscreen import Words
from xinglin.console.access import Place, StaffRequest, as_staff, place_of
from xinglin.console.menu import MenuGroup, menu_of
from xinglin.console.screens.actions import Action, ActsOnRows
from xinglin.console.tones import Chip, Tone, state_chip

register = template.Library()

register.simple_tag(onscreen.icon, name="icon")
register.simple_tag(onscreen.day_text, name="day")
register.simple_tag(onscreen.yuan_text, name="fen")


@register.simple_tag
def when(moment: datetime | date | None) -> str:
    """Show a moment in the library's time; a mere day as a day."""
    return onscreen.moment_text(moment) if isinstance(moment, datetime) else onscreen.day_text(moment)


@register.simple_tag
def state(row: Model, field: str = "state") -> SafeString:
    """Show the state of a row as a chip in the tone its room gave it."""
    return state_chip(row, field).__html__()


@register.simple_tag
def chip(words: Words, tone: str = "quiet") -> SafeString:
    """Show a word as a chip: good, waiting, active, bad or quiet."""
    return Chip(words, Tone(tone)).__html__()


@dataclass(frozen=True)
class Frame:
    """What stands around every page: menu and place of the user; nothing of it for a stranger."""

    staff: StaffRequest | None
    groups: list[MenuGroup]
    place: Place | None

    @property
    def name(self) -> str:
        """What the user is called: family name first, as in Chinese, or the user name."""
        if self.staff is None:
            return ""
        user = self.staff.user
        return f"{user.last_name}{user.first_name}" or user.get_username()


@register.simple_tag(takes_context=True)
def frame(context: template.Context) -> Frame:
    """Return the frame of the page for whoever asks."""
    request = context.get("request")
    staff = as_staff(request) if isinstance(request, HttpRequest) and hasattr(request, "user") else None
    return Frame(staff, menu_of(staff) if staff else [], place_of(staff) if staff else None)


@dataclass(frozen=True)
class Input:
    """A field of a form with the class its widget has in Tabler."""

    bound: BoundField
    kind: str

    def widget(self) -> SafeString:
        """Return the widget, marked wrong where it is."""
        css = {"tick": "form-check-input", "select": "form-select", "choices": ""}.get(
            self.kind, "form-control"
        )
        wrong = " is-invalid" if self.bound.errors else ""
        given = self.bound.field.widget.attrs.get("class", "")
        return self.bound.as_widget(attrs={"class": f"{css}{wrong} {given}".strip()})


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, CheckboxInput):
        return "tick"
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        return "choices"
    if isinstance(widget, (Textarea, FileInput)):
        return "area"
    return "select" if isinstance(widget, Select) else "text"


@register.inclusion_tag("console/parts/fields.html")
def fields(form: Form) -> dict[str, object]:
    """Show a form's fields with labels, help and errors."""
    inputs = [Input(bound, _kind(bound)) for bound in form.visible_fields()]
    return {"form": form, "inputs": inputs}


@register.inclusion_tag("console/parts/steps.html")
def steps(current: int, *titles: Words) -> dict[str, object]:
    """Show where in a procedure the user is; the first step is 1."""
    numbered = list(enumerate(titles, start=1))
    return {"steps": numbered, "current": current, "total": len(numbered)}


@register.simple_tag(takes_context=True)
def action_button(
    context: template.Context,
    screen: ActsOnRows[Model],
    row: Model,
    action: Action[Model],
    small: bool = False,
) -> SafeString:
    """Show the button of an action: it asks first when the action has a form or a sentence to confirm.

    A list has some hundred of them: each is written here, for a template of its own costs as much as ten cells.
    """
    request = context.get("request")
    back = request.get_full_path() if isinstance(request, HttpRequest) else ""
    url = reverse(f"console:{screen.name}.do", args=[row.pk, action.name])
    css = f"btn tone-btn-{action.tone.value}{' btn-sm' if small else ''}"
    drawing = onscreen.icon(action.icon) if action.icon else ""
    if action.asks:
        return format_html(
            '<a class="{}" href="{}?back={}" hx-get="{}" hx-target="#dialog-body" hx-push-url="false">{}{}</a>',
            css, url, quote(back), url, drawing, action.title,
        )  # fmt: skip
    return format_html(
        '<form method="post" action="{}" class="inline"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="back" value="{}"><button class="{}">{}{}</button></form>',
        url, context.get("csrf_token", ""), back, css, drawing, action.title,
    )  # fmt: skip
