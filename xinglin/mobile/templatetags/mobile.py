"""Template tags of the reader's pages: icons, chips, local time, money, form cells, the shell."""

from dataclasses import dataclass
from datetime import date, datetime

from django import template
from django.forms import BoundField, Form
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select, Textarea
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from xinglin.commons import onscreen
from xinglin.commons.onscreen import Words
from xinglin.mobile.shell import Shell, shell_of

register = template.Library()

register.simple_tag(onscreen.icon, name="icon")
register.simple_tag(onscreen.day_text, name="day")
register.simple_tag(onscreen.yuan_text, name="fen")

TONES = ("good", "waiting", "active", "bad", "quiet")


@register.simple_tag
def when(moment: datetime | date | None) -> str:
    """Show a moment in the library's time; a mere day as a day."""
    return onscreen.moment_text(moment) if isinstance(moment, datetime) else onscreen.day_text(moment)


@register.simple_tag
def chip(words: Words, tone: str = "quiet") -> SafeString:
    """Show a word as a chip. Raises ``ValueError`` for a tone that does not exist."""
    if tone not in TONES:
        raise ValueError(f"a chip is {', '.join(TONES)}; not {tone!r}")
    return format_html('<span class="chip tone-{}">{}</span>', tone, words)


@register.simple_tag(takes_context=True)
def shell(context: template.Context) -> Shell:
    """Return the shell of the page shown. Raises ``LookupError`` where a template has no request."""
    request = context.get("request")
    if not isinstance(request, HttpRequest):
        raise LookupError("a reader's page is rendered with its request")
    return shell_of(request)


@dataclass(frozen=True)
class Cell:
    """A field of a form as a WeUI cell."""

    bound: BoundField
    kind: str

    def widget(self) -> SafeString:
        """Return the widget with WeUI's class; Django lets it point to its help and errors."""
        css = {"select": "weui-select", "area": "weui-textarea", "text": "weui-input"}.get(self.kind, "")
        return self.bound.as_widget(attrs={"class": css} if css else None)


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, CheckboxInput):
        return "tick"
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        return "choices"
    if isinstance(widget, Select):
        return "select"
    return "area" if isinstance(widget, Textarea) else "text"


@register.inclusion_tag("mobile/parts/cells.html")
def cells(form: Form) -> dict[str, object]:
    """Show a form's fields as WeUI cells, with labels, help and errors."""
    return {"form": form, "cells": [Cell(bound, _kind(bound)) for bound in form.visible_fields()]}
