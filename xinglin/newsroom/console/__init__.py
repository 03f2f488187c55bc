"""The newsroom's screens in the console: articles, the editor, columns, review, channels, answers, quality."""

from xinglin.newsroom.console import (
    answers,
    articles,
    columns,
    editor,
    outlets,
    planning,
    postings,
    quality,
    review_setup,
    reviews,
    rumours,
)

__all__ = [
    "answers",
    "articles",
    "columns",
    "editor",
    "outlets",
    "planning",
    "postings",
    "quality",
    "review_setup",
    "reviews",
    "rumours",
]
