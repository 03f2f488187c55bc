"""The newsroom's screens in the console: articles, the editor, columns."""

from xinglin.newsroom.console import articles, columns, editor

__all__ = ["articles", "columns", "editor"]
