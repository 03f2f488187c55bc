"""An order's way from the client's draft to the archive: a table.

After GB/T 32003-2015 (科技查新技术规范): commission and contract, search, drafting, review by another person,
report, archive, dispute. A report that was issued is never changed: a dispute that is upheld leads to a new one.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待受理")
    QUOTED = "quoted", _("待委托人确认")
    ACCEPTED = "accepted", _("已受理")
    SEARCHING = "searching", _("检索中")
    DRAFTING = "drafting", _("撰写报告")
    IN_REVIEW = "in_review", _("审核中")
    ISSUED = "issued", _("已出具")
    DISPUTED = "disputed", _("有异议")
    ARCHIVED = "archived", _("已归档")
    WITHDRAWN = "withdrawn", _("已撤销")


CLIENT = "client"
LIBRARIAN = "librarian"
SEARCHER = "searcher"
REVIEWER = "reviewer"
CLOCK = "the clock"

# (where the order stands, what someone does) -> (where it goes, whose hand)
MOVES: dict[tuple[State, str], tuple[State, str]] = {
    (State.DRAFT, "submit_order"): (State.SUBMITTED, CLIENT),
    (State.SUBMITTED, "quote"): (State.QUOTED, LIBRARIAN),
    (State.SUBMITTED, "send_back"): (State.DRAFT, LIBRARIAN),
    (State.QUOTED, "quote"): (State.QUOTED, LIBRARIAN),
    (State.QUOTED, "agree"): (State.ACCEPTED, CLIENT),
    (State.ACCEPTED, "assign"): (State.SEARCHING, LIBRARIAN),
    (State.SEARCHING, "assign"): (State.SEARCHING, LIBRARIAN),
    (State.SEARCHING, "begin_report"): (State.DRAFTING, SEARCHER),
    (State.DRAFTING, "search_again"): (State.SEARCHING, SEARCHER),
    (State.DRAFTING, "hand_in"): (State.IN_REVIEW, SEARCHER),
    (State.IN_REVIEW, "return_report"): (State.DRAFTING, REVIEWER),
    (State.IN_REVIEW, "issue_report"): (State.ISSUED, REVIEWER),
    (State.ISSUED, "dispute"): (State.DISPUTED, CLIENT),
    (State.DISPUTED, "uphold_report"): (State.ISSUED, LIBRARIAN),
    (State.DISPUTED, "redo_report"): (State.DRAFTING, LIBRARIAN),
    (State.ISSUED, "archive"): (State.ARCHIVED, CLOCK),
    **{
        (state, "withdraw_order"): (State.WITHDRAWN, f"{CLIENT} or {LIBRARIAN}")
        for state in (
            State.DRAFT,
            State.SUBMITTED,
            State.QUOTED,
            State.ACCEPTED,
            State.SEARCHING,
            State.DRAFTING,
        )
    },
}

DEEDS = {
    "submit_order": _("提交委托"),
    "quote": _("报价"),
    "send_back": _("退回补充"),
    "agree": _("确认委托"),
    "assign": _("指派"),
    "begin_report": _("开始撰写"),
    "search_again": _("补充检索"),
    "hand_in": _("送审"),
    "return_report": _("退回修改"),
    "issue_report": _("出具报告"),
    "dispute": _("提出异议"),
    "uphold_report": _("维持报告"),
    "redo_report": _("重新出具"),
    "archive": _("归档"),
    "withdraw_order": _("撤销委托"),
}

# Where searcher and reviewer have not been named yet, and where the text may still be written.
WRITING = frozenset({State.SEARCHING, State.DRAFTING})
CLOSED = frozenset({State.ARCHIVED, State.WITHDRAWN})
