"""Blocks that readers answer or use: polls, quizzes, live streams, small tools."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons.onscreen import Words
from xinglin.newsroom.blocks.fields import Fields
from xinglin.newsroom.blocks.kinds import LONGEST_ADDRESS, LONGEST_LINE, Block
from xinglin.newsroom.errors import ContentUnfit

_KEY = re.compile(r"[0-9a-f]{8}")
_ABROAD = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)
MOST_OPTIONS = 12
TOOLS = {
    "bmi": gettext_lazy("体质指数（BMI）计算"),
    "pressure": gettext_lazy("家庭血压对照"),
    "water": gettext_lazy("每日饮水量估算"),
}


def _key(fields: Fields) -> str:
    key = fields.text("key", most=8)
    if key and not _KEY.fullmatch(key):
        raise ContentUnfit(gettext_lazy("投票或问答的编号「%(key)s」不对；请删掉这一块重新添加。"), key=key)
    return key


@dataclass(frozen=True)
class Poll(Block):
    """A question without a right answer; several make a questionnaire. The key outlives new revisions."""

    key: str
    question: str
    options: tuple[str, ...] = ()
    many: bool = False
    free: bool = False
    kind: ClassVar[str] = "poll"
    title: ClassVar[Words] = gettext_lazy("投票/问卷")
    icon: ClassVar[str] = "chart-bar"

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(
            _key(fields),
            fields.text("question", most=LONGEST_LINE),
            fields.texts("options", most=MOST_OPTIONS, most_each=60),
            fields.flag("many"),
            fields.flag("free"),
        )

    def plain(self) -> str:
        lines = [f"{letter}. {option}" for letter, option in zip("ABCDEFGHIJKL", self.options, strict=False)]
        return "\n".join([self.question, *lines]) if self.question else ""

    def missing(self) -> Iterator[str]:
        if not self.question:
            yield _("没有问题")
        if not self.free and len(self.options) < 2:
            yield _("至少要有两个选项")
        if len(set(self.options)) < len(self.options):
            yield _("有两个选项一样")


@dataclass(frozen=True)
class Quiz(Block):
    """A question with a right answer, and why it is right."""

    key: str
    question: str
    options: tuple[str, ...] = ()
    answer: str = ""
    explanation: str = ""
    kind: ClassVar[str] = "quiz"
    title: ClassVar[Words] = gettext_lazy("问答")
    icon: ClassVar[str] = "zoom-question"

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(
            _key(fields),
            fields.text("question", most=LONGEST_LINE),
            fields.texts("options", most=MOST_OPTIONS, most_each=60),
            fields.text("answer", most=1).upper(),
            fields.text("explanation", most=1000),
        )

    @property
    def right(self) -> int | None:
        """The place of the right option, from 0."""
        place = "ABCDEFGHIJKL".find(self.answer) if self.answer else -1
        return place if 0 <= place < len(self.options) else None

    def plain(self) -> str:
        lines = [f"{letter}. {option}" for letter, option in zip("ABCDEFGHIJKL", self.options, strict=False)]
        return "\n".join([self.question, *lines]) if self.question else ""

    def missing(self) -> Iterator[str]:
        if not self.question:
            yield _("没有问题")
        if len(self.options) < 2:
            yield _("至少要有两个选项")
        if self.right is None:
            yield _("没有写对正确选项的字母")
        if not self.explanation:
            yield _("没有解释（读者答完要看到为什么）")


@dataclass(frozen=True)
class Live(Block):
    """A stream that runs at a time, elsewhere."""

    name: str
    address: str
    starts: str = ""
    note: str = ""
    kind: ClassVar[str] = "live"
    title: ClassVar[Words] = gettext_lazy("直播")
    icon: ClassVar[str] = "broadcast"

    @classmethod
    def read(cls, fields: Fields) -> Self:
        name, address = fields.text("name", most=LONGEST_LINE), fields.text("address", most=LONGEST_ADDRESS)
        if address and not _ABROAD.fullmatch(address):
            raise ContentUnfit(
                gettext_lazy("直播地址「%(address)s」打不开；请以 https:// 开头写完整地址。"),
                address=address[:80],
            )
        return cls(name, address, fields.text("starts", most=40), fields.text("note", most=LONGEST_LINE))

    def plain(self) -> str:
        return (
            " ".join(filter(None, (f"［{_('直播')}］{self.name}", self.starts, self.address)))
            if self.name
            else ""
        )

    def missing(self) -> Iterator[str]:
        if not self.name:
            yield _("缺少直播名称")
        if not self.address:
            yield _("缺少直播地址")
        if not self.starts:
            yield _("缺少开播时间")


@dataclass(frozen=True)
class Tool(Block):
    """A small tool of ours that works on the phone and sends nothing anywhere."""

    tool: str
    note: str = ""
    kind: ClassVar[str] = "tool"
    title: ClassVar[Words] = gettext_lazy("H5 小工具")
    icon: ClassVar[str] = "calculator"

    @classmethod
    def read(cls, fields: Fields) -> Self:
        tool = fields.text("tool", most=20)
        if tool and tool not in TOOLS:
            raise ContentUnfit(gettext_lazy("没有「%(tool)s」这个小工具；请从列表里选。"), tool=tool)
        return cls(tool, fields.text("note", most=LONGEST_LINE))

    @property
    def name(self) -> str:
        """What the tool is called."""
        return str(TOOLS.get(self.tool, ""))

    def plain(self) -> str:
        return f"［{_('小工具')}：{self.name}］" if self.tool else ""

    def missing(self) -> Iterator[str]:
        if not self.tool:
            yield _("还没有选小工具")
