"""What is refused of watches and briefs."""

from xinglin.commons.errors import Conflict, NotFound, Refusal


class WatchUnfit(Refusal):
    """A watch, a story or a table cannot be as it was entered."""

    code = "watch_unfit"


class WatchDeedNotPossible(Conflict):
    """The thing does not stand where this can be done, or somebody changed it meanwhile."""

    code = "watch_deed_not_possible"


class BriefUnfit(Refusal):
    """A brief is not on one page, says no action, or has nobody to go to."""

    code = "brief_unfit"


class BriefUnknown(NotFound):
    """The link to a brief is not whole, or the brief was taken back."""

    code = "brief_unknown"
