"""What the catalogue refuses."""

from xinglin.commons.errors import Conflict, NotAllowed, NotFound, Refusal


class RecordUnknown(NotFound):
    """There is no such record, or it was deleted."""

    code = "record_unknown"


class ItemUnknown(NotFound):
    """There is no such item, or it is another library's."""

    code = "item_unknown"


class RecordChangedMeanwhile(Conflict):
    """Someone else saved the record first; nothing was overwritten."""

    code = "record_changed_meanwhile"


class ControlNumberTaken(Conflict):
    """Another record carries the same control number of the same agency."""

    code = "control_number_taken"


class BarcodeTaken(Conflict):
    """Another item of the library carries the barcode."""

    code = "barcode_taken"


class HoldingExists(Conflict):
    """The library has a holding at that place under that call number already."""

    code = "holding_exists"


class TitleMissing(Refusal):
    """A record without a title: nobody could find or name it."""

    code = "title_missing"


class RecordStillHeld(Refusal):
    """A record with holdings is not deleted."""

    code = "record_still_held"


class SharedRecord(NotAllowed):
    """The record is held by other libraries too: its description belongs to all of them."""

    code = "shared_record"


class HoldingNotEmpty(Refusal):
    """A holding with items is not deleted."""

    code = "holding_not_empty"


class MoveNotOffered(Refusal):
    """What was asked for cannot be done from the present state."""

    code = "move_not_offered"


class ItemInUse(Refusal):
    """The item is on loan, under way or kept for a reader."""

    code = "item_in_use"


class AlreadyImported(Conflict):
    """The same file was sent in before and its effect stands."""

    code = "already_imported"


class NothingToImport(Refusal):
    """A file without a single record in it."""

    code = "nothing_to_import"


class FileTooLarge(Refusal):
    """A file beyond what one upload may hold."""

    code = "import_too_large"


class AlreadyDecided(Conflict):
    """Somebody decided this doubtful pair already."""

    code = "already_decided"
