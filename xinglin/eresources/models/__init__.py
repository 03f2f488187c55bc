"""The rows of electronic resources: databases and who may use them, and the titles they hold."""

from xinglin.eresources.models.databases import (
    ContentType,
    DailyVisits,
    Database,
    Entitlement,
    Favourite,
    Kind,
    Language,
    subject_word,
)
from xinglin.eresources.models.titles import Depth, LicensedTitle, TitleKind, TitleList

__all__ = [
    "ContentType",
    "DailyVisits",
    "Database",
    "Depth",
    "Entitlement",
    "Favourite",
    "Kind",
    "Language",
    "LicensedTitle",
    "TitleKind",
    "TitleList",
    "subject_word",
]
