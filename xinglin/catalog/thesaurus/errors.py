"""What is refused about vocabularies."""

from xinglin.commons.errors import NotFound, Refusal


class VocabularyUnreadable(Refusal):
    """A file that is no vocabulary of the kind it was said to be."""

    code = "vocabulary_unreadable"


class VocabularyUnknown(NotFound):
    """There is no such vocabulary, or it was taken back."""

    code = "vocabulary_unknown"
