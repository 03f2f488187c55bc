"""Which column of an office's table is which field of a reader."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinglin.commons.text import comparable
from xinglin.patrons.errors import MappingIncomplete


@dataclass(frozen=True)
class Field:
    """A field of a reader that a table may hold: its heading in our exports, and what others call it."""

    key: str
    heading: Promise
    also: tuple[str, ...] = ()
    is_needed: bool = False


FIELDS = (
    Field(
        "card_number",
        _("卡号"),
        (
            "读者证号",
            "证号",
            "借书证号",
            "一卡通号",
            "读者卡号",
            "借阅证号",
            "读者条码",
            "证条码",
            "card",
            "cardnumber",
            "barcode",
        ),
        is_needed=True,
    ),
    Field("name", _("姓名"), ("读者姓名", "名字", "name", "fullname"), is_needed=True),
    Field(
        "category",
        _("类别"),
        ("读者类别", "读者类型", "类型", "人员类别", "身份类别", "category", "patrontype"),
    ),
    Field("library", _("馆"), ("所属馆", "分馆", "馆代码", "馆名", "所在馆", "图书馆", "library", "branch")),
    Field("department", _("科室"), ("科室院系", "院系", "部门", "单位", "所在科室", "department", "dept")),
    Field("title", _("职称"), ("职务", "技术职称", "title")),
    Field(
        "staff_number",
        _("工号"),
        ("工号学号", "学号", "职工号", "员工号", "教工号", "人员编号", "staffnumber", "employeeid"),
    ),
    Field(
        "phone",
        _("手机"),
        ("手机号", "手机号码", "电话", "联系电话", "移动电话", "电话号码", "phone", "mobile", "tel"),
    ),
    Field("email", _("邮箱"), ("电子邮箱", "电子邮件", "邮件", "邮件地址", "email", "mail")),
    Field(
        "expires_on",
        _("有效期至"),
        (
            "有效期",
            "失效日期",
            "截止日期",
            "到期日期",
            "到期日",
            "有效日期",
            "证件有效期",
            "expires",
            "expirydate",
        ),
    ),
    Field("research_topics", _("研究方向"), ("研究主题", "研究领域", "专业方向", "专业")),
    Field("interests", _("阅读兴趣"), ("兴趣", "兴趣爱好")),
)
BY_KEY = {field.key: field for field in FIELDS}

_REMARK = re.compile(r"[(（\[【].*?[)）\]】]|[*＊:：/、_\-\s]")
# Identity numbers are never taken in, not even into the copy of the file that an import keeps.
_IDENTITY = re.compile(r"身份证|证件号|idcard|identitynumber", re.IGNORECASE)


def is_identity_number(heading: str) -> bool:
    """Whether a column holds identity numbers, which a library has no use for."""
    return bool(_IDENTITY.search(_bare(heading)))


def guessed(headings: Iterable[str]) -> dict[str, str]:
    """Return for each field the heading that probably means it; a heading means one field at most.

    "手机号码（必填）" means the phone, "身份证号" never the card.
    """
    free = {_bare(heading): heading for heading in headings if not is_identity_number(heading)}
    found: dict[str, str] = {}
    for field in FIELDS:
        for name in (str(field.heading), field.key, *field.also):
            heading = free.pop(_bare(name), None)
            if heading is not None:
                found[field.key] = heading
                break
    return found


def checked(mapping: Mapping[str, str], headings: Iterable[str]) -> dict[str, str]:
    """Return a mapping of fields to headings, the empty ones left out. Raises ``MappingIncomplete``."""
    known = set(headings)
    told = {key: heading for key, heading in mapping.items() if key in BY_KEY and heading in known}
    missing = [str(field.heading) for field in FIELDS if field.is_needed and field.key not in told]
    if missing:
        raise MappingIncomplete(_("还没有指出哪一列是%(missing)s。"), missing="、".join(missing))
    twice = sorted({heading for heading in told.values() if list(told.values()).count(heading) > 1})
    if twice:
        raise MappingIncomplete(_("「%(column)s」一列对应了两个项目；请每列只对应一个。"), column=twice[0])
    return told


def _bare(heading: str) -> str:
    return _REMARK.sub("", comparable(heading))
