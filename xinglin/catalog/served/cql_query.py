"""What a CQL tree asks, as a query of our index.

Searching indexes become terms. Dates, languages, kinds and libraries are filters of the whole query,
so they are understood where they narrow it: joined by ``and`` (or ``not`` what is below), never as
one side of an ``or``. What cannot be asked is a diagnostic, not a guess: a machine reads the count.
"""

import re
from dataclasses import dataclass, field, replace

from xinglin.catalog.search.query import And, Field, Filters, Mode, Node, Not, Or, Sort, Term
from xinglin.catalog.served.cql import MOST_BOOLEANS, Boolean, Clause, CqlError, CqlNode, CqlQuery, Modifier
from xinglin.catalog.served.cql_indexes import (
    DATES,
    EVERYTHING,
    LISTED,
    NUMBERS,
    PLAIN,
    RESULT_SETS,
    SEARCHED,
    SETS,
)
from xinglin.commons.numbers import whole

# Modifiers that ask for no more than we do anyway, so that they change nothing.
_HARMLESS = frozenset(
    {"relevant", "word", "ignorecase", "ignoreaccents", "unmasked", "string", "number", "isodate", "masked"}
)
_YEAR = re.compile(r"^\s*(\d{4})(?:-\d{2}){0,2}\s*$", re.ASCII)


@dataclass(frozen=True)
class Asked:
    """What a query comes to. ``pk`` when it asks for one record by its number; ``nothing`` for a contradiction."""

    root: Node | None = None
    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.RELEVANCE
    pk: int | None = None
    nothing: bool = False


def asked_by(query: CqlQuery) -> Asked:
    """Return what a query asks of the index. Raises ``CqlError``."""
    reader = _Reader(query.prefixes)
    asked = reader.whole(query.root)
    if not query.sort_keys:
        return asked
    if len(query.sort_keys) > 1:
        raise CqlError(84, "1")
    key = query.sort_keys[0]
    return replace(asked, sort=sort_by(reader.named(key.index), _is_descending(key.modifiers)))


def sort_by(index: str, descending: bool) -> Sort:
    """Return the order that an index and a direction name. Raises ``CqlError``."""
    if index in DATES:
        return Sort.YEAR_DESCENDING if descending else Sort.YEAR_ASCENDING
    if SEARCHED.get(index) is Field.TITLE and not descending:
        return Sort.TITLE
    raise CqlError(82, f"{index} {'descending' if descending else 'ascending'}")


def _is_descending(modifiers: tuple[Modifier, ...]) -> bool:
    descending = False
    for modifier in modifiers:
        name = modifier.name.removeprefix("sort.")
        if name in ("ascending", "descending"):
            descending = name == "descending"
        elif name not in ("ignorecase", "ignoreaccents"):
            raise CqlError(20, modifier.name)
    return descending


class _Reader:
    def __init__(self, prefixes: dict[str, str]) -> None:
        by_address = {address: name for name, address in SETS.items()}
        self._own = {name: by_address.get(address, address) for name, address in prefixes.items()}

    def named(self, index: str) -> str:
        """Return an index under the name we know it by. Raises ``CqlError``: no such set, no such index."""
        prefix, dot, name = index.lower().partition(".")
        if not dot:
            name, prefix = prefix, self._own.get("", "")
            if not prefix or prefix not in SETS:
                full = PLAIN.get(name, "")
                if not full:
                    raise CqlError(16, index)
                return full
        prefix = self._own.get(prefix, prefix)
        if prefix not in SETS:
            raise CqlError(15, prefix)
        full = f"{prefix}.{name}"
        if full in RESULT_SETS:
            raise CqlError(50, index)
        if full in SEARCHED or full in DATES or full in LISTED or full in NUMBERS or full == EVERYTHING:
            return full
        raise CqlError(16, index)

    def whole(self, root: CqlNode) -> Asked:
        """Return what a tree asks: its conjunctive parts are filters, everything else a tree of terms."""
        parts: list[Node] = []
        asked = Asked()
        for clause, negated in _joined_by_and(root):
            index = self.named(clause.index or "cql.serverchoice") if isinstance(clause, Clause) else ""
            if isinstance(clause, Clause) and index in SEARCHED and not negated:
                parts.append(self._terms(clause, index))
            elif isinstance(clause, Clause) and index not in SEARCHED and not negated:
                asked = self._narrowed(asked, clause, index)
            else:
                part = self._tree(clause)
                parts.append(Not(part) if negated else part)
        if asked.pk is not None and (parts or asked.filters != Filters()):
            raise CqlError(48, "rec.id joined with other clauses")
        root_node = parts[0] if len(parts) == 1 else And(tuple(parts)) if parts else None
        return replace(asked, root=root_node)

    def _tree(self, node: CqlNode) -> Node:
        """Return a part that is more than one condition of the whole; filters have no place in it."""
        if isinstance(node, Clause):
            index = self.named(node.index or "cql.serverchoice")
            if index not in SEARCHED:
                raise CqlError(48, f"{node.index} is understood only when joined by and")
            return self._terms(node, index)
        if node.operator == "prox":
            raise CqlError(39)
        _refuse_modifiers(node.modifiers, 46)
        left, right = self._tree(node.left), self._tree(node.right)
        match node.operator:
            case "and":
                return And((*_parts(left, And), *_parts(right, And)))
            case "or":
                return Or((*_parts(left, Or), *_parts(right, Or)))
            case _:
                return And((*_parts(left, And), Not(right)))

    def _terms(self, clause: Clause, index: str) -> Node:
        field = SEARCHED[index]
        _refuse_modifiers(clause.modifiers, 20)
        match clause.relation:
            case "" | "=" | "scr" | "cql.scr":
                return _term(clause.term, field)
            case "all" | "cql.all":
                return _several(And, clause.term, field)
            case "any" | "cql.any":
                return _several(Or, clause.term, field)
            case "==" | "exact" | "cql.exact" | "adj" | "cql.adj":
                return Term(_plain(clause.term), field, Mode.PHRASE)
            case "<>" | "<" | ">" | "<=" | ">=" | "within" | "cql.within" | "encloses" | "cql.encloses":
                raise CqlError(22, f"{clause.relation} {clause.index}")
            case _:
                raise CqlError(19, clause.relation)

    def _narrowed(self, asked: Asked, clause: Clause, index: str) -> Asked:
        _refuse_modifiers(clause.modifiers, 20)
        if index == EVERYTHING:
            return asked
        if index in DATES:
            return _within_years(asked, clause)
        if clause.relation not in ("", "=", "==", "exact", "cql.exact", "any", "cql.any"):
            raise CqlError(22, f"{clause.relation} {clause.index}")
        term = _plain(clause.term)
        if index in NUMBERS:
            number = whole(term.rpartition(":")[2])
            return replace(asked, nothing=True) if number is None else replace(asked, pk=number)
        values = tuple(term.split()) if clause.relation.endswith("any") else (term,)
        return _listed(asked, LISTED[index], values)


def _parts(node: Node, group: type[And] | type[Or]) -> tuple[Node, ...]:
    """Return the parts of a group of the same sort, so that a long chain stays shallow."""
    return node.parts if isinstance(node, group) else (node,)


def _joined_by_and(root: CqlNode) -> list[tuple[CqlNode, bool]]:
    """Return what is joined by ``and`` at the top, and what ``not`` takes away; without recursion."""
    found: list[tuple[CqlNode, bool]] = []
    waiting: list[tuple[CqlNode, bool]] = [(root, False)]
    while waiting:
        node, negated = waiting.pop()
        if isinstance(node, Boolean) and not negated and node.operator in ("and", "not"):
            _refuse_modifiers(node.modifiers, 46)
            waiting.append((node.right, node.operator == "not"))
            waiting.append((node.left, False))
        else:
            found.append((node, negated))
    return found


def _refuse_modifiers(modifiers: tuple[Modifier, ...], number: int) -> None:
    for modifier in modifiers:
        name = modifier.name.rpartition(".")[2]
        if name not in _HARMLESS or modifier.symbol:
            raise CqlError(number, modifier.name)


def _several(group: type[And] | type[Or], text: str, field: Field) -> Node:
    words = text.split()
    if len(words) > MOST_BOOLEANS:
        raise CqlError(38, str(MOST_BOOLEANS))
    terms = tuple(_term(word, field) for word in words)
    return terms[0] if len(terms) == 1 else group(terms) if terms else _term(text, field)


def _term(text: str, field: Field) -> Term:
    """Return one term with its anchors and masks. Raises ``CqlError``."""
    anchored = text.startswith("^")
    bare = text.removeprefix("^")
    masked = bare.endswith("*") and not bare.endswith("\\*")
    bare = bare.removesuffix("*") if masked else bare
    if anchored and masked:
        raise CqlError(28, text)
    term = Term(_plain(bare), field)
    if anchored:
        return replace(term, mode=Mode.BEGINNING)
    return replace(term, mode=Mode.PREFIX) if masked else term


def _plain(text: str) -> str:
    """Return a term without escapes. Raises ``CqlError`` for masks and anchors in other places."""
    if re.search(r"(?<!\\)[*?]", text):
        raise CqlError(28, text)
    if re.search(r"(?<!\\)\^", text):
        raise CqlError(32, text)
    bare = re.sub(r"\\(.)", r"\1", text).strip()
    if not any(character.isalnum() for character in bare):
        raise CqlError(27, text)
    return bare


def _within_years(asked: Asked, clause: Clause) -> Asked:
    if clause.relation in ("within", "cql.within"):
        words = clause.term.split()
        if len(words) != 2:
            raise CqlError(36, clause.term)
        first, last = _year(words[0]), _year(words[1])
    else:
        year = _year(clause.term)
        match clause.relation:
            case "=" | "==" | "" | "exact" | "cql.exact":
                first, last = year, year
            case "<":
                first, last = None, year - 1
            case "<=":
                first, last = None, year
            case ">":
                first, last = year + 1, None
            case ">=":
                first, last = year, None
            case _:
                raise CqlError(22, f"{clause.relation} {clause.index}")
    return _narrow_years(asked, first, last)


def _narrow_years(asked: Asked, first: int | None, last: int | None) -> Asked:
    held = asked.filters
    lowest = max((year for year in (held.year_from, first) if year is not None), default=None)
    highest = min((year for year in (held.year_to, last) if year is not None), default=None)
    nothing = lowest is not None and highest is not None and lowest > highest
    return replace(
        asked, filters=replace(held, year_from=lowest, year_to=highest), nothing=asked.nothing or nothing
    )


def _year(text: str) -> int:
    found = _YEAR.match(text)
    if found is None:
        raise CqlError(36, text)
    return int(found[1])


def _listed(asked: Asked, name: str, values: tuple[str, ...]) -> Asked:
    """Narrow by values that are alternatives; a second such clause leaves what both allow."""
    held: dict[str, tuple[str, ...]] = {
        "languages": asked.filters.languages, "kinds": asked.filters.kinds, "libraries": asked.filters.libraries,
    }  # fmt: skip
    both = tuple(value for value in values if value in held[name]) if held[name] else values
    match name:
        case "languages":
            narrowed = replace(asked.filters, languages=both)
        case "kinds":
            narrowed = replace(asked.filters, kinds=both)
        case _:
            narrowed = replace(asked.filters, libraries=both)
    return replace(asked, filters=narrowed, nothing=asked.nothing or not both)
