"""What an SRU request says: version, operation, and the parameters of a search."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from xinglin.catalog.served.cql import CqlError
from xinglin.catalog.served.cql_indexes import SETS
from xinglin.commons.numbers import whole

VERSIONS = ("1.1", "1.2", "2.0")
MOST_RECORDS = 100
FEWEST_RECORDS = 10  # when a request does not say
LARGEST_NUMBER = 10**9
MARCXML = "info:srw/schema/1/marcxml-v1.1"
MARCXCHANGE = "info:lc/xmlns/marcxchange-v2"
DC = "info:srw/schema/1/dc-v1.1"
# What a client may call a schema -> its identifier.
SCHEMAS = {
    "marcxml": MARCXML, MARCXML: MARCXML, "info:srw/schema/1/marcxml": MARCXML,
    "http://www.loc.gov/MARC21/slim": MARCXML, "marc21": MARCXML, "unimarc": MARCXML,
    "marcxchange": MARCXML, MARCXCHANGE: MARCXML,
    "dc": DC, DC: DC, "info:srw/schema/1/dc": DC, "http://purl.org/dc/elements/1.1/": DC,
}  # fmt: skip
# By their names in small letters: some clients write them so, and a parameter is never passed over in silence.
_KNOWN = {
    name.lower(): name
    for name in (
        "version", "operation", "query", "queryType", "startRecord", "maximumRecords", "recordPacking",
        "recordXMLEscaping", "recordSchema", "resultSetTTL", "sortKeys", "stylesheet", "renderedBy",
        "httpAccept", "responseType", "recordXPath", "scanClause",
    )
}  # fmt: skip


@dataclass(frozen=True)
class SruRequest:
    """One searchRetrieve request."""

    version: str
    query: str
    start: int
    maximum: int
    schema: str
    as_string: bool
    sort: tuple[str, bool] | None
    given: Mapping[str, str]

    @classmethod
    def read(cls, given: Mapping[str, str], version: str) -> Self:
        """Return what the parameters say. Raises ``CqlError`` with the diagnostic of the first that is wrong."""
        refuse_unknown(given)
        _number(given, "resultSetTTL", default=0, least=0)
        if given.get("queryType", "cql") not in ("cql", "searchTerms"):
            raise CqlError(6, "queryType")
        if given.get("recordXPath"):
            raise CqlError(72, "recordXPath")
        if given.get("stylesheet"):
            raise CqlError(110, "stylesheet")
        if not given.get("query", "").strip():
            raise CqlError(7, "query")
        return cls(
            version=version,
            query=_as_cql(given),
            start=_number(given, "startRecord", default=1, least=1),
            maximum=min(_number(given, "maximumRecords", default=FEWEST_RECORDS, least=0), MOST_RECORDS),
            schema=_schema(given.get("recordSchema") or "marcxml"),
            as_string=escaped(given, version),
            sort=_sort(given.get("sortKeys", "")),
            given=given,
        )


def named(given: Mapping[str, list[str]]) -> dict[str, str]:
    """Return the parameters under the standard's names. Raises ``CqlError`` for one that is given twice."""
    found: dict[str, str] = {}
    for name, values in given.items():
        full = _KNOWN.get(name.lower(), name)
        if len(values) > 1 or full in found:
            raise CqlError(6, f"{full} is given more than once")
        found[full] = values[0] if values else ""
    return found


def refuse_unknown(given: Mapping[str, str]) -> None:
    """Refuse parameters that no version has; those of extensions begin with "x-". Raises ``CqlError``."""
    for name in given:
        if name not in _KNOWN.values() and not name.startswith("x-"):
            raise CqlError(8, name)


def version_of(given: Mapping[str, str]) -> str:
    """Return in which form to answer."""
    version = given.get("version", "")
    if version in VERSIONS:
        return version
    return "1.2" if version.startswith("1") or (not version and "operation" in given) else "2.0"


def refuse_version(given: Mapping[str, str]) -> None:
    """Refuse a version that we do not speak, naming the highest that we do. Raises ``CqlError``."""
    version = given.get("version", "")
    if version and version not in VERSIONS:
        raise CqlError(5, VERSIONS[-1])


def operation_of(given: Mapping[str, str]) -> str:
    """Return what is asked for: without an operation, a query searches, a clause scans, neither explains."""
    without = "searchRetrieve" if "query" in given else "scan" if "scanClause" in given else "explain"
    return given.get("operation") or without


def _as_cql(given: Mapping[str, str]) -> str:
    """Return the query; plain search terms become one quoted term."""
    query = given["query"]
    if given.get("queryType") != "searchTerms":
        return query
    return '"{}"'.format(query.replace("\\", " ").replace('"', " "))


def _number(given: Mapping[str, str], name: str, *, default: int, least: int) -> int:
    text = given.get(name, "").strip()
    if not text:
        return default
    number = whole(text)
    if number is None or not least <= number <= LARGEST_NUMBER:
        raise CqlError(6, name)
    return number


def _schema(name: str) -> str:
    if name not in SCHEMAS:
        raise CqlError(66, name)
    return SCHEMAS[name]


def escaped(given: Mapping[str, str], version: str) -> bool:
    """Whether records come as escaped text; 2.0 gave recordPacking another meaning and made a new parameter."""
    if version == "2.0":
        if given.get("recordPacking", "packed") not in ("packed", "unpacked", "xml", "string"):
            raise CqlError(6, "recordPacking")
        escaping = given.get("recordXMLEscaping") or given.get("recordPacking", "xml")
    else:
        escaping = given.get("recordPacking") or "xml"
    if escaping not in ("xml", "string", "packed", "unpacked") or (
        version != "2.0" and escaping not in ("xml", "string")
    ):
        raise CqlError(71 if version != "2.0" else 6, escaping)
    return escaping == "string"


def _sort(keys: str) -> tuple[str, bool] | None:
    """Return index and direction of ``title,dc,1`` (path, schema, ascending, ...). Raises ``CqlError``."""
    words = keys.split()
    if not words:
        return None
    if len(words) > 1:
        raise CqlError(84, "1")
    path, _schema_name, ascending, *_others = [*words[0].split(","), "", ""]
    name = path.rpartition("/")[2].lower()
    index = name if name.partition(".")[0] in SETS and "." in name else f"dc.{name}"
    return index, ascending in ("0", "false")
