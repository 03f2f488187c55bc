"""Rows of the catalogue: records, holdings and items, the change log, imports."""

from xinglin.catalog.browsing.models import ListedBook, ReadingList
from xinglin.catalog.copying.models import CopiedRecord, CopySource, RecordProposal
from xinglin.catalog.editing.models import RecordEditing, TableDraft
from xinglin.catalog.harvesting.models import HarvestedRecord, HarvestRun, HarvestSource
from xinglin.catalog.missing.models import MissedSearch
from xinglin.catalog.models.holdings import Holding, Item, ItemType
from xinglin.catalog.models.imports import ImportBatch, ImportProfile, ImportRow, OnMatch
from xinglin.catalog.models.records import Flavour, Format, Kind, Record, RecordChange, RecordState
from xinglin.catalog.policy.models import ClassDuty
from xinglin.catalog.thesaurus.models import ClassCaption, Vocabulary, VocabularyKind, Word
from xinglin.catalog.watching.models import SavedSearch

__all__ = [
    "ClassCaption",
    "ClassDuty",
    "CopiedRecord",
    "CopySource",
    "Flavour",
    "Format",
    "HarvestRun",
    "HarvestSource",
    "HarvestedRecord",
    "Holding",
    "ImportBatch",
    "ImportProfile",
    "ImportRow",
    "Item",
    "ItemType",
    "Kind",
    "ListedBook",
    "MissedSearch",
    "OnMatch",
    "ReadingList",
    "Record",
    "RecordChange",
    "RecordEditing",
    "RecordProposal",
    "RecordState",
    "SavedSearch",
    "TableDraft",
    "Vocabulary",
    "VocabularyKind",
    "Word",
]
