"""What the newsroom announces."""

from dataclasses import dataclass

from xinglin.commons.bulletin import Event


@dataclass(frozen=True)
class ArticlePublished(Event):
    """A revision of an article is shown to readers; also when a published article got a new text."""

    article_id: int
    revision_id: int


@dataclass(frozen=True)
class ArticleWithdrawn(Event):
    """An article is shown to nobody any more."""

    article_id: int


@dataclass(frozen=True)
class ReviewAsked(Event):
    """A round of review waits for the hand of its next step."""

    review_id: int
    hand: str


@dataclass(frozen=True)
class ReviewPassed(Event):
    """Everybody has nodded: the text may be published as it is."""

    review_id: int


@dataclass(frozen=True)
class ReviewReturned(Event):
    """A reviewer sent an article back to its writer, with remarks."""

    review_id: int


@dataclass(frozen=True)
class ReviewOverdue(Event):
    """A step of review is late: its deputy may act now; announced once for a step."""

    review_id: int
