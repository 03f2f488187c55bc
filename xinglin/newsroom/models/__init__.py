"""Rows of the newsroom: columns, articles with their revisions, stored files, views, review."""

from xinglin.newsroom.models.answers import Answer, Comment, CommentState, Rating, Share
from xinglin.newsroom.models.articles import Article, ArticleViews, Revision
from xinglin.newsroom.models.columns import Column, ColumnKind
from xinglin.newsroom.models.files import StoredFile
from xinglin.newsroom.models.publishing import (
    Outlet,
    PlatformPicture,
    Posting,
    Recheck,
    RecheckOutcome,
    StyleKit,
)
from xinglin.newsroom.models.reviews import (
    ColumnStep,
    Remark,
    Review,
    ReviewEntry,
    ReviewLink,
    ReviewPost,
)

__all__ = [
    "Answer",
    "Article",
    "ArticleViews",
    "Column",
    "ColumnKind",
    "ColumnStep",
    "Comment",
    "CommentState",
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
    "Revision",
    "Share",
    "StoredFile",
    "StyleKit",
]
