"""Rows of document delivery: what is asked, what was delivered, by what rules, and who works on it."""

from xinglin.delivery.models.files import DeliveredFile, FileOpening, OpeningKind
from xinglin.delivery.models.grants import AccessRequest
from xinglin.delivery.models.people import Handler, Skill
from xinglin.delivery.models.policy import (
    CopyrightLimit,
    CopyUse,
    Counting,
    LicensedSource,
    Onward,
    Over,
    Per,
    ServiceTerms,
    Unit,
    Within,
)
from xinglin.delivery.models.requests import DocumentKind, DocumentRequest, Source, Urgency, Visit
from xinglin.delivery.models.searches import ArticleSearch, SearchState

__all__ = [
    "AccessRequest",
    "ArticleSearch",
    "CopyUse",
    "CopyrightLimit",
    "Counting",
    "DeliveredFile",
    "DocumentKind",
    "DocumentRequest",
    "FileOpening",
    "Handler",
    "LicensedSource",
    "Onward",
    "OpeningKind",
    "Over",
    "Per",
    "SearchState",
    "ServiceTerms",
    "Skill",
    "Source",
    "Unit",
    "Urgency",
    "Visit",
    "Within",
]
