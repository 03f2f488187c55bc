"""Every change to readers, cards, categories and consents; each deed is one transaction."""

from xinglin.patrons.services.cards import issue_card, replace_card, report_card_lost
from xinglin.patrons.services.categories import add_category, amend_category
from xinglin.patrons.services.directories import set_directory, switch_directory
from xinglin.patrons.services.identity import set_password, verify_card
from xinglin.patrons.services.patrons import amend, extend, register
from xinglin.patrons.services.privacy import (
    ask_for_erasure,
    erase,
    give_consent,
    withdraw_consent,
    withdraw_erasure_request,
)
from xinglin.patrons.services.standing import come_back, leave, reinstate, suspend

__all__ = [
    "add_category",
    "amend",
    "amend_category",
    "ask_for_erasure",
    "come_back",
    "erase",
    "extend",
    "give_consent",
    "issue_card",
    "leave",
    "register",
    "reinstate",
    "replace_card",
    "report_card_lost",
    "set_directory",
    "set_password",
    "suspend",
    "switch_directory",
    "verify_card",
    "withdraw_consent",
    "withdraw_erasure_request",
]
