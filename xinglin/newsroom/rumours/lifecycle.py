"""The way of a rumour card: a table."""

from xinglin.newsroom.models.rumours import RumourState

WRITER, GATEKEEPER = "writer", "gatekeeper"

RUMOUR_MOVES: dict[tuple[RumourState, str], tuple[RumourState, str]] = {
    (RumourState.DRAFT, "amend"): (RumourState.DRAFT, WRITER),
    (RumourState.DRAFT, "approve"): (RumourState.APPROVED, GATEKEEPER),
    (RumourState.APPROVED, "amend"): (RumourState.DRAFT, WRITER),
    (RumourState.APPROVED, "retire"): (RumourState.RETIRED, WRITER),
    (RumourState.RETIRED, "amend"): (RumourState.DRAFT, WRITER),
}
