"""The kinds of screens a room may register, and their parts."""

from xinglin.console.registry import screen
from xinglin.console.screens.actions import Action, Answers, offered
from xinglin.console.screens.columns import Column
from xinglin.console.screens.detail import DetailScreen, Facts, Related
from xinglin.console.screens.filters import (
    ChoiceFilter,
    DateFilter,
    Filter,
    FlagFilter,
    RelatedFilter,
    TextFilter,
)
from xinglin.console.screens.forms import FormScreen
from xinglin.console.screens.listing import ListScreen
from xinglin.console.screens.pages import PageScreen, RowScreen, RowsScreen, Screen
from xinglin.console.values import Fact, Kind

__all__ = [
    "Action",
    "Answers",
    "ChoiceFilter",
    "Column",
    "DateFilter",
    "DetailScreen",
    "Fact",
    "Facts",
    "Filter",
    "FlagFilter",
    "FormScreen",
    "Kind",
    "ListScreen",
    "PageScreen",
    "Related",
    "RelatedFilter",
    "RowScreen",
    "RowsScreen",
    "Screen",
    "TextFilter",
    "offered",
    "screen",
]
