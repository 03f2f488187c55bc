"""Rows of the catalogue: records, holdings and items, the change log, imports."""

from xinglin.catalog.models.holdings import Holding, Item, ItemType
from xinglin.catalog.models.imports import ImportBatch, ImportProfile, ImportRow, OnMatch
from xinglin.catalog.models.records import Flavour, Format, Kind, Record, RecordChange, RecordState

__all__ = [
    "Flavour",
    "Format",
    "Holding",
    "ImportBatch",
    "ImportProfile",
    "ImportRow",
    "Item",
    "ItemType",
    "Kind",
    "OnMatch",
    "Record",
    "RecordChange",
    "RecordState",
]
