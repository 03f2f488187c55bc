"""A library brings its words and its classes; searches and class lists know them, and forget them again."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from xinglin.catalog import discovery
from xinglin.catalog.classes import caption_of
from xinglin.catalog.copying.errors import MainLibraryOnly
from xinglin.catalog.tests.factories import a_record
from xinglin.catalog.thesaurus import known, services
from xinglin.catalog.thesaurus.errors import VocabularyUnreadable
from xinglin.catalog.thesaurus.known import synonyms_of
from xinglin.catalog.thesaurus.models import Vocabulary, VocabularyKind, Word
from xinglin.catalog.thesaurus.reading import mesh_concepts
from xinglin.commons.sheets import xlsx_bytes
from xinglin.consortium.tests.cast import SmallConsortium

Index = Callable[[], int]

DESCRIPTORS = b"""<?xml version="1.0"?>
<!DOCTYPE DescriptorRecordSet SYSTEM "https://example.org/desc.dtd" [<!ENTITY x "boom">]>
<DescriptorRecordSet>
<DescriptorRecord><DescriptorUI>D009203</DescriptorUI><DescriptorName>
<String>Myocardial Infarction</String></DescriptorName><ConceptList><Concept><TermList>
<Term><String>Myocardial Infarction</String></Term><Term><String>Heart Attack</String></Term>
<Term><String>&x;</String></Term></TermList></Concept></ConceptList></DescriptorRecord>
</DescriptorRecordSet>"""
ASCII = b"""*NEWRECORD
RECTYPE = D
MH = Myocardial Infarction
ENTRY = Heart Attack|T047|NON
PRINT ENTRY = Infarct, Myocardial|T047

*NEWRECORD
MH = Aspirin
"""
WORDS = xlsx_bytes(
    headings=["主题词", "英文主题词", "同义词"],
    rows=[["心肌梗死", "Myocardial Infarction", "心梗；心肌梗塞"], ["", "", "无名"], ["孤词", "", ""]],
)


def load(content: bytes, kind: VocabularyKind, name: str = "表.xlsx") -> Vocabulary:
    loaded = services.load_vocabulary(file=io.BytesIO(content), file_name=name, kind=kind, by=None)
    known.look_again()
    return loaded


@pytest.mark.parametrize("content", [DESCRIPTORS, ASCII])
def test_mesh_is_read_in_both_its_forms(content: bytes) -> None:
    first = next(mesh_concepts(io.BytesIO(content)))
    assert first.headings == ("Myocardial Infarction",) and first.others[0] == "Heart Attack"
    assert "boom" not in first.others


@pytest.mark.corpus
def test_mesh_authorities_in_marcxml_are_read(shared: Path) -> None:
    with (shared / "data" / "library" / "mesh" / "mesh_authorities_marcxml.xml").open("rb") as file:
        concepts = list(mesh_concepts(file))
    assert len(concepts) == 2 and all(concept.headings[0] for concept in concepts)
    assert any(concept.others for concept in concepts)


@pytest.mark.django_db
def test_a_search_finds_by_another_word_and_forgets_it_again(index: Index) -> None:
    a_record("急性心肌梗死诊疗", subjects=("心肌梗死",))
    a_record("护理学基础")
    index()

    def found(text: str) -> list[str]:
        result = discovery.engine().search_text(text)
        return [] if result.forgiven else [hit.title for hit in result.hits]

    assert found("heart attack") == []
    words = load(WORDS, VocabularyKind.WORDS)
    mesh = load(DESCRIPTORS, VocabularyKind.MESH, "desc.xml")
    assert found("心梗") == ["急性心肌梗死诊疗"]
    assert found("heart attack") == ["急性心肌梗死诊疗"] and "心肌梗死" in synonyms_of("Heart attack")
    assert found('"heart attack"') == [], "what stands in quotation marks is meant as it stands"
    assert [number for number, _reason in words.refused] == [3, 4]
    services.unload_vocabulary(vocabulary=words, by=None)
    services.unload_vocabulary(vocabulary=mesh, by=None)
    known.look_again()
    assert synonyms_of("心梗") == () and not Word.objects.exists()


@pytest.mark.django_db
def test_classes_are_called_as_the_library_calls_them(index: Index, client: Client) -> None:
    a_record("心电图诊断学", classes=("R540.4",))
    index()
    assert caption_of("R540.4") == ""
    table = xlsx_bytes(
        headings=["分类号", "类名"], rows=[["R54", "心脏、血管疾病"], ["R540.4", "心脏病诊断学"], ["", "x"]]
    )
    assert load(table, VocabularyKind.CLASSES).words == 2
    assert caption_of("R540.4") == "心脏病诊断学" and caption_of("R5") == "内科学"
    page = client.get("/m/classes/R54/").content.decode()
    assert "心脏、血管疾病" in page and "R540" in page
    deepest = client.get("/m/classes/R5404/").content.decode()
    assert "心脏病诊断学" in deepest and "没有再细分" in deepest


@pytest.mark.django_db
def test_a_file_of_another_kind_and_a_branch_change_nothing(a_small_consortium: SmallConsortium) -> None:
    with pytest.raises(VocabularyUnreadable):
        load(WORDS, VocabularyKind.CLASSES)
    with pytest.raises(VocabularyUnreadable):
        load(b"no vocabulary at all", VocabularyKind.MESH)
    with pytest.raises(MainLibraryOnly):
        services.load_vocabulary(
            file=io.BytesIO(WORDS),
            file_name="表.xlsx",
            kind=VocabularyKind.WORDS,
            by=a_small_consortium.outsider,
        )
    assert not Vocabulary.objects.exists()


@pytest.mark.django_db
def test_the_journey_in_the_console(a_small_consortium: SmallConsortium, client: Client) -> None:
    client.force_login(a_small_consortium.manager.user)
    file = SimpleUploadedFile("主题词.xlsx", WORDS)
    answer = client.post(
        "/console/catalog/vocabulary/new/", {"file": file, "kind": "words", "name": ""}, follow=True
    )
    assert "心肌梗塞" in answer.content.decode()
    assert "主题词.xlsx" in client.get("/console/catalog/vocabularies/").content.decode()
    client.force_login(a_small_consortium.outsider.user)
    assert "主题词.xlsx" not in client.get("/console/catalog/vocabularies/").content.decode()
