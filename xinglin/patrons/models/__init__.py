"""Rows of the room of readers. Person, card and account are three things."""

from xinglin.patrons.models.imports import BatchState, ImportBatch, ImportRow, RowState
from xinglin.patrons.models.patrons import (
    Card,
    CardState,
    Consent,
    ConsentKind,
    Patron,
    PatronCategory,
    Right,
)
from xinglin.patrons.models.sign_in import Directory, DirectoryKind, PhoneCode, SamlAnswer, SignInTicket
from xinglin.patrons.models.tries import Tries

__all__ = [
    "BatchState",
    "Card",
    "CardState",
    "Consent",
    "ConsentKind",
    "Directory",
    "DirectoryKind",
    "ImportBatch",
    "ImportRow",
    "Patron",
    "PatronCategory",
    "PhoneCode",
    "Right",
    "RowState",
    "SamlAnswer",
    "SignInTicket",
    "Tries",
]
