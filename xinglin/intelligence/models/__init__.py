"""The rows of research intelligence."""

from xinglin.intelligence.labelling.models import Filing, FilingOrigin, Heading
from xinglin.intelligence.models.opinions import Opinion
from xinglin.intelligence.models.records import BlockKey, Doubt, Publication, Record, RecordVersion
from xinglin.intelligence.models.runs import FileImport, HandTask, Run, RunItem, RunKind
from xinglin.intelligence.models.screening import Finding, Screening
from xinglin.intelligence.models.topics import Source, SourceKind, Topic
from xinglin.intelligence.patents.models import PatentSet
from xinglin.intelligence.products.models import Following, Product, ProductKind, ProductTemplate, Reading
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
from xinglin.intelligence.watching.models import Alarm, Copy, Item, ItemImport, Recipient, Watch

__all__ = [
    "Alarm",
    "BlockKey",
    "Copy",
    "Doubt",
    "Example",
    "FileImport",
    "Filing",
    "FilingOrigin",
    "Finding",
    "Following",
    "HandTask",
    "Heading",
    "Item",
    "ItemImport",
    "Liaison",
    "Member",
    "Opinion",
    "PatentSet",
    "Product",
    "ProductKind",
    "ProductTemplate",
    "Profile",
    "ProfileKind",
    "Publication",
    "Push",
    "PushedPaper",
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
    "Verdict",
    "Watch",
]
