"""What the check finds in a record, and where."""

import pytest

from xinglin.catalog.editing.blanks import BLANKS, Blank
from xinglin.catalog.editing.checking import Finding, check
from xinglin.catalog.editing.lines import parse
from xinglin.catalog.editing.positions import layout_of
from xinglin.catalog.editing.tags import rules_of
from xinglin.catalog.marc import Flavour

GOOD = """LDR      nam0 22        450 
010 ## ‡a978-7-117-26678-9‡dCNY48.00
100 ## ‡a20260401d2026    em y0chiy50      ea
101 0# ‡achi
102 ## ‡aCN
200 1# ‡a心电图诊断学‡f王吉耀主编
801 #0 ‡aCN‡bMED‡c20260401"""  # noqa: W291
GOOD_MARC21 = """LDR      nam a22      i 4500
001 n1
008 260401s2026    xxu           000 0 eng d
020 ## ‡a9787117266789 (hardback)
245 10 ‡aElectrocardiography /‡cby A. Smith."""


def found(text: str, flavour: Flavour = Flavour.CNMARC) -> list[Finding]:
    return check(parse(text), flavour)


def with_line(line: str, text: str = GOOD) -> str:
    """Put a line in the place of the one with its tag, or at the end."""
    lines = [each for each in text.split("\n") if each[:3] != line[:3]]
    return "\n".join([*lines, line])


def test_a_good_record_has_no_findings() -> None:
    assert found(GOOD) == []
    assert found(GOOD_MARC21, Flavour.MARC21) == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("010 ## ‡a978-7-117-26678-8", "校验位不对"),
        ("010 ## ‡aCNY48.00", "不是 ISBN"),
        ("011 ## ‡a1000-1234", "ISSN"),
        ("200 1# ‡f王吉耀主编", "没有题名"),
        ("20 1# ‡a题名", "不是三位"),
        ("005 ## ‡a20260401", "控制字段"),
        ("LDR 00000nam", "应有 24 位"),
        ("300 ## ", "是空的"),
        ("300 ## 没有子字段代码", "没有子字段代码"),
    ],
)
def test_what_makes_a_record_unusable_is_an_error(line: str, told: str) -> None:
    errors = [each.sentence for each in found(with_line(line)) if each.is_error]
    assert any(told in sentence for sentence in errors), errors


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("107 ## ‡a什么", "不是 CNMARC 的字段"),
        ("200 7# ‡a心电图", "指示符1“7”"),
        ("200 1# ‡a心电图‡x诊断", "没有子字段 ‡x"),
        ("205 ## ‡a第2版‡a第3版", "不可重复，现有 2 个"),
        ("101 0# ‡azhong", "不是语种代码"),
        ("102 ## ‡acn", "不是国家代码"),
        ("100 ## ‡a20261341d2026    em y0chiy50      ea", "不是日期"),
        ("100 ## ‡a20260401d20a6    em y0chiy50      ea", "不是年份"),
        ("100 ## ‡a20260401d2026    em y0cnnyy0      ea", "不是语种代码"),
        ("100 ## ‡a20260401d2026", "应有 36 位"),
        ("100 ## ‡a20260401x2026    em y0chiy50      ea", "没有“x”这个值"),
        ("330 ## ‡a", "是空的"),
    ],
)
def test_what_departs_from_the_standard_is_a_warning(line: str, told: str) -> None:
    findings = found(with_line(line))
    assert any(told in each.sentence and not each.is_error for each in findings), findings
    assert not any(each.is_error for each in findings)


def test_a_second_one_of_a_field_that_may_not_repeat_is_an_error_on_its_own_line() -> None:
    findings = found(GOOD + "\n200 1# ‡a又一个题名")
    assert [(each.line, each.is_error) for each in findings] == [(8, True)]


def test_a_librarys_own_fields_are_not_questioned() -> None:
    assert found(GOOD + "\n905 ## ‡aMAIN‡xA‡x什么都行\n999 ## ‡z1") == []


def test_a_local_system_may_keep_lettered_fields() -> None:
    assert found(GOOD_MARC21 + "\nFMT BK", Flavour.MARC21) == []


def test_marc21_wants_its_title_in_245() -> None:
    sentences = [each.sentence for each in found("LDR " + " " * 24 + "\n200 1# ‡a题名", Flavour.MARC21)]
    assert any("245" in sentence for sentence in sentences)


@pytest.mark.django_db
@pytest.mark.parametrize("blank", BLANKS, ids=lambda blank: blank.name)
def test_a_blank_is_wrong_in_nothing_but_what_is_still_to_be_filled(blank: Blank) -> None:
    findings = found(blank.text, blank.flavour)
    open_places = ("是空的", "没有题名")
    assert [each for each in findings if not any(words in each.sentence for words in open_places)] == []
    assert "LDR" in blank.text and len(parse(blank.text).record.leader) == 24


@pytest.mark.parametrize("flavour", [Flavour.CNMARC, Flavour.MARC21])
def test_the_tables_are_whole(flavour: Flavour) -> None:
    rules = rules_of(flavour)
    assert len(rules) > 100 and all(len(tag) == 3 and tag.isdigit() for tag in rules)
    assert {tag for tag, rule in rules.items() if rule.is_control} <= {f"00{digit}" for digit in range(1, 9)}


@pytest.mark.parametrize(
    ("tag", "leader", "flavour"),
    [
        ("LDR", "", Flavour.CNMARC), ("LDR", "", Flavour.MARC21), ("100", "", Flavour.CNMARC),
        ("008", "     nam", Flavour.MARC21), ("008", "     nas", Flavour.MARC21), ("008", "     gm ", Flavour.MARC21),
    ],
)  # fmt: skip
def test_no_two_positions_of_a_fixed_field_overlap(tag: str, leader: str, flavour: Flavour) -> None:
    layout = layout_of(tag, leader.ljust(24), flavour)
    assert layout is not None
    places = [place for each in layout.positions for place in range(each.start, each.start + each.length)]
    assert len(places) == len(set(places)) and max(places) < layout.length
    if tag != "LDR":
        assert sorted(places) == list(range(layout.length))
    assert all(len(code) == each.length for each in layout.positions for code, _words in each.values)
