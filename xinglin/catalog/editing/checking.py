"""What is wrong with a record, line by line: errors stop a save, warnings are said and let it pass.

An error is what makes a record unusable or sends readers astray: no title, a field of the wrong shape,
a second 001, an ISBN whose check digit is wrong. What merely departs from the standard is a warning,
for libraries have their reasons and older records their age.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _

from xinglin.catalog.editing.codes import LANGUAGE_CODES
from xinglin.catalog.editing.lines import LEADER, Parsed
from xinglin.catalog.editing.positions import LEADER_LENGTH, Layout, layout_of
from xinglin.catalog.editing.tags import TagRule, is_local, rule_of
from xinglin.catalog.marc import ControlField, DataField, Field, Flavour, Record, isbn13, isbns_in, issn

_FILL = "|"


class Weight(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; ``line`` is where it stands, 0 when it is about the whole record."""

    line: int
    weight: Weight
    sentence: str

    @property
    def is_error(self) -> bool:
        return self.weight is Weight.ERROR


def check(parsed: Parsed, flavour: Flavour) -> list[Finding]:
    """Return everything that is wrong with a record, errors first, in the order of the lines."""
    record = parsed.record
    found = [_error(each.line, str(each.sentence)) for each in parsed.misread]
    found += _whole(record, flavour)
    found += _leader(record, flavour)
    for place, field in zip(parsed.places, record.fields, strict=True):
        found += _field(place, field, record, flavour)
    found += _repeats(parsed, flavour)
    return sorted(found, key=lambda each: (not each.is_error, each.line))


def _error(line: int, sentence: str) -> Finding:
    return Finding(line, Weight.ERROR, sentence)


def _warning(line: int, sentence: str) -> Finding:
    return Finding(line, Weight.WARNING, sentence)


def _whole(record: Record, flavour: Flavour) -> Iterator[Finding]:
    title = "200" if flavour.is_unimarc_family else "245"
    if not any(value.strip() for value in record.values(title, "a")):
        yield _error(0, _("没有题名：请填写 %(tag)s 字段的 ‡a。") % {"tag": title})
    fixed = "100" if flavour.is_unimarc_family else "008"
    if fixed not in record.by_tag:
        yield _warning(0, _("缺少必备的 %(tag)s 字段。") % {"tag": fixed})
    if flavour.is_unimarc_family:
        for tag in ("101", "801"):
            if tag not in record.by_tag:
                yield _warning(0, _("缺少必备的 %(tag)s 字段。") % {"tag": tag})


def _leader(record: Record, flavour: Flavour) -> Iterator[Finding]:
    size = len(record.leader)
    if size != LEADER_LENGTH:
        yield _error(1, _("头标区应有 24 位，现在是 %(size)d 位；请按 F4 逐位填写。") % {"size": size})
        return
    layout = layout_of(LEADER, record.leader, flavour)
    if layout is not None:
        yield from _positions(1, _("头标区"), record.leader, layout)


def _field(line: int, field: Field, record: Record, flavour: Flavour) -> Iterator[Finding]:
    tag = field.tag
    if not re.fullmatch(r"[0-9A-Z]{3}", tag):
        yield _error(line, _("字段号“%(tag)s”不是三位；请改正。") % {"tag": tag})
        return
    rule = rule_of(tag, flavour)
    if rule is None and tag.isdigit() and not is_local(tag):
        yield _warning(line, _("%(tag)s 不是 %(flavour)s 的字段；请核对字段号。") % _named(tag, flavour))
    if isinstance(field, ControlField):
        yield from _control_field(line, field, record, flavour)
    else:
        yield from _data_field(line, field, rule)
        yield from _numbers(line, field, flavour)
        yield from _codes(line, field, record, flavour)


def _named(tag: str, flavour: Flavour) -> dict[str, str]:
    return {"tag": tag, "flavour": "CNMARC" if flavour.is_unimarc_family else "MARC 21"}


def _control_field(line: int, field: ControlField, record: Record, flavour: Flavour) -> Iterator[Finding]:
    if field.tag.isdigit() and field.tag >= "010":
        yield _error(line, _("%(tag)s 字段应有指示符和子字段；请用 ‡ 标出子字段。") % {"tag": field.tag})
    layout = layout_of(field.tag, record.leader, flavour)
    if layout is not None and field.tag == "008":
        yield from _fixed(line, "008", field.value, layout)


def _data_field(line: int, field: DataField, rule: TagRule | None) -> Iterator[Finding]:
    tag = field.tag
    if tag < "010":
        yield _error(line, _("%(tag)s 是控制字段，不带指示符和子字段。") % {"tag": tag})
        return
    if not field.subfields:
        yield _error(line, _("%(tag)s 字段是空的；请填写内容，或删去这个字段。") % {"tag": tag})
    for code, value in field.subfields:
        if not code:
            yield _error(line, _("%(tag)s 字段有内容没有子字段代码；请在前面加 ‡ 和代码。") % {"tag": tag})
        elif not value.strip():
            yield _warning(line, _("%(tag)s 字段的 ‡%(code)s 是空的。") % {"tag": tag, "code": code})
    if rule is not None:
        yield from _against(rule, line, field)


def _against(rule: TagRule, line: int, field: DataField) -> Iterator[Finding]:
    for name, value, allowed in (
        (_("指示符1"), field.ind1, rule.ind1),
        (_("指示符2"), field.ind2, rule.ind2),
    ):
        if allowed != "." and (len(value) != 1 or value not in allowed):
            yield _warning(
                line,
                _("%(tag)s 字段的%(name)s“%(value)s”不在规定的值（%(allowed)s）里。")
                % {
                    "tag": rule.tag,
                    "name": name,
                    "value": value.replace(" ", "#"),
                    "allowed": "、".join(allowed.replace(" ", "#")),
                },
            )
    counts = Counter(code for code, _value in field.subfields if code)
    for code, times in counts.items():
        if not rule.may_hold(code):
            yield _warning(line, _("%(tag)s 字段没有子字段 ‡%(code)s。") % {"tag": rule.tag, "code": code})
        elif times > 1 and not rule.may_repeat(code):
            yield _warning(
                line,
                _("%(tag)s 字段的 ‡%(code)s 不可重复，现有 %(times)d 个。")
                % {"tag": rule.tag, "code": code, "times": times},
            )


def _repeats(parsed: Parsed, flavour: Flavour) -> Iterator[Finding]:
    seen: set[str] = set()
    for place, field in zip(parsed.places, parsed.record.fields, strict=True):
        rule = rule_of(field.tag, flavour)
        if rule is not None and not rule.repeatable and field.tag in seen:
            yield _error(
                place, _("%(tag)s 字段（%(name)s）不可重复。") % {"tag": rule.tag, "name": rule.name}
            )
        seen.add(field.tag)


def _numbers(line: int, field: DataField, flavour: Flavour) -> Iterator[Finding]:
    isbn_tag, issn_tag = ("010", "011") if flavour.is_unimarc_family else ("020", "022")
    for value in filter(str.strip, field.all("a")):
        if field.tag == isbn_tag and not any(each.isbn13 for each in isbns_in(value)):
            digits = re.sub(r"[^0-9Xx]", "", value)
            if len(digits) in (10, 13) and isbn13(digits) is None:
                why = _("ISBN“%(value)s”的校验位不对；请核对，书上就印错的移到 ‡z。")
            else:
                why = _("“%(value)s”不是 ISBN；请核对，不是书号的内容移到别的子字段。")
            yield _error(line, why % {"value": value.strip()})
        if field.tag == issn_tag and issn(value) is None:
            yield _error(line, _("ISSN“%(value)s”不对；请核对，印错的移到 ‡y。") % {"value": value.strip()})


def _codes(line: int, field: DataField, record: Record, flavour: Flavour) -> Iterator[Finding]:
    language_tag = "101" if flavour.is_unimarc_family else "041"
    if field.tag == language_tag and field.ind2 != "7":
        for _code, value in field.subfields:
            codes = re.findall(".{1,3}", value) if flavour is Flavour.MARC21 else [value]
            for code in codes:
                if code.strip() and code not in LANGUAGE_CODES:
                    yield _warning(line, _("“%(code)s”不是语种代码。") % {"code": code})
    if field.tag == "102" and flavour.is_unimarc_family:
        for value in field.all("a"):
            if not re.fullmatch("[A-Z]{2}", value):
                yield _warning(
                    line, _("“%(code)s”不是国家代码（两位大写字母，中国为 CN）。") % {"code": value}
                )
    layout = layout_of(field.tag, record.leader, flavour)
    if layout is not None:
        yield from _fixed(line, "100 ‡a", field.get("a") or "", layout)


def _fixed(line: int, name: str, value: str, layout: Layout) -> Iterator[Finding]:
    if len(value) != layout.length:
        yield _warning(
            line,
            _("%(name)s 应有 %(length)d 位，现在是 %(size)d 位；请按 F4 逐位填写。")
            % {"name": name, "length": layout.length, "size": len(value)},
        )
        return
    yield from _positions(line, name, value, layout)
    yield from _dates_and_language(line, name, value)


def _dates_and_language(line: int, name: str, value: str) -> Iterator[Finding]:
    is_general = name.startswith("100")
    entered, first, language = (
        (value[:8], value[9:13], value[22:25]) if is_general else (value[:6], value[7:11], value[35:38])
    )
    if entered.strip(" |") and not _is_day(entered if is_general else f"20{entered}"):
        yield _warning(line, _("%(name)s 的入档日期“%(value)s”不是日期。") % {"name": name, "value": entered})
    if not re.fullmatch(r"[0-9u ]{4}|\|{4}", first):
        yield _warning(line, _("%(name)s 的出版年“%(value)s”不是年份。") % {"name": name, "value": first})
    if language.strip(" |") and language not in LANGUAGE_CODES:
        yield _warning(
            line, _("%(name)s 的语种“%(value)s”不是语种代码。") % {"name": name, "value": language}
        )


def _is_day(digits: str) -> bool:
    try:
        date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
    except ValueError:
        return False
    return True


def _positions(line: int, name: str, value: str, layout: Layout) -> Iterator[Finding]:
    for position in layout.positions:
        code = position.of(value)
        if not position.values or code == _FILL * position.length or code in dict(position.values):
            continue
        yield _warning(
            line,
            _("%(name)s 第 %(span)s 位（%(what)s）没有“%(code)s”这个值。")
            % {"name": name, "span": position.span, "what": position.name, "code": code.replace(" ", "#")},
        )
