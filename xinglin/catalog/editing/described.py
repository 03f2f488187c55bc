"""A description without MARC as CNMARC fields: for records made from columns, and for tables."""

from xinglin.catalog.description import Description
from xinglin.catalog.marc import DataField, Field, Record, Subfield
from xinglin.catalog.models import Kind
from xinglin.commons import clock

_LEADERS = {Kind.SERIAL: "nas0"}


def cnmarc_of(description: Description) -> Record:
    """Return what a description says as a CNMARC record; what it does not say has no field."""
    first, *others = description.authors or ("",)
    fields: list[Field] = [
        *(_data("010", "  ", ("a", isbn)) for isbn in description.isbns),
        *(_data("010", "  ", ("z", number)) for number in description.identifiers),
        *(_data("011", "  ", ("a", issn)) for issn in description.issns),
        _data("100", "  ", ("a", general_data(description))),
        _data("101", "0 ", *(("a", language) for language in description.languages)),
        _data(
            "200", "1 ", ("a", description.title), ("e", description.subtitle), ("h", description.volume),
            ("f", description.responsibility),
        ),
        *(_data("517", "1 ", ("a", title)) for title in description.variant_titles),
        _data("205", "  ", ("a", description.edition)),
        _data(
            "210", "  ", ("a", description.place), ("c", description.publisher),
            ("d", str(description.year or "")),
        ),
        _data("215", "  ", ("a", description.extent)),
        *(_data("225", "2 ", ("a", series)) for series in description.series),
        _data("327", "1 ", ("a", description.contents)),
        _data("330", "  ", ("a", description.abstract)),
        *(_data("606", "0 ", *_heading(subject)) for subject in description.subjects),
        *(_data("610", "0 ", ("a", keyword)) for keyword in description.keywords),
        *(_class(number) for number in description.classes),
        _data("701", " 0", ("a", first)),
        *(_data("701", " 0", ("a", author)) for author in others),
        *(
            _data("856", "4 ", ("u", link.get("url", "")), ("z", link.get("label", "")))
            for link in description.links
        ),
    ]  # fmt: skip
    kept = [field for field in fields if isinstance(field, DataField) and field.subfields]
    leader = f"     {_LEADERS.get(Kind(description.kind), 'nam0')} 22        450 "
    return Record(leader, tuple(sorted(kept, key=lambda field: field.tag)))


def general_data(description: Description) -> str:
    """Return 100 $a: entered today, one date of publication, in the language of the work."""
    year = f"{description.year:04d}" if description.year else "    "
    kind = "a" if description.kind == Kind.SERIAL else "d" if description.year else "u"
    until = "9999" if kind == "a" else "    "
    return f"{clock.today():%Y%m%d}{kind}{year}{until}em y0chiy50      ea"


def _heading(subject: str) -> list[Subfield]:
    """Return a heading's parts: the first is the term, the others subdivide it."""
    first, *rest = subject.split("--")
    return [("a", first), *(("x", part) for part in rest)]


def _class(number: str) -> DataField:
    scheme, colon, rest = number.partition(":")
    if not colon:
        return _data("690", "  ", ("a", number))
    return _data("686", "  ", ("a", rest), ("2", scheme))


def _data(tag: str, indicators: str, *subfields: Subfield) -> DataField:
    said = tuple((code, value) for code, value in subfields if value)
    return DataField(tag, indicators[0], indicators[1], said)
