"""The newsroom's screens in the console: articles, the editor, columns, review."""

from xinglin.newsroom.console import articles, columns, editor, review_setup, reviews

__all__ = ["articles", "columns", "editor", "review_setup", "reviews"]
