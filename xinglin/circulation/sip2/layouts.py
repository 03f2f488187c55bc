"""The fixed part of every message of SIP2 (3M document 2.00), as a table; what follows are fields of two letters.

Read liberally: a date may have lost its blanks on the way, or be missing where blanks stand for none.
"""

import re
from dataclasses import dataclass
from functools import cached_property

DATE = r"\d{8}.{4}\d{6}|\d{14}| {18}"


@dataclass(frozen=True)
class Part:
    """One fixed part: its name and what it may look like."""

    name: str
    pattern: str


def _flag(name: str) -> Part:
    return Part(name, "[YNU 01]")


def _text(name: str, length: int) -> Part:
    return Part(name, f".{{{length}}}")


def _date(name: str, *, may_lack: bool = False) -> Part:
    return Part(name, f"(?:{DATE}){'?' if may_lack else ''}")


@dataclass(frozen=True)
class Layout:
    """A message: its two digits, what it is called on the monitor, and its fixed part."""

    code: str
    name: str
    parts: tuple[Part, ...] = ()
    answer: str = ""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        fixed = "".join(f"(?P<{part.name}>{part.pattern})" for part in self.parts)
        return re.compile(fixed + r"(?P<rest>.*)", re.DOTALL)


_STATUS = Part("status", "[YN ]{14}")
_LANGUAGE = _text("language", 3)
_NOW = _date("at")

REQUESTS = (
    Layout("01", "停用读者证", (_flag("retained"), _NOW), "24"),
    Layout("09", "还书", (_flag("no_block"), _NOW, _date("returned", may_lack=True)), "10"),
    Layout("11", "借书", (_flag("renewal"), _flag("no_block"), _NOW, _date("due", may_lack=True)), "12"),
    Layout("15", "预约", (Part("mode", r"[+\-*]"), _NOW), "16"),
    Layout("17", "查图书", (_NOW,), "18"),
    Layout("19", "改图书属性", (_NOW,), "20"),
    Layout("23", "查读者状态", (_LANGUAGE, _NOW), "24"),
    Layout("25", "恢复读者证", (_NOW,), "26"),
    Layout("29", "续借", (_flag("third_party"), _flag("no_block"), _NOW, _date("due", may_lack=True)), "30"),
    Layout("35", "读者结束", (_NOW,), "36"),
    Layout(
        "37",
        "缴费",
        (_NOW, _text("fee_type", 2), _text("payment", 2), Part("currency", "[A-Z]{3}")),
        "38",
    ),
    Layout("63", "查读者", (_LANGUAGE, _NOW, _text("summary", 10)), "64"),
    Layout("65", "全部续借", (_NOW,), "66"),
    Layout("93", "登录", (_text("user_algorithm", 1), _text("password_algorithm", 1)), "94"),
    Layout("97", "请重发", (), ""),
    Layout("99", "设备状态", (_text("condition", 1), _text("width", 3), Part("protocol", r"\d\.\d\d")), "98"),
)
_COUNTS = tuple(
    _text(name, 4) for name in ("holds", "overdue", "charged", "fines", "recalls", "unavailable_holds")
)
ANSWERS = (
    Layout("10", "还书结果", (_flag("ok"), _flag("resensitize"), _flag("magnetic"), _flag("alert"), _NOW)),
    Layout(
        "12", "借书结果", (_flag("ok"), _flag("renewal_ok"), _flag("magnetic"), _flag("desensitize"), _NOW)
    ),
    Layout("16", "预约结果", (_flag("ok"), _flag("available"), _NOW)),
    Layout("18", "图书信息", (_text("circulation", 2), _text("security", 2), _text("fee_type", 2), _NOW)),
    Layout("20", "属性结果", (_flag("ok"), _NOW)),
    Layout("24", "读者状态", (_STATUS, _LANGUAGE, _NOW)),
    Layout("26", "恢复结果", (_STATUS, _LANGUAGE, _NOW)),
    Layout(
        "30", "续借结果", (_flag("ok"), _flag("renewal_ok"), _flag("magnetic"), _flag("desensitize"), _NOW)
    ),
    Layout("36", "读者结束", (_flag("ended"), _NOW)),
    Layout("38", "缴费结果", (_flag("accepted"), _NOW)),
    Layout("64", "读者信息", (_STATUS, _LANGUAGE, _NOW, *_COUNTS)),
    Layout("66", "续借结果", (_flag("ok"), _text("renewed", 4), _text("unrenewed", 4), _NOW)),
    Layout("94", "登录结果", (_flag("ok"),)),
    Layout("96", "请重发", ()),
    Layout(
        "98",
        "系统状态",
        (
            _flag("online"),
            _flag("checkin"),
            _flag("checkout"),
            _flag("renewal"),
            _flag("status_update"),
            _flag("offline"),
            _text("timeout", 3),
            _text("retries", 3),
            _NOW,
            Part("protocol", r"\d\.\d\d"),
        ),
    ),
)
BY_CODE = {layout.code: layout for layout in (*REQUESTS, *ANSWERS)}

# What the fields are called on the monitor (3M document 2.00, and the extensions that are met).
FIELD_NAMES = {
    "AA": "读者证号", "AB": "条码", "AC": "设备密码", "AD": "读者密码", "AE": "姓名", "AF": "屏幕提示",
    "AG": "打印内容", "AH": "应还时间", "AJ": "题名", "AL": "停用原因", "AM": "馆名", "AN": "设备位置",
    "AO": "馆代码", "AP": "当前位置", "AQ": "所属位置", "AS": "预约", "AT": "逾期", "AU": "在借",
    "AV": "费用", "BD": "地址", "BE": "邮箱", "BF": "电话", "BG": "所属馆", "BH": "币种", "BI": "撤销",
    "BK": "交易号", "BL": "读者有效", "BM": "已续借", "BN": "未续借", "BO": "同意付费", "BP": "起",
    "BQ": "止", "BR": "排队位置", "BS": "取书馆", "BT": "费用类别", "BU": "召回", "BV": "金额",
    "BW": "预约截止", "BX": "支持的消息", "BY": "预约方式", "BZ": "预约上限", "CA": "逾期上限",
    "CB": "借书上限", "CC": "欠费上限", "CD": "未到预约", "CF": "排队人数", "CG": "费用编号",
    "CH": "图书属性", "CI": "保持防盗", "CJ": "召回日期", "CK": "介质", "CL": "分拣口", "CM": "预约保留至",
    "CN": "登录名", "CO": "登录密码", "CP": "位置", "CQ": "密码正确", "CS": "索书号", "CT": "送往",
    "CV": "提示类别", "CY": "预约人", "DA": "预约人姓名",
}  # fmt: skip
# And what the fixed parts are called there.
PART_NAMES = {
    "ok": "成功", "renewal_ok": "是续借", "magnetic": "磁性介质", "desensitize": "消磁", "resensitize": "充磁",
    "alert": "提示馆员", "at": "时间", "due": "应还", "returned": "归还时间", "no_block": "离线时已办",
    "renewal": "可改为续借", "language": "语言", "status": "权限标志", "holds": "可取预约", "overdue": "逾期",
    "charged": "在借", "fines": "费用", "recalls": "召回", "unavailable_holds": "未到预约", "summary": "要列出的",
    "retained": "卡已没收", "mode": "方式", "available": "有复本", "circulation": "流通状态", "security": "防盗",
    "fee_type": "费用类别", "payment": "付款方式", "currency": "币种", "accepted": "已入账", "ended": "已结束",
    "third_party": "可由他人续借", "renewed": "续借册数", "unrenewed": "未续册数", "online": "在线",
    "checkin": "还书", "checkout": "借书", "status_update": "改状态", "offline": "离线", "timeout": "超时",
    "retries": "重试", "protocol": "协议版本", "condition": "设备状态", "width": "打印宽度",
    "user_algorithm": "登录名加密", "password_algorithm": "密码加密",
}  # fmt: skip
SECRET_FIELDS = ("AC", "AD", "CO")
