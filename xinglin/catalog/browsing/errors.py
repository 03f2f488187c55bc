"""What is refused about reading lists."""

from xinglin.commons.errors import NotFound, Refusal


class ReadingListUnknown(NotFound):
    """There is no such list, or it is not published."""

    code = "reading_list_unknown"


class ReadingListUnreadable(Refusal):
    """Lines of a list that name no book of the catalogue, or more than one."""

    code = "reading_list_lines"
