"""Every change in the reference room; each deed is one transaction."""

from xinglin.reference.services.citations import add_cited, add_citing, remove_cited, take_citations
from xinglin.reference.services.orders import (
    agree,
    amend,
    assign,
    draft,
    quote,
    send_back,
    submit,
    withdraw,
)
from xinglin.reference.services.qualifications import drop_qualification, record_qualification
from xinglin.reference.services.reports import (
    archive_what_is_settled,
    dispute,
    issue,
    redo,
    return_report,
    uphold_report,
)
from xinglin.reference.services.searching import (
    add_related,
    begin_report,
    hand_in,
    note_strategy,
    remove_related,
    say,
    search_again,
)
from xinglin.reference.services.templates import drop_template, keep_template

__all__ = [
    "add_cited",
    "add_citing",
    "add_related",
    "agree",
    "amend",
    "archive_what_is_settled",
    "assign",
    "begin_report",
    "dispute",
    "draft",
    "drop_qualification",
    "drop_template",
    "hand_in",
    "issue",
    "keep_template",
    "note_strategy",
    "quote",
    "record_qualification",
    "redo",
    "remove_cited",
    "remove_related",
    "return_report",
    "say",
    "search_again",
    "send_back",
    "submit",
    "take_citations",
    "uphold_report",
    "withdraw",
]
