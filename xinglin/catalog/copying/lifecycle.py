"""Where a proposal stands, and who moves it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProposalState(models.TextChoices):
    """Where a branch's proposal stands."""

    OPEN = "open", _("待总馆处理")
    ACCEPTED = "accepted", _("已采纳")
    REFUSED = "refused", _("未采纳")
    WITHDRAWN = "withdrawn", _("已撤回")


MAIN_LIBRARY = "main library"
PROPOSER = "proposer"

# (where it stands, what someone does) -> (where it goes, whose hand)
PROPOSAL_MOVES: dict[tuple[ProposalState, str], tuple[ProposalState, str]] = {
    (ProposalState.OPEN, "accept"): (ProposalState.ACCEPTED, MAIN_LIBRARY),
    (ProposalState.OPEN, "refuse"): (ProposalState.REFUSED, MAIN_LIBRARY),
    (ProposalState.OPEN, "withdraw"): (ProposalState.WITHDRAWN, PROPOSER),
}
