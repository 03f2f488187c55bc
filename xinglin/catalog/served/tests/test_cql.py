"""CQL: what it means to us, and that nothing anybody sends does more than a diagnostic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.catalog.search.query import And, Field, Filters, Mode, Not, Or, Sort, Term
from xinglin.catalog.served.cql import Boolean, Clause, CqlError, Modifier, parse_cql
from xinglin.catalog.served.cql_query import Asked, asked_by


def asked(text: str) -> Asked:
    return asked_by(parse_cql(text))


def test_booleans_bind_from_left_to_right_with_one_strength() -> None:
    root = parse_cql("a or b and c").root
    assert root == Boolean(
        "and", Boolean("or", Clause("", "", "a"), Clause("", "", "b")), Clause("", "", "c")
    )


def test_modifiers_prefixes_and_sorting_are_read() -> None:
    query = parse_cql(
        '> dc = "info:srw/cql-context-set/1/dc-v1.1" dc.title =/rel.x/y<3 "a \\"b\\"" sortBy dc.date/sort.descending'
    )
    assert query.root == Clause("dc.title", "=", 'a "b"', (Modifier("rel.x"), Modifier("y", "<", "3")))
    assert query.prefixes == {"dc": "info:srw/cql-context-set/1/dc-v1.1"}
    assert query.sort_keys[0].modifiers[0].name == "sort.descending"


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("心电图", Term("心电图")),
        ('cql.anywhere = "心电图 诊断"', Term("心电图 诊断")),
        ("dc.title=心电图", Term("心电图", Field.TITLE)),
        ('DC.Title exact "心电图"', Term("心电图", Field.TITLE, Mode.PHRASE)),
        ('title all "心电图 诊断"', And((Term("心电图", Field.TITLE), Term("诊断", Field.TITLE)))),
        ('dc.subject any "a b"', Or((Term("a", Field.SUBJECT), Term("b", Field.SUBJECT)))),
        ("dc.creator = cardi*", Term("cardi", Field.AUTHOR, Mode.PREFIX)),
        ('dc.title = "^内科"', Term("内科", Field.TITLE, Mode.BEGINNING)),
        ("bath.isbn=9787117266789", Term("9787117266789", Field.NUMBER)),
        ("class = R540.4", Term("R540.4", Field.CLASS)),
        ("a not b", And((Term("a"), Not(Term("b"))))),
        ("a or b and c", And((Or((Term("a"), Term("b"))), Term("c")))),
        ('>my="info:srw/cql-context-set/1/dc-v1.1" my.title=x', Term("x", Field.TITLE)),
        ("cql.allRecords=1", None),
        (r'"a\*b"', Term("a*b")),
    ],
)
def test_a_query_becomes_terms(text: str, root: object) -> None:
    assert asked(text).root == root


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("dc.date = 2019", Filters(year_from=2019, year_to=2019)),
        ("dc.date >= 2010 and dc.date < 2020", Filters(year_from=2010, year_to=2019)),
        ('dc.date within "2001 2005"', Filters(year_from=2001, year_to=2005)),
        ("x and (dc.date > 2000 and y)", Filters(year_from=2001)),
        (
            'x and dc.language=chi and dc.type any "book serial"',
            Filters(languages=("chi",), kinds=("book", "serial")),
        ),
        ("x and library=MAIN", Filters(libraries=("MAIN",))),
    ],
)
def test_what_narrows_becomes_filters(text: str, filters: Filters) -> None:
    assert asked(text).filters == filters


def test_contradictions_find_nothing_and_numbers_find_one() -> None:
    assert asked("dc.date < 2000 and dc.date > 2010").nothing
    assert asked("dc.language=chi and dc.language=eng").nothing
    assert asked("rec.id=17").pk == 17
    assert asked("rec.id=oai:x:17").pk == 17
    assert asked("rec.id=abc").nothing
    assert asked("a sortby dc.date/sort.descending").sort is Sort.YEAR_DESCENDING


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("  ", 27), ('""', 27), ("dc.title = \"?!\"", 28), ('"unclosed', 14), ("(a", 13), ("a)", 13), ("a and", 10),
        ("and b", 10), ("a b", 10), ("dc.title =", 10), ("xx.title = a", 15), ("dc.colour = a", 16), ("colour = a", 16),
        ("dc.title ~ a", 19), ("dc.title like a", 19), ("dc.title < a", 22), ("dc.title =/nonsense a", 20),
        ("a prox b", 39), ("a and/nonsense b", 46), ("dc.date=19th", 36), ('dc.date within "2001"', 36),
        ("a or dc.date=2019", 48), ("a not dc.language=chi", 48), ("rec.id=1 and a", 48), ("a*b", 28), ("a^", 32),
        ("a sortby", 10), ("a sortby dc.title dc.date", 84), ("a sortby dc.title/sort.descending", 82),
        ("(" * 30 + "a" + ")" * 30, 13), (" or ".join("a" * 80), 38), ("a" * 5000, 12),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_a_diagnostic(text: str, number: int) -> None:
    with pytest.raises(CqlError) as refused:
        asked(text)
    assert refused.value.number == number


PIECES = st.sampled_from(
    ["a", "心电图", "dc.title", "dc.date", "=", "==", "<", ">", "/", "(", ")", "and", "or", "not", "prox", "sortby",
     '"x y"', '"', "\\", "*", "^", "any", "all", "within", "2019", "rec.id", "bath.isbn", " ", "> x =", "\x00", "𠀀"]
)  # fmt: skip


@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(PIECES, max_size=40).map(" ".join),
        st.lists(PIECES, max_size=40).map("".join),
    )
)
def test_any_text_is_a_query_or_a_diagnostic(text: str) -> None:
    try:
        asked(text)
    except CqlError as error:
        assert 0 < error.number < 130


NODES = st.recursive(
    st.builds(
        Clause,
        st.sampled_from(["dc.title", "dc.creator", "cql.anywhere"]),
        st.sampled_from(["=", "exact", "any", "all"]),
        # A backslash takes the meaning of what follows it away: it is read as it is written, in tests of its own.
        st.text(st.characters(exclude_characters="\\", exclude_categories=["Cs"]), min_size=1, max_size=12),
    ),
    lambda inner: st.builds(Boolean, st.sampled_from(["and", "or", "not"]), inner, inner),
    max_leaves=12,
)


def written(node: object) -> str:
    if isinstance(node, Boolean):
        return f"({written(node.left)}) {node.operator} ({written(node.right)})"
    assert isinstance(node, Clause)
    term = node.term.replace('"', '\\"')
    return f'{node.index} {node.relation} "{term}"'


@given(NODES)
def test_a_tree_that_is_written_down_is_read_back(node: object) -> None:
    assert parse_cql(written(node)).root == node
