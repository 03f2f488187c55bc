"""Every change to electronic resources; each deed is one transaction."""

from xinglin.eresources.services.databases import (
    MOST_SUBJECTS,
    Entry,
    add_database,
    amend_database,
    count_visit,
    drop_favourite,
    end_entitlement,
    entitle,
    hide_database,
    mark_favourite,
    show_database,
)
from xinglin.eresources.services.titles import end_title_list, take_title_list

__all__ = [
    "MOST_SUBJECTS",
    "Entry",
    "add_database",
    "amend_database",
    "count_visit",
    "drop_favourite",
    "end_entitlement",
    "end_title_list",
    "entitle",
    "hide_database",
    "mark_favourite",
    "show_database",
    "take_title_list",
]
