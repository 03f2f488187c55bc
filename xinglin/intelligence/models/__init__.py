"""The rows of research intelligence."""

from xinglin.intelligence.models.records import BlockKey, Doubt, Publication, Record, RecordVersion
from xinglin.intelligence.models.runs import FileImport, HandTask, Run, RunItem, RunKind
from xinglin.intelligence.models.screening import Finding, Screening
from xinglin.intelligence.models.topics import Source, SourceKind, Topic
from xinglin.intelligence.patents.models import PatentSet
from xinglin.intelligence.products.models import Following, Product, ProductKind, Reading
from xinglin.intelligence.watching.models import Alarm, Copy, Item, ItemImport, Recipient, Watch

__all__ = [
    "Alarm",
    "BlockKey",
    "Copy",
    "Doubt",
    "FileImport",
    "Finding",
    "Following",
    "HandTask",
    "Item",
    "ItemImport",
    "PatentSet",
    "Product",
    "ProductKind",
    "Publication",
    "Reading",
    "Recipient",
    "Record",
    "RecordVersion",
    "Run",
    "RunItem",
    "RunKind",
    "Screening",
    "Source",
    "SourceKind",
    "Topic",
    "Watch",
]
