"""Rows of the newsroom: columns, articles with their revisions, stored files, and views by the day."""

from xinglin.newsroom.models.articles import Article, ArticleViews, Revision
from xinglin.newsroom.models.columns import Column, ColumnKind
from xinglin.newsroom.models.files import StoredFile

__all__ = ["Article", "ArticleViews", "Column", "ColumnKind", "Revision", "StoredFile"]
