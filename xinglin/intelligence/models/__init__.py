"""The rows of research intelligence."""

from xinglin.intelligence.models.records import BlockKey, Doubt, Publication, Record, RecordVersion
from xinglin.intelligence.models.runs import FileImport, HandTask, Run, RunItem, RunKind
from xinglin.intelligence.models.screening import Finding, Screening
from xinglin.intelligence.models.topics import Source, SourceKind, Topic
from xinglin.intelligence.products.models import Following, Product, ProductKind, Reading

__all__ = [
    "BlockKey",
    "Doubt",
    "FileImport",
    "Finding",
    "Following",
    "HandTask",
    "Product",
    "ProductKind",
    "Publication",
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
]
