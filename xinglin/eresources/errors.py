"""What the room of electronic resources refuses."""

from xinglin.commons.errors import Conflict, NotFound, Refusal


class DatabaseUnknown(NotFound):
    """No such database, or it is not shown to readers any more."""

    code = "database_unknown"


class DatabaseCodeTaken(Conflict):
    """Another database has this code."""

    code = "database_code_taken"


class DatabaseChangedMeanwhile(Conflict):
    """Someone else saved the database first; nothing was overwritten."""

    code = "database_changed_meanwhile"


class DatabaseDeedNotPossible(Conflict):
    """The database does not stand where this can be done."""

    code = "database_deed_not_possible"


class DatabaseUnfit(Refusal):
    """What was said about a database cannot be: its address, its trial, its languages."""

    code = "database_unfit"


class TitleListUnfit(Refusal):
    """A title list without a name, or of which no row can be taken."""

    code = "title_list_unfit"
