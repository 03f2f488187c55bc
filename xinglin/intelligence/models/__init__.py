"""The rows of research intelligence."""

from xinglin.intelligence.models.opinions import Opinion
from xinglin.intelligence.models.records import BlockKey, Doubt, Publication, Record, RecordVersion
from xinglin.intelligence.models.runs import FileImport, HandTask, Run, RunItem, RunKind
from xinglin.intelligence.models.screening import Finding, Screening
from xinglin.intelligence.models.topics import Source, SourceKind, Topic
from xinglin.intelligence.products.models import Following, Product, ProductKind, Reading
from xinglin.intelligence.sdi.models import (
    Example,
    Liaison,
    Member,
    Profile,
    ProfileKind,
    Push,
    PushedPaper,
    Verdict,
)

__all__ = [
    "BlockKey",
    "Doubt",
    "Example",
    "FileImport",
    "Finding",
    "Following",
    "HandTask",
    "Liaison",
    "Member",
    "Opinion",
    "Product",
    "ProductKind",
    "Profile",
    "ProfileKind",
    "Publication",
    "Push",
    "PushedPaper",
    "Reading",
    "Record",
    "RecordVersion",
    "Run",
    "RunItem",
    "RunKind",
    "Screening",
    "Source",
    "SourceKind",
    "Topic",
    "Verdict",
]
