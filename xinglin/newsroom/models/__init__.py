"""Rows of the newsroom: columns, articles with their revisions, stored files, views, review."""

from xinglin.newsroom.models.answers import Answer, Comment, CommentState, Rating, Share
from xinglin.newsroom.models.articles import Article, ArticleTemplate, ArticleViews, EditLock, Revision
from xinglin.newsroom.models.columns import Column, ColumnKind
from xinglin.newsroom.models.files import StoredFile
from xinglin.newsroom.models.planning import Correspondent, Expert, Topic
from xinglin.newsroom.models.publishing import (
    DigestLetter,
    DigestSubscription,
    Outlet,
    PlatformPicture,
    Posting,
    Recheck,
    RecheckOutcome,
    StyleKit,
)
from xinglin.newsroom.models.quality import Band, CollectedSource, LinkReport, Sketch, Term
from xinglin.newsroom.models.reviews import (
    ColumnStep,
    Remark,
    Review,
    ReviewEntry,
    ReviewLink,
    ReviewPost,
    ReviewTold,
)
from xinglin.newsroom.models.rumours import Rumour, RumourState, Verdict

__all__ = [
    "Answer",
    "Article",
    "ArticleTemplate",
    "ArticleViews",
    "Band",
    "CollectedSource",
    "Column",
    "ColumnKind",
    "ColumnStep",
    "Comment",
    "CommentState",
    "Correspondent",
    "DigestLetter",
    "DigestSubscription",
    "EditLock",
    "Expert",
    "LinkReport",
    "Outlet",
    "PlatformPicture",
    "Posting",
    "Rating",
    "Recheck",
    "RecheckOutcome",
    "Remark",
    "Review",
    "ReviewEntry",
    "ReviewLink",
    "ReviewPost",
    "ReviewTold",
    "Revision",
    "Rumour",
    "RumourState",
    "Share",
    "Sketch",
    "StoredFile",
    "StyleKit",
    "Term",
    "Topic",
    "Verdict",
]
