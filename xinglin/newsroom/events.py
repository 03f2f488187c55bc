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
