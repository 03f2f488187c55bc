"""The deeds of vocabularies: load a file, take it back."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from xinglin.catalog.copying.queries import require_main_library
from xinglin.catalog.search.numbers import class_key
from xinglin.catalog.search.text import squash
from xinglin.catalog.thesaurus import reading
from xinglin.catalog.thesaurus.errors import VocabularyUnknown, VocabularyUnreadable
from xinglin.catalog.thesaurus.models import ClassCaption, Vocabulary, VocabularyKind, Word
from xinglin.catalog.thesaurus.reading import Concept, RefusedLine
from xinglin.commons import clock, history
from xinglin.commons.text import plain, shortened
from xinglin.consortium.models import Staff

PERMISSION = "catalog.change_record"
_CHUNK = 5_000
_MOST_REFUSED = 1_000
_LONGEST_KEY = 160
M = TypeVar("M", bound=models.Model)


@transaction.atomic
def load_vocabulary(
    *, file: BinaryIO, file_name: str, kind: VocabularyKind, name: str = "", by: Staff | None
) -> Vocabulary:
    """Take in a vocabulary; searches and class lists know it from the next minute on.

    Raises ``MainLibraryOnly``, ``VocabularyUnreadable`` for a file that holds nothing of the kind.
    """
    require_main_library(by, PERMISSION)
    vocabulary = Vocabulary.objects.create(
        kind=kind,
        name=shortened(plain(name).strip() or plain(file_name), characters=120),
        file_name=shortened(plain(file_name) or "-", characters=200),
        loaded_at=clock.now(),
        by=by,
    )
    refused: list[RefusedLine] = []
    if kind is VocabularyKind.CLASSES:
        classes = _taken(reading.table_classes(file, name=file_name), refused)
        vocabulary.words = _write(ClassCaption, _captions(vocabulary, classes))
    else:
        said: Iterable[Concept | RefusedLine] = (
            reading.mesh_concepts(file)
            if kind is VocabularyKind.MESH
            else reading.table_concepts(file, name=file_name)
        )
        vocabulary.words = _write(Word, _words(vocabulary, _taken(said, refused)))
    if not vocabulary.words:
        raise VocabularyUnreadable(
            _(
                "在文件里没有读到词或类目：主题词表要有“主题词”和“同义词”或“英文主题词”列，分类表要有“分类号”和“类名”列。"
            )
        )
    vocabulary.refused = [[line.number, line.reason] for line in refused[:_MOST_REFUSED]]
    vocabulary.save(update_fields=["words", "refused"])
    history.record(vocabulary, "load", by=by.user if by else None, changes={"words": vocabulary.words})
    return vocabulary


@transaction.atomic
def unload_vocabulary(*, vocabulary: Vocabulary, by: Staff | None) -> None:
    """Take a vocabulary back with all its words. Raises ``MainLibraryOnly``, ``VocabularyUnknown``."""
    require_main_library(by, PERMISSION)
    current = Vocabulary.objects.select_for_update().filter(pk=vocabulary.pk).first()
    if current is None:
        raise VocabularyUnknown(_("这个词表已被撤下；请刷新后再看。"))
    history.record(current, "unload", by=by.user if by else None, changes={"name": current.name})
    current.delete()


T = TypeVar("T")


def _taken(said: Iterable[T | RefusedLine], refused: list[RefusedLine]) -> Iterator[T]:
    for each in said:
        if isinstance(each, RefusedLine):
            refused.append(each)
        else:
            yield each


def _words(vocabulary: Vocabulary, concepts: Iterable[Concept]) -> Iterator[Word]:
    for concept in concepts:
        seen: set[str] = set()
        for text in (*concept.headings, *concept.others):
            key = squash(text)[:_LONGEST_KEY]
            if key and key not in seen:
                seen.add(key)
                yield Word(
                    vocabulary=vocabulary,
                    concept=concept.name,
                    text=text,
                    key=key,
                    is_heading=text in concept.headings,
                )


def _captions(vocabulary: Vocabulary, classes: Iterable[tuple[str, str]]) -> Iterator[ClassCaption]:
    for number, caption in classes:
        key = class_key(number)[:60]
        if key:
            yield ClassCaption(vocabulary=vocabulary, number=number, key=key, caption=caption)


def _write(model: type[M], rows: Iterator[M]) -> int:
    """Write rows in chunks; a class or a word that a table names twice is taken once."""
    count = 0
    while chunk := list(islice(rows, _CHUNK)):
        model._default_manager.bulk_create(chunk, ignore_conflicts=True)
        count += len(chunk)
    return count
