"""What harvesting refuses."""

from xinglin.commons.errors import Conflict, Refusal


class HarvestUnderWay(Conflict):
    """The source has a run that is not at its end."""

    code = "harvest_under_way"


class HarvestMoveNotOffered(Conflict):
    """The run does not stand where this could be done to it."""

    code = "harvest_move_not_offered"


class HarvestWindow(Refusal):
    """The window ends before it begins, or lies in the future."""

    code = "harvest_window"


class HarvestSourceChanged(Conflict):
    """Somebody else saved the source first; nothing was overwritten."""

    code = "harvest_source_changed"


class HarvestSourceExists(Conflict):
    """Another source has the same name."""

    code = "harvest_source_exists"
