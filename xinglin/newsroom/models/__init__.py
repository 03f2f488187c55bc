"""Rows of the newsroom: columns, articles with their revisions, stored files, views, review."""

from xinglin.newsroom.models.articles import Article, ArticleViews, Revision
from xinglin.newsroom.models.columns import Column, ColumnKind
from xinglin.newsroom.models.files import StoredFile
from xinglin.newsroom.models.reviews import (
    ColumnStep,
    Remark,
    Review,
    ReviewEntry,
    ReviewLink,
    ReviewPost,
)

__all__ = [
    "Article",
    "ArticleViews",
    "Column",
    "ColumnKind",
    "ColumnStep",
    "Remark",
    "Review",
    "ReviewEntry",
    "ReviewLink",
    "ReviewPost",
    "Revision",
    "StoredFile",
]
