"""Every change to columns, articles and their files; each deed is one transaction."""

from xinglin.newsroom.services.articles import Arrangement, discard, restore, revise, write
from xinglin.newsroom.services.columns import add_column, amend_column, lay_out_columns
from xinglin.newsroom.services.files import keep_file
from xinglin.newsroom.services.publishing import count_view, pin, publish, unpin, withdraw

__all__ = [
    "Arrangement",
    "add_column",
    "amend_column",
    "count_view",
    "discard",
    "keep_file",
    "lay_out_columns",
    "pin",
    "publish",
    "restore",
    "revise",
    "unpin",
    "withdraw",
    "write",
]
