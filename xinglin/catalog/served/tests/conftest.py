"""A catalogue to be served: MARC of both families, a row without MARC, one that is gone."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from xinglin.catalog import indexer, services
from xinglin.catalog.description import Native
from xinglin.catalog.marc import ControlField, DataField, Flavour, facts_of, read_record, write_iso2709
from xinglin.catalog.marc import Record as MarcRecord
from xinglin.catalog.models import Flavour as StoredFlavour
from xinglin.catalog.models import Format, Record
from xinglin.catalog.projection import description_of
from xinglin.catalog.tests.factories import a_holding, a_record, cnmarc
from xinglin.commons.testing import browser as browser
from xinglin.commons.testing import browser_page as browser_page
from xinglin.consortium.tests.cast import SmallConsortium


@pytest.fixture
def index(settings: Settings, tmp_path: Path) -> Callable[[], int]:
    """An empty index for one test; call it to bring it up to date."""
    settings.INDEX_ROOT = tmp_path / "index"
    return indexer.index_now


def kept(raw: bytes) -> Record:
    """Keep one ISO 2709 record in the catalogue."""
    read = read_record(raw)
    native = Native(
        raw=raw, format=Format.ISO2709, charset=read.charset, flavour=StoredFlavour(read.flavour.value)
    )
    return services.add_record(
        description=description_of(facts_of(read.record, read.flavour)), native=native, by=None
    )


def marc21(
    number: str, title: str, *, year: str = "2019", isbn: str = "", author: str = "Braunwald, E."
) -> bytes:
    """One MARC 21 record."""
    fields = (
        ControlField("001", number),
        ControlField("003", "DLC"),
        ControlField("008", f"190101s{year}    nyu           000 0 eng d"),
        *((DataField("020", " ", " ", (("a", isbn),)),) if isbn else ()),
        DataField("100", "1", " ", (("a", author),)),
        DataField("245", "1", "0", (("a", title),)),
        DataField("264", " ", "1", (("a", "New York :"), ("b", "Elsevier,"), ("c", year))),
        DataField("650", " ", "2", (("a", "Electrocardiography"),)),
    )
    return write_iso2709(MarcRecord("00000nam a2200000 i 4500", fields), flavour=Flavour.MARC21)


@dataclass(frozen=True)
class Served:
    """The records of the fixture, by what they are for."""

    chinese: Record
    english: Record
    bare: Record
    gone: Record


@pytest.fixture
def served(a_small_consortium: SmallConsortium) -> Served:
    """Four records: CNMARC at the main library, MARC 21 at A, one without MARC, one deleted."""
    chinese = kept(cnmarc("012001", "心电图诊断学", isbn="978-7-117-26678-9"))
    english = kept(marc21("88001", "Heart disease & <medicine>"))
    bare = a_record(
        "护理学基础", authors=("李小妹",), year=2021, classes=("R47",), publisher="人民卫生出版社"
    )
    gone = a_record("旧书一种")
    a_holding(chinese, a_small_consortium.main)
    a_holding(english, a_small_consortium.a, "WG 140")
    services.delete_record(record=gone, by=None)
    return Served(chinese, english, bare, gone)
