"""The platform's public library of templates, as far as a library's account needs it.

The same titles serve template messages (short id ``TM…``) and subscription notices (number).
The content of a real template is assembled from the chosen keywords in just this way.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Keyword:
    """A line of a template: its number, its label, and the kind of value it takes."""

    kid: int
    name: str
    prefix: str
    example: str

    @property
    def field(self) -> str:
        return f"{self.prefix}{self.kid}"


@dataclass(frozen=True)
class Title:
    """A template of the public library."""

    tid: int
    short: str
    title: str
    keywords: tuple[Keyword, ...]
    category: int = 616
    type: int = 2


CATEGORIES = {616: "公共图书馆", 287: "医疗机构", 669: "在线教育"}

LIBRARY: tuple[Title, ...] = (
    Title(
        3001,
        "TM00301",
        "图书到期提醒",
        (
            Keyword(1, "书名", "thing", "内科学"),
            Keyword(2, "到期时间", "time", "2026年12月1日"),
            Keyword(3, "借阅人", "name", "王小明"),
            Keyword(4, "备注", "thing", "请按时归还"),
        ),
    ),
    Title(
        3002,
        "TM00302",
        "预约到馆通知",
        (
            Keyword(1, "书名", "thing", "心电图学"),
            Keyword(2, "取书地点", "thing", "总馆一层"),
            Keyword(3, "保留至", "date", "2026年12月3日"),
            Keyword(4, "预约号", "character_string", "A1024"),
        ),
    ),
    Title(
        3003,
        "TM00303",
        "申请处理结果通知",
        (
            Keyword(1, "申请内容", "thing", "文献传递"),
            Keyword(2, "处理结果", "phrase", "已完成"),
            Keyword(3, "处理时间", "time", "2026年11月20日 10:00"),
            Keyword(4, "费用", "amount", "5.00元"),
            Keyword(5, "备注", "thing", "请在手机上查看"),
        ),
    ),
    Title(
        3004,
        "TM00304",
        "活动开始提醒",
        (
            Keyword(1, "活动名称", "thing", "文献检索讲座"),
            Keyword(2, "开始时间", "time", "2026年11月21日 14:00"),
            Keyword(3, "地点", "thing", "报告厅"),
            Keyword(4, "联系电话", "phone_number", "010-12345678"),
        ),
    ),
    Title(
        3005,
        "TM00305",
        "服务状态提醒",
        (
            Keyword(1, "事项", "thing", "系统维护"),
            Keyword(2, "状态", "phrase", "进行中"),
            Keyword(3, "编号", "number", "12"),
            Keyword(4, "等级", "letter", "A"),
            Keyword(5, "时间", "time", "2026年11月20日 10:00"),
        ),
        type=3,
    ),
)


def by_tid(tid: int) -> Title | None:
    return next((one for one in LIBRARY if one.tid == tid), None)


def by_short(short: str) -> Title | None:
    return next((one for one in LIBRARY if one.short == short or str(one.tid) == short), None)


def content_of(keywords: list[Keyword]) -> str:
    return "\n".join(f"{one.name}:{{{{{one.field}.DATA}}}}" for one in keywords)


def example_of(keywords: list[Keyword]) -> str:
    return "\n".join(f"{one.name}:{one.example}" for one in keywords)
