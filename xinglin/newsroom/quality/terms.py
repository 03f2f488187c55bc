"""The glossary: medical terms found in a text, each with how it is said plainly."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import ahocorasick
from django.db import transaction
from django.db.models import Count, F, Max, Q
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.newsroom.errors import TermUnfit
from xinglin.newsroom.models import Term

CHANGE = "newsroom.change_term"
_SEED = Path(__file__).with_name("terms.json")


@dataclass(frozen=True)
class Found:
    """A term in a text: where it begins and ends, and its plain words."""

    begin: int
    end: int
    term: str
    plain: str


def found_in(text: str, library: Library | None = None) -> list[Found]:
    """Return the terms of a text in their order; of two that overlap the longer one."""
    known = Term.objects.filter(active=True)
    known = known.filter(Q(library=None) | Q(library=library)) if library else known.filter(library=None)
    state = known.aggregate(n=Count("pk"), newest=Max("pk"))
    if not state["n"]:
        return []
    # The glossary is edited rarely and in place: its words themselves say whether the automaton is stale.
    entries = tuple(
        known.order_by(F("library_id").asc(nulls_first=True), "term").values_list("term", "plain")
    )
    automaton = _automaton(entries)
    found = [Found(end - len(term) + 1, end + 1, term, plain) for end, (term, plain) in automaton.iter(text)]
    return _longest(found)


@lru_cache(maxsize=8)
def _automaton(entries: tuple[tuple[str, str], ...]) -> "ahocorasick.Automaton":
    automaton = ahocorasick.Automaton()
    # A library's own words come last and take the place of the consortium's.
    for term, plain in entries:
        automaton.add_word(term, (term, plain))
    automaton.make_automaton()
    return automaton


def _longest(found: Sequence[Found]) -> list[Found]:
    kept: list[Found] = []
    for each in sorted(found, key=lambda one: (one.begin, -one.end)):
        if not kept or each.begin >= kept[-1].end:
            kept.append(each)
    return kept


@transaction.atomic
def lay_out_terms() -> None:
    """Put the first terms into an empty glossary; what a consortium has changed stays as it is."""
    if Term.objects.exists():
        return
    first: dict[str, str] = json.loads(_SEED.read_text(encoding="utf-8"))
    Term.objects.bulk_create(
        (Term(term=term, plain=plain) for term, plain in first.items()), ignore_conflicts=True
    )


@transaction.atomic
def keep_term(
    *,
    term: str,
    plain: str,
    library: Library | None,
    active: bool = True,
    row: Term | None = None,
    by: Staff | None,
) -> Term:
    """Add or change a term; who is a licensed physician is noted as having checked it. Raises ``TermUnfit``."""
    access.require(by, CHANGE, library.pk if library else None)
    word = term.strip()
    if not 2 <= len(word) <= 40 or not plain.strip():
        raise TermUnfit(_("术语要有 2 到 40 个字，通俗说法不能空。"))
    same = Term.objects.filter(term=word, library=library).exclude(pk=row.pk if row else 0)
    if same.exists():
        raise TermUnfit(_("「%(term)s」已经在术语表里。"), term=word)
    kept = row or Term(library=library)
    kept.term, kept.plain, kept.active = word, plain.strip()[:200], active
    kept.checked_by = by if by is not None and by.is_licensed(clock.today()) else None
    kept.save()
    history.record(kept, "amend" if row else "add", by=by.user if by else None, changes={"term": word})
    return kept
