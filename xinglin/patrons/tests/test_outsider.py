"""The outsider sees nothing and nothing changed."""

from collections.abc import Callable
from io import BytesIO

import pytest

from xinglin.commons.errors import NotAllowed
from xinglin.commons.models import HistoryEntry
from xinglin.consortium import roles
from xinglin.consortium import services as consortium
from xinglin.consortium.models import Staff
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.patrons import queries, services
from xinglin.patrons.imports import batches
from xinglin.patrons.models import Card, Consent, ImportBatch, ImportRow, Patron, PatronCategory
from xinglin.patrons.tests.cast import Readers

Deed = Callable[[SmallConsortium, Patron, Staff], object]
FILE = "卡号,姓名,类别\nX1,某某,医师\n".encode()
DEEDS: dict[str, Deed] = {
    "register": lambda cast, patron, by: services.register(
        home_library=cast.a, card_number="X1", name="某", category=patron.category, by=by
    ),
    "amend": lambda cast, patron, by: services.amend(patron=patron, by=by, name="改名"),
    "take over": lambda cast, patron, by: services.amend(patron=patron, by=by, home_library=cast.b),
    "extend": lambda cast, patron, by: services.extend(patron=patron, by=by),
    "suspend": lambda cast, patron, by: services.suspend(patron=patron, reason="试", by=by),
    "reinstate": lambda cast, patron, by: services.reinstate(patron=patron, by=by),
    "leave": lambda cast, patron, by: services.leave(patron=patron, reason="试", by=by),
    "come back": lambda cast, patron, by: services.come_back(patron=patron, by=by),
    "erase": lambda cast, patron, by: services.erase(patron=patron, reason="试", by=by),
    "issue card": lambda cast, patron, by: services.issue_card(patron=patron, number="X1", by=by),
    "replace card": lambda cast, patron, by: services.replace_card(patron=patron, number="X1", by=by),
    "lose card": lambda cast, patron, by: services.report_card_lost(patron=patron, by=by),
    "password": lambda cast, patron, by: services.set_password(
        patron=patron, password="a-stolen-desk-42", by=by
    ),
    "category": lambda cast, patron, by: services.add_category(code="X", name="某", by=by),
    "amend category": lambda cast, patron, by: services.amend_category(
        category=patron.category, name="改名", rights=(), months_valid=1, by=by
    ),
    "upload": lambda cast, patron, by: batches.upload(
        library=cast.a, file=BytesIO(FILE), name="读者.csv", by=by
    ),
    "start": lambda cast, patron, by: batches.start(
        batch=ImportBatch.objects.get(), mapping={"card_number": "卡号", "name": "姓名"}, by=by
    ),
    "resume": lambda cast, patron, by: batches.resume(batch=ImportBatch.objects.get(), by=by),
    "run": lambda cast, patron, by: batches.run(batch=ImportBatch.objects.get(), by=by),
    "undo": lambda cast, patron, by: batches.undo(batch=ImportBatch.objects.get(), by=by),
}
MODELS = (Patron, Card, PatronCategory, Consent, ImportBatch, ImportRow, HistoryEntry)


def everything() -> list[object]:
    return [list(model.objects.order_by("pk").values()) for model in MODELS]


@pytest.mark.parametrize("deed", DEEDS)
def test_the_outsider_does_nothing_and_nothing_changed(
    a_small_consortium: SmallConsortium, readers: Readers, deed: str
) -> None:
    batches.upload(library=a_small_consortium.a, file=BytesIO(FILE), name="甲馆.csv", by=None)
    before = everything()
    with pytest.raises(NotAllowed):
        DEEDS[deed](a_small_consortium, readers.of_a, a_small_consortium.outsider)
    assert everything() == before


def test_each_sees_the_readers_of_the_own_libraries_only(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    cast = a_small_consortium
    assert set(queries.patrons_visible_to(cast.outsider)) == {readers.outsider}
    assert set(queries.patrons_visible_to(cast.librarian_a)) == {readers.of_a}
    assert set(queries.patrons_visible_to(cast.manager)) == {readers.of_main, readers.of_a}
    assert not queries.patrons_visible_to(cast.system_administrator)
    assert not queries.patrons_visible_to(cast.audit_administrator)


def test_the_outsider_sees_no_import_of_others(a_small_consortium: SmallConsortium) -> None:
    batches.upload(library=a_small_consortium.a, file=BytesIO(FILE), name="甲馆.csv", by=None)
    assert not queries.batches_visible_to(a_small_consortium.outsider)
    assert queries.batches_visible_to(a_small_consortium.librarian_a).count() == 1


def test_the_desk_of_another_library_sees_a_reader_by_the_card_shown_and_masked(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    seen = queries.glimpse_by_card(a_small_consortium.outsider, "A0001")
    assert (seen.name, seen.phone, seen.home_library) == ("李**", "*******0001", "附一院馆")
    assert "A0001" not in str(seen)
    with pytest.raises(NotAllowed):
        queries.glimpse_by_card(a_small_consortium.audit_administrator, "A0001")


def test_an_erased_reader_is_seen_by_nobody(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    services.erase(patron=readers.of_a, reason="本人申请", by=a_small_consortium.librarian_a)
    assert readers.of_a not in queries.patrons_visible_to(a_small_consortium.manager)


def test_a_circulation_librarian_registers_but_neither_imports_nor_erases(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    desk = a_small_consortium.outsider
    consortium.revoke_role(grant=desk.grants.get(), by=None)
    consortium.grant_role(staff=desk, role=roles.CIRCULATION_LIBRARIAN, library=desk.library, by=None)
    services.amend(patron=readers.outsider, by=desk, title="护士")
    with pytest.raises(NotAllowed):
        services.erase(patron=readers.outsider, reason="试", by=desk)
    with pytest.raises(NotAllowed):
        batches.upload(library=desk.library, file=BytesIO(FILE), name="x.csv", by=desk)
