"""Power cuts: a node of the index and an import are killed as they work; nothing is lost, nothing comes twice."""

import io
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from xinglin.catalog import services, tasks
from xinglin.catalog.description import taken_from
from xinglin.catalog.lifecycle import BatchState, Outcome
from xinglin.catalog.models import Holding, ImportRow, Item, Record
from xinglin.catalog.search.engine import SearchEngine
from xinglin.catalog.search.errors import IndexNotReady
from xinglin.catalog.tests import processes
from xinglin.catalog.tests.factories import a_record, cnmarc
from xinglin.consortium.tests.cast import SmallConsortium

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


class Node:
    """The index of one node, as its pages search it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._engine = SearchEngine(root / "catalog")

    def titles(self) -> list[str]:
        try:
            return sorted(hit.title for hit in self._engine.search_text("心电图").hits)
        except IndexNotReady:
            return []

    def comes_to(self, *titles: str) -> bool:
        """Whether the node finds exactly these before patience ends."""
        pause = threading.Event()
        for _look in range(int(processes.PATIENCE / 0.05)):
            if self.titles() == sorted(titles):
                return True
            pause.wait(0.05)
        return False


def test_two_nodes_follow_the_catalogue_and_a_killed_one_catches_up_from_nothing(tmp_path: Path) -> None:
    one, two = Node(tmp_path / "one"), Node(tmp_path / "two")
    first, second = a_record("心电图甲"), a_record("心电图乙")
    with processes.running(processes.follow, one.root):
        with processes.running(processes.follow, two.root) as (process, _said):
            assert one.comes_to("心电图甲", "心电图乙") and two.comes_to("心电图甲", "心电图乙")
            a_record("心电图丙")
            assert one.comes_to("心电图甲", "心电图乙", "心电图丙")
            assert two.comes_to("心电图甲", "心电图乙", "心电图丙")
            processes.kill(process)
        services.delete_record(record=first, by=None)
        services.amend_record(
            record=second, version=1, description=replace(taken_from(second), title="心电图新乙"), by=None
        )
        assert one.comes_to("心电图新乙", "心电图丙")
        assert two.titles() == ["心电图丙", "心电图乙", "心电图甲"]  # dead: it serves what it had
        shutil.rmtree(two.root)
        with processes.running(processes.follow, two.root):
            assert Node(two.root).comes_to("心电图新乙", "心电图丙")


def test_an_import_killed_inside_a_transaction_goes_on_and_takes_nothing_twice(
    a_small_consortium: SmallConsortium,
) -> None:
    data = b"".join(
        cnmarc(f"n{n}", f"急诊心电图 {n}册", barcode=f"B{n}", call=f"R540.4/{n}") for n in "一二三四五"
    )
    batch = services.upload(file=io.BytesIO(data), name="new.mrc", library=a_small_consortium.main, by=None)
    tasks.preview_import(batch_id=batch.pk)
    services.start(batch=batch, by=None)
    with processes.running(processes.import_and_stand_still, batch.pk, 1) as (process, said):
        assert processes.hear(said) == "in the middle"
        processes.kill(process)
    batch.refresh_from_db()
    assert (batch.state, batch.checkpoint, Record.objects.count()) == (BatchState.RUNNING, 2, 2)
    tasks.run_import(batch_id=batch.pk)  # its job, given to another worker
    batch.refresh_from_db()
    assert batch.state == BatchState.DONE
    assert set(ImportRow.objects.values_list("outcome", flat=True)) == {Outcome.ADDED}
    assert (Record.objects.count(), Holding.objects.count(), Item.objects.count()) == (5, 5, 5)
    assert ImportRow.objects.filter(record=None).count() == 0
