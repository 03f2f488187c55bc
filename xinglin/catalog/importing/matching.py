"""Has the catalogue this record already? The rules of library systems sheet 4.7, never ISBN alone.

same bytes                                             the same record
same agency and control number, title or ISBN agrees   the same record
ISBN and title and volume and year agree               the same record
no ISBN; title, author, publisher, year, extent agree  the same record
control number or ISBN agrees and the rest does not    a librarian decides
otherwise                                              a new record
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import connection
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.importing.understanding import Incoming, keys_of
from xinglin.catalog.marc import Verdict
from xinglin.catalog.marc.keys import compare
from xinglin.catalog.models import Record

MOST_CANDIDATES = 50
_SHOWN = 5
# A title that hundreds of records share says little; the index entry is read no further than this.
_KEY_COLUMNS = (
    "agency", "control_number", "fingerprint", "title", "title_key", "volume", "authors", "edition", "publisher",
    "year", "extent", "isbns", "issns", "kind", "is_electronic", "original_languages", "flavour", "version",
)  # fmt: skip


class Rule(StrEnum):
    """Why a decision was taken; stable codes for programs and the manual."""

    BYTES = "bytes"
    CONTROL_NUMBER = "control_number"
    CONTROL_NUMBER_ONLY = "control_number_only"
    SEVERAL = "several"
    NEW = "new"


@dataclass(frozen=True)
class Match:
    """What the catalogue has: nothing, one record, or doubtful ones."""

    verdict: Verdict
    rule: str
    records: tuple[Record, ...] = ()


@dataclass
class Candidates:
    """The records that a chunk of incoming ones could be, found in two queries; grows as the chunk is taken in."""

    by_bytes: dict[str, Record] = field(default_factory=dict)
    by_control: dict[str, Record] = field(default_factory=dict)
    by_number: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    by_title: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, incoming: Sequence[Incoming]) -> "Candidates":
        """Load what could match any of these."""
        found = cls()
        near = _ids_near([each.record for each in incoming])
        for record in Record.objects.filter(pk__in=near).only(*_KEY_COLUMNS).order_by("-pk"):
            found.add(record)
        return found

    def add(self, record: Record) -> None:
        """Let later records of the same file meet this one."""
        self.by_bytes.setdefault(record.fingerprint, record)
        keys = keys_of(record)
        if keys.control:
            self.by_control.setdefault(keys.control, record)
        for number in (*record.isbns, *record.issns):
            self.by_number[number].append(record)
        if keys.title:
            self.by_title[keys.title].append(record)

    def match(self, incoming: Incoming) -> Match:
        """Decide one record."""
        same_bytes = self.by_bytes.get(incoming.record.fingerprint)
        if same_bytes is not None:
            return Match(Verdict.SAME, Rule.BYTES, (same_bytes,))
        numbered = self.by_control.get(incoming.keys.control)
        if numbered is not None:
            return _by_control_number(incoming, numbered)
        return _by_description(incoming, self._near(incoming))

    def _near(self, incoming: Incoming) -> list[Record]:
        numbers = (*incoming.record.isbns, *incoming.record.issns)
        near = [record for number in numbers for record in self.by_number.get(number, ())]
        near += self.by_title.get(incoming.keys.title, ())[:MOST_CANDIDATES]
        return list({id(record): record for record in near}.values())


# Joined to the keys one by one, every line finds its index, at whatever size of catalogue: asked for with one
# long list, the numbers of a chunk are looked for by reading all records. The conditions on agency and control
# number are those of the unique index.
_NEAR = f"""
    select id from {Record._meta.db_table} where state = 'active' and fingerprint = any(%(fingerprints)s)
    union
    select found.id from unnest(%(agencies)s::text[], %(numbers)s::text[]) as wanted(agency, number)
    join {Record._meta.db_table} found on found.agency = wanted.agency and found.control_number = wanted.number
    where found.state = 'active' and found.agency <> '' and found.control_number <> ''
    union
    select found.id from unnest(%(isbns)s::varchar[]) as wanted(isbn)
    join {Record._meta.db_table} found on found.isbns @> array[wanted.isbn] where found.state = 'active'
    union
    select found.id from unnest(%(issns)s::varchar[]) as wanted(issn)
    join {Record._meta.db_table} found on found.issns @> array[wanted.issn] where found.state = 'active'
    union
    select found.id from unnest(%(titles)s::text[]) as wanted(title)
    cross join lateral (
        select id from {Record._meta.db_table}
        where title_key = wanted.title and state = 'active' limit {MOST_CANDIDATES}
    ) found
"""  # noqa: S608 -- put together from our own table's name


def _ids_near(records: Sequence[Record]) -> list[int]:
    """Return the ids of active records that share a fingerprint, a number or a title with one of these."""
    numbered = {(each.agency, each.control_number) for each in records if each.agency and each.control_number}
    values = {
        "fingerprints": [each.fingerprint for each in records if each.fingerprint],
        "agencies": [agency for agency, _number in numbered],
        "numbers": [number for _agency, number in numbered],
        "isbns": list({isbn for each in records for isbn in each.isbns}),
        "issns": list({issn for each in records for issn in each.issns}),
        "titles": list({each.title_key for each in records if each.title_key}),
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, values)
        return [int(pk) for (pk,) in cursor.fetchall()]


def _by_control_number(incoming: Incoming, numbered: Record) -> Match:
    """Trust a control number only when title or ISBN says the same: systems reuse and renumber."""
    keys = keys_of(numbered)
    agrees = keys.title == incoming.keys.title or bool(set(keys.isbns) & set(incoming.keys.isbns))
    if agrees and keys.nature == incoming.keys.nature:
        return Match(Verdict.SAME, Rule.CONTROL_NUMBER, (numbered,))
    return Match(Verdict.REVIEW, Rule.CONTROL_NUMBER_ONLY, (numbered,))


def _by_description(incoming: Incoming, near: Sequence[Record]) -> Match:
    same: list[Record] = []
    doubtful: list[Record] = []
    rules: dict[Verdict, str] = {}
    for record in near:
        verdict, rule = compare(incoming.keys, keys_of(record))
        if verdict is Verdict.DIFFERENT:
            continue
        (same if verdict is Verdict.SAME else doubtful).append(record)
        rules.setdefault(verdict, rule)
    if len(same) == 1:
        return Match(Verdict.SAME, rules[Verdict.SAME], tuple(same))
    if same:
        return Match(Verdict.REVIEW, Rule.SEVERAL, tuple(same[:_SHOWN]))
    if doubtful:
        return Match(Verdict.REVIEW, rules[Verdict.REVIEW], tuple(doubtful[:_SHOWN]))
    return Match(Verdict.DIFFERENT, Rule.NEW)


_REASONS = {
    Rule.BYTES: _("与已有书目的数据完全相同。"),
    Rule.CONTROL_NUMBER: _("来源机构和控制号相同，题名或 ISBN 也一致。"),
    Rule.CONTROL_NUMBER_ONLY: _("来源机构和控制号相同，但题名和 ISBN 都不同，或文献类型不同；请人工判断。"),
    Rule.SEVERAL: _("目录里有几条书目都与它相同；请选定一条。"),
    Rule.NEW: _("目录里没有这种书。"),
    "isbn": _("ISBN、题名、卷册和出版年都一致。"),
    "isbn_only": _("ISBN 相同，但题名、卷册或出版年不同（多卷书共用 ISBN、重印改号都有可能）；请人工判断。"),
    "issn": _("ISSN 和刊名一致。"),
    "issn_only": _("ISSN 相同，但刊名不同（改刊名或印错都有可能）；请人工判断。"),
    "description": _("没有 ISBN，题名、责任者、出版者、出版年和页数一致。"),
    "description_close": _("题名、责任者和出版者相同，但出版年或页数不同；请人工判断。"),
}


def reason_of(rule: str) -> str:
    """Return the sentence that a librarian reads about a decision."""
    return str(_REASONS.get(rule, rule))
