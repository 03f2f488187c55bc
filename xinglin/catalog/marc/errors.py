"""What a MARC file cannot say, refused before anything is written."""

from xinglin.commons.errors import Refusal


class UnwritableRecord(Refusal):
    """This record does not fit the form or character set asked for; nothing of it was written."""

    code = "marc_unwritable"
