"""CQL 1.2 and 2.0, parsed: text in, a tree out, or one diagnostic; never another exception.

The grammar is that of the standard (CQL: Contextual Query Language, OASIS searchRetrieve part 5,
annex A). Booleans bind from left to right with one strength, as it says, and unlike most languages.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

LONGEST_QUERY = 4000
DEEPEST = 25
MOST_BOOLEANS = 60
_BOOLEANS = frozenset({"and", "or", "not", "prox"})
_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r'|(?P<quoted>"(?:[^"\\]|\\.)*")'
    r"|(?P<symbol><=|>=|<>|==|[()=<>/])"
    r'|(?P<word>[^\s()=<>"/]+)',
    re.DOTALL,
)


class CqlError(Exception):
    """What is wrong with a query, as a diagnostic of SRU (info:srw/diagnostic/1/<number>)."""

    def __init__(self, number: int, details: str = "") -> None:
        super().__init__(number, details)
        self.number = number
        self.details = details


@dataclass(frozen=True, slots=True)
class Modifier:
    """What stands behind a slash: ``/rel.relevant``, ``/sort.descending``, ``/distance<3``."""

    name: str
    symbol: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """Index, relation, term. ``index`` is empty when the term stands alone."""

    index: str
    relation: str
    term: str
    modifiers: tuple[Modifier, ...] = ()


@dataclass(frozen=True, slots=True)
class Boolean:
    """Two parts and what joins them."""

    operator: str
    left: "CqlNode"
    right: "CqlNode"
    modifiers: tuple[Modifier, ...] = ()


CqlNode = Clause | Boolean


@dataclass(frozen=True, slots=True)
class SortKey:
    """One index to sort by."""

    index: str
    modifiers: tuple[Modifier, ...] = ()


@dataclass(frozen=True, slots=True)
class CqlQuery:
    """A whole query. ``prefixes`` are the context sets it names for itself."""

    root: CqlNode
    sort_keys: tuple[SortKey, ...] = ()
    prefixes: dict[str, str] = field(default_factory=dict)


class _Token(NamedTuple):
    kind: str
    text: str


def parse_cql(text: str) -> CqlQuery:
    """Return what a query says. Raises ``CqlError``."""
    if not text.strip():
        raise CqlError(27, "query")
    if len(text) > LONGEST_QUERY:
        raise CqlError(12, str(LONGEST_QUERY))
    return _Parser(_tokens(text)).query()


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            # Only a quote that nobody closes is left over by the pattern.
            raise CqlError(14, f"unclosed quote at {place + 1}")
        place = found.end()
        if found.lastgroup == "quoted":
            tokens.append(_Token("quoted", _without_escaped_quotes(found.group()[1:-1])))
        elif found.lastgroup != "space":
            tokens.append(_Token(found.lastgroup or "", found.group()))
    return tokens


def _without_escaped_quotes(text: str) -> str:
    """Return a quoted term; other backslashes stay, for they take a mask's meaning away."""
    return text.replace('\\"', '"')


class _Parser:
    """Reads tokens by descent; every step consumes one, so it ends."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._prefixes: dict[str, str] = {}
        self._booleans = 0

    def query(self) -> CqlQuery:
        root = self._scoped(0)
        keys = self._sort_keys() if self._keyword() == "sortby" else ()
        if self._place < len(self._tokens):
            left_over = self._tokens[self._place]
            is_bracket = left_over.kind == "symbol" and left_over.text in "()"
            raise CqlError(13 if is_bracket else 10, f"unexpected: {left_over.text}")
        return CqlQuery(root, keys, self._prefixes)

    def _peek(self, ahead: int = 0) -> _Token | None:
        place = self._place + ahead
        return self._tokens[place] if place < len(self._tokens) else None

    def _keyword(self) -> str:
        token = self._peek()
        return token.text.lower() if token is not None and token.kind == "word" else ""

    def _symbol(self, *symbols: str) -> str:
        token = self._peek()
        if token is not None and token.kind == "symbol" and token.text in symbols:
            self._place += 1
            return token.text
        return ""

    def _string(self, what: str) -> str:
        token = self._peek()
        if token is None or token.kind == "symbol":
            raise CqlError(10, f"{what} expected{f' before: {token.text}' if token else ' at the end'}")
        self._place += 1
        return token.text

    def _scoped(self, depth: int) -> CqlNode:
        if depth > DEEPEST:
            raise CqlError(13, f"deeper than {DEEPEST}")
        while self._symbol(">"):
            self._prefix_assignment()
        left = self._clause(depth)
        while (operator := self._keyword()) in _BOOLEANS:
            self._place += 1
            self._booleans += 1
            if self._booleans > MOST_BOOLEANS:
                raise CqlError(38, str(MOST_BOOLEANS))
            modifiers = self._modifiers()
            left = Boolean(operator, left, self._clause(depth), modifiers)
        return left

    def _prefix_assignment(self) -> None:
        name = self._string("prefix")
        if self._symbol("="):
            self._prefixes[name.lower()] = self._string("context set")
        else:
            self._prefixes[""] = name

    def _clause(self, depth: int) -> CqlNode:
        if self._symbol("("):
            inner = self._scoped(depth + 1)
            if not self._symbol(")"):
                raise CqlError(13, "a bracket is not closed")
            return inner
        first = self._peek()
        if first is not None and first.kind == "word" and first.text.lower() in (*_BOOLEANS, "sortby"):
            raise CqlError(10, f"a term is missing before: {first.text}")
        text = self._string("term")
        relation = self._relation()
        if not relation:
            return Clause("", "", text)
        modifiers = self._modifiers()
        return Clause(text, relation, self._string("term"), modifiers)

    def _relation(self) -> str:
        """Return the relation that stands here, or an empty string: then what came before was a term."""
        symbol = self._symbol("=", "==", "<>", "<", ">", "<=", ">=")
        if symbol:
            return symbol
        word = self._keyword()
        if not word or word in _BOOLEANS or word == "sortby":
            return ""
        self._place += 1
        return word

    def _modifiers(self) -> tuple[Modifier, ...]:
        modifiers = []
        while self._symbol("/"):
            name = self._string("modifier").lower()
            symbol = self._symbol("=", "==", "<>", "<", ">", "<=", ">=")
            modifiers.append(Modifier(name, symbol, self._string("value") if symbol else ""))
        return tuple(modifiers)

    def _sort_keys(self) -> tuple[SortKey, ...]:
        self._place += 1
        keys = []
        while (token := self._peek()) is not None and token.kind != "symbol":
            self._place += 1
            keys.append(SortKey(token.text, self._modifiers()))
        if not keys:
            raise CqlError(10, "sortby names no index")
        return tuple(keys)
