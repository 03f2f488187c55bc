"""Records of a small medical library, and words to make more."""

from collections.abc import Iterator
from datetime import UTC, datetime

from hypothesis import strategies as st

from xinglin.catalog.search.documents import SearchDocument

ELECTROCARDIOGRAM, INTERNAL_MEDICINE, INTERNAL_MEDICINE_OLD, ANATOMY, LIFE, BANKING = range(1, 7)

MEDICAL_BOOKS = [
    SearchDocument(
        record_id=ELECTROCARDIOGRAM,
        title="临床心电图学诊断手册",
        authors=("王吉耀", "单田芳"),
        subjects=("心电图",),
        publisher="人民卫生出版社",
        series=("住院医师丛书",),
        year=2011,
        isbns=("978-7-117-22345-4",),
        classes=("R540.4-62",),
        languages=("chi",),
        kind="book",
        libraries=("MAIN", "EAST"),
        on_shelf_libraries=("EAST",),
        added_at=datetime(2024, 1, 5, tzinfo=UTC),
        popularity=3,
    ),
    SearchDocument(
        record_id=INTERNAL_MEDICINE,
        title="内科学",
        subtitle="第9版",
        authors=("葛均波", "徐永健"),
        subjects=("内科学",),
        publisher="人民卫生出版社",
        year=2018,
        classes=("R5",),
        languages=("chi",),
        kind="book",
        libraries=("MAIN",),
        abstract="心电图检查、房颤与抗凝治疗",
        added_at=datetime(2024, 3, 5, tzinfo=UTC),
        popularity=90,
    ),
    SearchDocument(
        record_id=INTERNAL_MEDICINE_OLD,
        title="實用內科學",
        authors=("陳灝珠",),
        subjects=("内科学",),
        publisher="人民卫生出版社",
        year=2001,
        classes=("R5",),
        languages=("chi",),
        kind="book",
        libraries=("WEST",),
        on_shelf_libraries=("WEST",),
        added_at=datetime(2023, 3, 5, tzinfo=UTC),
        popularity=10,
    ),
    SearchDocument(
        record_id=ANATOMY,
        title="Gray's Anatomy",
        subtitle="the anatomical basis of clinical practice",
        authors=("Standring, Susan",),
        subjects=("Anatomy",),
        publisher="Elsevier",
        year=2020,
        isbns=("0-306-40615-2",),
        classes=("R322", "nlm:QS 4"),
        languages=("eng",),
        kind="ebook",
        libraries=("EAST",),
        added_at=datetime(2022, 3, 5, tzinfo=UTC),
    ),
    SearchDocument(
        record_id=LIFE,
        title="活着",
        authors=("余华",),
        year=1998,
        classes=("I247.5",),
        languages=("chi",),
        kind="book",
        libraries=("MAIN", "WEST"),
        on_shelf_libraries=("MAIN",),
        popularity=500,
    ),
    SearchDocument(record_id=BANKING, title="银行行长的一天", kind="article", abstract="he ran a bank"),
]

_COMMON = "心电图内科学诊断治疗护理临床手册图解中国医药外儿妇产眼耳鼻喉口腔的与王李张华余"
_TRADITIONAL = "醫藥學診斷圖護臨手術兒婦產後"

#: Chinese text with traditional characters, punctuation and Latin in between.
chinese = st.text(alphabet=_COMMON + _TRADITIONAL + " ：·《》，ABc9+-（）", min_size=1, max_size=24)


def share_of_books(number: int, of: int) -> Iterator[SearchDocument]:
    """Yield one process's share of the small library, for an index built in parts."""
    yield from MEDICAL_BOOKS[number::of]
