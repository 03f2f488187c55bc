"""What is refused about kept searches."""

from xinglin.commons.errors import NotFound, Refusal


class NothingToSave(Refusal):
    """A search that asks for nothing: everything new would be told, every day."""

    code = "saved_search_empty"


class TooManySavedSearches(Refusal):
    """A reader keeps as many searches as one may."""

    code = "saved_searches_full"


class SavedSearchUnknown(NotFound):
    """There is no such kept search, or it is another reader's."""

    code = "saved_search_unknown"
