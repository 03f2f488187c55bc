"""Asking the index. Any number of processes and threads read while one process writes."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import tantivy

from . import generations
from .answering import Hit, Results, Run
from .compile import Synonyms
from .errors import IndexNotReady, QueryTooDeep
from .parse import parse
from .query import Field, Mode, Query, Sort, Term, depth
from .text import is_han, units
from .writer import log_position

__all__ = ["Hit", "Results", "SearchEngine"]

_DEEPEST = 30
_TRIES = 3


@dataclass(frozen=True, slots=True)
class _State:
    stamp: tuple[int, int] | None
    commit: tuple[int, int] | None
    path: Path
    index: tantivy.Index
    searcher: tantivy.Searcher


def _no_synonyms(_word: str) -> Sequence[str]:
    return ()


class SearchEngine:
    """Reads one index directory; sees another process's commits with the next search."""

    def __init__(self, directory: Path, *, synonyms: Synonyms = _no_synonyms) -> None:
        self.directory = directory
        self._synonyms = synonyms
        self._lock = threading.Lock()
        self._state: _State | None = None

    # The state of the index.

    def _fresh(self) -> _State:
        state = self._state
        stamp = generations.stamp(self.directory)
        if state is not None and (state.stamp, state.commit) == (stamp, generations.commit_stamp(state.path)):
            return state
        with self._lock:
            self._state = self._reopened(self._state)
            return self._state

    def _reopened(self, state: _State | None) -> _State:
        for _ in range(_TRIES):
            stamp = generations.stamp(self.directory)
            path = generations.current(self.directory)
            if path is None:
                break
            commit = generations.commit_stamp(path)
            if commit is None:
                continue
            try:
                if state is None or state.path != path:
                    opened = generations.open_to_read(path)
                else:
                    opened = state.index
                opened.reload()
            except (IndexNotReady, ValueError):
                # Swapped and swept between the two looks: look again.
                continue
            return _State(stamp, commit, path, opened, opened.searcher())
        raise IndexNotReady

    @property
    def position(self) -> int | None:
        """The change-log position this index has followed to. Raises ``IndexNotReady``."""
        return log_position(self._fresh().index)

    @property
    def document_count(self) -> int:
        """How many records there are. Raises ``IndexNotReady``."""
        return self.search(Query(size=0)).total

    # Searching.

    def search(self, query: Query) -> Results:
        """Return one page of the records that a query finds.

        Raises ``IndexNotReady`` while this node has no index, ``QueryTooDeep`` for nesting
        that no person writes.
        """
        started = time.perf_counter()
        if (deep := depth(query.root)) > _DEEPEST:
            raise QueryTooDeep(depth=deep, limit=_DEEPEST)
        state = self._fresh()
        run = Run(state.index.schema, state.searcher, query, self._synonyms)
        return replace(run.results(), took=time.perf_counter() - started)

    def search_text(self, text: str, *, size: int = 20) -> Results:
        """Return what is found for text as a reader types it, by relevance."""
        return self.search(Query(root=parse(text), size=size))

    def did_you_mean(self, text: str) -> str | None:
        """Return how a misspelt text is spelt in the nearest title or name, or None when it fits as it is."""
        return self.search(Query(root=parse(text), size=5)).did_you_mean

    def complete(self, text: str, *, size: int = 8) -> list[str]:
        """Return titles that begin with what was typed so far, in characters or pinyin; most used first."""
        if not units(text):
            return []
        root = Term(text, Field.TITLE, Mode.BEGINNING)
        found = self.search(Query(root=root, sort=Sort.POPULARITY, size=size * 2, forgiving=False))
        titles = dict.fromkeys(hit.title for hit in found.hits)
        if len(titles) < size and not any(is_han(unit) for unit in units(text)):
            spoken = Query(root=Term(text, Field.TITLE), size=size * 2, forgiving=False)
            titles |= dict.fromkeys(hit.title for hit in self.search(spoken).hits)
        return list(titles)[:size]
