"""The newsroom's screens in the console: articles, the editor, columns, review, channels, answers, quality."""

from xinglin.newsroom.console import (
    answers,
    articles,
    calendar,
    columns,
    correspondents,
    editor,
    links,
    outlets,
    plan,
    postings,
    quality,
    rechecks,
    review_setup,
    reviews,
    rumours,
    topics,
)

__all__ = [
    "answers",
    "articles",
    "calendar",
    "columns",
    "correspondents",
    "editor",
    "links",
    "outlets",
    "plan",
    "postings",
    "quality",
    "rechecks",
    "review_setup",
    "reviews",
    "rumours",
    "topics",
]
