"""The explain record: what this server can be asked, for machines (ZeeRex 2.0)."""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from lxml import etree

from xinglin.catalog.served.cql import CqlError
from xinglin.catalog.served.cql_indexes import DATES, EVERYTHING, LISTED, NUMBERS, SEARCHED, SETS
from xinglin.catalog.served.namespaces import spaces
from xinglin.catalog.served.sru_request import DC, FEWEST_RECORDS, MARCXCHANGE, MARCXML, MOST_RECORDS
from xinglin.catalog.served.sru_xml import SRU2, SRW, append_diagnostics

ZEEREX = "http://explain.z3950.org/dtd/2.0/"
_RELATIONS = ("=", "all", "any", "exact")
_DATE_RELATIONS = ("=", "<", "<=", ">", ">=", "within")


def explained(version: str, *, as_string: bool = False, wrong: CqlError | None = None) -> bytes:
    """Return the whole explain answer, with a diagnostic where something is wrong with the request."""
    space = SRU2 if version == "2.0" else SRW
    root = etree.Element(f"{{{space}}}explainResponse", nsmap=spaces(space))
    _add(root, space, "version", version)
    record = _add(root, space, "record")
    _add(record, space, "recordSchema", ZEEREX)
    escaping = "string" if as_string else "xml"
    _add(record, space, "recordXMLEscaping" if version == "2.0" else "recordPacking", escaping)
    data = _add(record, space, "recordData")
    if as_string:
        data.text = etree.tostring(_zeerex(version), encoding="unicode")
    else:
        data.append(_zeerex(version))
    if wrong is not None:
        told = _add(root, space, "diagnostics")
        append_diagnostics(told, [(wrong.number, wrong.details)], is_2=version == "2.0")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _add(parent: etree._Element, space: str, name: str, text: str = "") -> etree._Element:
    element = etree.SubElement(parent, f"{{{space}}}{name}")
    if text:
        element.text = text
    return element


def _zeerex(version: str) -> etree._Element:
    root = etree.Element(f"{{{ZEEREX}}}explain", nsmap=spaces(ZEEREX))
    address = urlsplit(settings.PUBLIC_URL)
    server = _add(root, ZEEREX, "serverInfo")
    for name, value in (
        ("protocol", "SRU"),
        ("version", version),
        ("transport", address.scheme),
        ("method", "GET POST"),
    ):
        server.set(name, value)
    _add(server, ZEEREX, "host", address.hostname or "localhost")
    _add(server, ZEEREX, "port", str(address.port or (443 if address.scheme == "https" else 80)))
    _add(server, ZEEREX, "database", "sru")
    database = _add(root, ZEEREX, "databaseInfo")
    title = _add(database, ZEEREX, "title", _("杏林联合目录"))
    title.set("lang", "zh")
    title.set("primary", "true")
    root.append(_index_info())
    schemas = _add(root, ZEEREX, "schemaInfo")
    for identifier, name, shown in (
        (MARCXML, "marcxml", "MARC 21 in XML; records of the UNIMARC family come as MarcXchange"),
        (MARCXCHANGE, "marcxchange", "MarcXchange (ISO 25577)"),
        (DC, "dc", "Dublin Core"),
    ):
        schema = _add(schemas, ZEEREX, "schema")
        schema.set("identifier", identifier)
        schema.set("name", name)
        _add(schema, ZEEREX, "title", shown)
    config = _add(root, ZEEREX, "configInfo")
    for kind, name, value in (
        ("default", "numberOfRecords", str(FEWEST_RECORDS)),
        ("default", "retrieveSchema", "marcxml"),
        ("default", "contextSet", "cql"),
        ("default", "index", "cql.anywhere"),
        ("setting", "maximumRecords", str(MOST_RECORDS)),
        ("supports", "maskingCharacter", "*"),
        ("supports", "anchoring", ""),
    ):
        _add(config, ZEEREX, kind, value).set("type", name)
    return root


def _index_info() -> etree._Element:
    info = etree.Element(f"{{{ZEEREX}}}indexInfo")
    for name, address in SETS.items():
        context = _add(info, ZEEREX, "set")
        context.set("name", name)
        context.set("identifier", address)
    by_meaning: dict[object, list[str]] = {}
    for full, field in SEARCHED.items():
        by_meaning.setdefault(field, []).append(full)
    for names in [
        *by_meaning.values(),
        list(DATES),
        *([name] for name in LISTED),
        list(NUMBERS),
        [EVERYTHING],
    ]:
        index = _add(info, ZEEREX, "index")
        index.set("search", "true")
        index.set("scan", "false")
        index.set("sort", "true" if names[0] in ("dc.title", "dc.date") else "false")
        for full in names:
            prefix, _dot, short = full.partition(".")
            _add(_add(index, ZEEREX, "map"), ZEEREX, "name", short).set("set", prefix)
        config = _add(index, ZEEREX, "configInfo")
        for relation in (
            _DATE_RELATIONS if names[0] in DATES else _RELATIONS if names[0] in SEARCHED else ("=",)
        ):
            _add(config, ZEEREX, "supports", relation).set("type", "relation")
    return info
