"""The newsroom's screens in the console: articles, the editor, columns, review."""

from xinglin.newsroom.console import (
    answers,
    articles,
    columns,
    editor,
    outlets,
    postings,
    review_setup,
    reviews,
)

__all__ = ["answers", "articles", "columns", "editor", "outlets", "postings", "review_setup", "reviews"]
