"""Lucene 8 as a peer: Debian's own package, unpacked beside us, and a small server of ours compiled here."""

import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from shutil import which

from bench.environments import PEERS, PROJECT
from bench.search_peers import cut_words
from xinglin.catalog.search.documents import SearchDocument
from xinglin.catalog.search.query import And, Field, Mode, Node, Not, Or, Query, Sort, Term

PACKAGE = "liblucene8-java"
_NEEDED = ("lucene-core", "lucene-analyzers-common", "lucene-facet", "lucene-queries")
_FIELD_OF = {
    Field.TITLE: "title", Field.AUTHOR: "author", Field.SUBJECT: "subject", Field.NUMBER: "number",
}  # fmt: skip


class LuceneMissing(Exception):
    """Why Lucene is not measured; the sentence is printed beside the table."""


def _jars() -> list[Path]:
    """Return Lucene's jars out of Debian's package. Raises ``LuceneMissing``."""
    folder = PEERS / "lucene"
    home = folder / "usr" / "share" / "java"
    if not home.is_dir():
        if which("apt-get") is None or which("dpkg-deb") is None:
            raise LuceneMissing(f"{PACKAGE} is a Debian package, and there is no apt-get here.")
        folder.mkdir(parents=True, exist_ok=True)
        got = subprocess.run(
            ["apt-get", "download", "-q", PACKAGE], cwd=folder, capture_output=True, text=True
        )
        package = next(folder.glob(f"{PACKAGE}_*.deb"), None)
        if package is None:
            raise LuceneMissing(f"apt-get has no {PACKAGE}: {got.stderr.strip()[-200:]}")
        subprocess.run(["dpkg-deb", "-x", str(package), str(folder)], check=True)
    jars = [jar for name in _NEEDED for jar in home.glob(f"{name}-[0-9]*.jar")]
    if len(jars) < len(_NEEDED):
        raise LuceneMissing(f"{PACKAGE} lacks one of {', '.join(_NEEDED)}.")
    return jars


def _compiled() -> str:
    """Return the class path of our server, compiled. Raises ``LuceneMissing``."""
    if which("javac") is None or which("java") is None:
        raise LuceneMissing("There is no javac here (Debian: openjdk-17-jdk-headless).")
    path = ":".join(map(str, _jars()))
    classes = PEERS / "lucene" / "classes"
    source = PROJECT / "bench" / "peers" / "LuceneServer.java"
    done = subprocess.run(
        ["javac", "-encoding", "UTF-8", "-nowarn", "-cp", path, "-d", str(classes), str(source)],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise LuceneMissing(f"javac refused our server: {done.stderr[-400:]}")
    return f"{path}:{classes}"


class Lucene:
    """Lucene 8 in a process of its own. Its words are cut by the same dictionary as PostgreSQL's."""

    name = "Lucene 8"

    def __init__(self, directory: Path) -> None:
        """Start it. Raises ``LuceneMissing``."""
        command = [
            "java",
            "-Xmx1500m",
            "-Dfile.encoding=UTF-8",
            "-cp",
            _compiled(),
            "LuceneServer",
            str(directory),
        ]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def load(self, documents: Iterable[SearchDocument]) -> None:
        """Index documents and open the index for searching."""
        assert self._process.stdin is not None
        for document in documents:
            self._process.stdin.write(_cells(document))
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        if not self._line().startswith("ready "):
            raise RuntimeError("Lucene did not build its index")

    def milliseconds(self, query: Query) -> float:
        """Return how long Lucene took for one page, its count and the facets, by its own clock."""
        assert self._process.stdin is not None
        self._process.stdin.write(_question(query) + "\n")
        self._process.stdin.flush()
        return int(self._line().split()[0]) / 1e6

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"Lucene ended with status {self._process.wait()}")
        return line

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)


def _cells(document: SearchDocument) -> str:
    title, author = cut_words(document.title), cut_words(" ".join(document.authors))
    subject, number = cut_words(" ".join(document.subjects)), list(document.isbns)
    everything = [*title, *author, *subject, *number, *cut_words(document.publisher)]
    lists = (
        [document.kind], document.classes, document.languages, document.libraries, document.on_shelf_libraries,
    )  # fmt: skip
    added = int(document.added_at.timestamp()) if document.added_at else 0
    cells = [
        str(document.record_id),
        *(" ".join(words) for words in (title, author, subject, number, everything)),
        str(document.year or 0),
        str(added),
        *(" ".join(values) for values in lists),
    ]
    return "\t".join(cells) + "\n"


def _question(query: Query) -> str:
    parts = [_node(query.root) if query.root is not None else ["*"], *_filters(query)]
    whole = ["and", str(len(parts)), *(word for part in parts for word in part)]
    order = "newest" if query.sort is Sort.NEWEST else "relevance"
    counted = "facets" if query.facets else "plain"
    return "\t".join([order, str((query.page - 1) * query.size), str(query.size), counted, *whole])


def _filters(query: Query) -> Iterable[list[str]]:
    filters = query.filters
    if filters.year_from or filters.year_to:
        yield ["filter", "years", str(filters.year_from or 0), str(filters.year_to or 9999)]
    shelves = filters.libraries if filters.on_shelf else ()
    for field, values in (
        ("kind", filters.kinds),
        ("language", filters.languages),
        ("library", filters.libraries),
        ("shelf", shelves),
    ):
        if values:
            yield ["filter", "or", str(len(values)), *(w for value in values for w in ("term", field, value))]
    if filters.classes:
        prefixes = (w for value in filters.classes for w in ("prefix", "class", value))
        yield ["filter", "or", str(len(filters.classes)), *prefixes]


def _node(node: Node) -> list[str]:
    match node:
        case Term(text, where, mode):
            return _term(cut_words(text, whole=mode is Mode.WORDS), _FIELD_OF.get(where, "all"), mode)
        case And(parts):
            return _group("and", parts)
        case Or(parts):
            return _group("or", parts)
        case Not(part):
            return ["not", *_node(part)]


def _group(kind: str, parts: Sequence[Node]) -> list[str]:
    return [kind, str(len(parts)), *(word for part in parts for word in _node(part))]


def _term(words: list[str], field: str, mode: Mode) -> list[str]:
    if mode is Mode.PREFIX:
        return ["prefix", field, words[0]]
    if mode is Mode.WORDS or len(words) == 1:
        return ["and", str(len(words)), *(cell for word in words for cell in ("term", field, word))]
    return ["phrase", field, " ".join(words)]
