"""What Weibo, Douyin, 视频号 and Toutiao take of a piece: data, each number with where it was read and when.

None of the four has a page of rules that stays: most numbers stand in the box that one writes in. A number that was
not read on the platform itself is told as 未核实, and the office enters its own beside the outlet, once it has looked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.newsroom.models import Outlet
from xinglin.newsroom.publishing.lifecycle import OutletKind


@dataclass(frozen=True)
class Limit:
    """How much a platform takes of something; ``is_official`` when the platform itself says so at ``source``."""

    most: int
    source: str | Promise
    is_official: bool = False
    least: int = 0
    checked_on: date | None = None

    @property
    def standing(self) -> str:
        """Who says so, in words: the office, the platform, or nobody whom one could ask."""
        if self.checked_on is not None:
            return _("本馆 %(day)s 核对") % {"day": self.checked_on}
        return str(self.source) if self.is_official else _("未核实：%(source)s") % {"source": self.source}


@dataclass(frozen=True)
class FormRules:
    """The form of a platform: characters, pictures, topic tags, cover sizes in pixels.

    A platform without ``title`` has no box for one: the text begins with it. ``signs`` are the only signs that a
    title may have there, ``signs_named`` says which; empty, all of them.
    """

    title: Limit | None
    text: Limit
    pictures: Limit
    tags: Limit
    covers: tuple[tuple[str, int, int], ...]
    covers_source: str | Promise
    tag: str = "#{}"
    signs: str = ""
    signs_named: str | Promise = ""

    def shown(self) -> Iterator[tuple[str, str, str]]:
        """Yield each rule as a person reads it: of what, how much, who says so."""
        if self.title is not None:
            yield _("标题"), _characters(self.title), self.title.standing
        if self.signs:
            yield _("标题里的符号"), _("只能有%(signs)s") % {"signs": self.signs_named}, str(CHANNELS_HINT)
        yield _("正文"), _characters(self.text), self.text.standing
        yield _("图片"), _("最多 %(n)d 张") % {"n": self.pictures.most}, self.pictures.standing
        yield _("话题标签"), _("最多 %(n)d 个") % {"n": self.tags.most}, self.tags.standing
        sizes = "、".join(f"{label}（{width}×{height}）" for label, width, height in self.covers)
        yield _("封面"), sizes, str(self.covers_source)


def _characters(limit: Limit) -> str:
    if limit.least:
        return _("%(least)d 到 %(most)d 字") % {"least": limit.least, "most": limit.most}
    return _("最多 %(most)d 字") % {"most": limit.most}


TOOLS = lazy("几种公开的多平台发布工具（2026 年 9 至 11 月）这样写")
DRAWN = lazy("未核实：各平台常用的比例")
CHANNELS_HINT = lazy("视频号助手填写时的提示，2026-10-01 见到")

RULES: dict[str, FormRules] = {
    # The open platform's article/publish binds a post of at most 1900 characters; a post itself takes 2000.
    OutletKind.WEIBO: FormRules(
        title=None,
        text=Limit(2000, TOOLS),
        pictures=Limit(18, TOOLS),
        tags=Limit(3, lazy("本系统的建议，平台没有写明")),
        covers=(("4x3", 1200, 900),),
        covers_source=DRAWN,
        tag="#{}#",
    ),
    # The tools do not agree on the title of a piece of pictures: 20 or 30. The smaller one fits both.
    OutletKind.DOUYIN: FormRules(
        title=Limit(20, lazy("公开的发布工具写图文标题 20 字或 30 字，取小的")),
        text=Limit(1000, TOOLS),
        pictures=Limit(35, TOOLS),
        tags=Limit(5, TOOLS),
        covers=(("3x4", 1080, 1440), ("9x16", 1080, 1920)),
        covers_source=DRAWN,
    ),
    OutletKind.CHANNELS: FormRules(
        title=Limit(16, CHANNELS_HINT, is_official=True, least=6),
        text=Limit(1000, TOOLS),
        pictures=Limit(18, lazy("早期是 9 张；公开的发布工具没有一致的说法")),
        tags=Limit(10, TOOLS),
        covers=(("6x7", 1080, 1260), ("16x9", 1080, 608)),
        covers_source=DRAWN,
        signs='《》“”"：:＋+？?％%℃°',
        signs_named=lazy("书名号、引号、冒号、加号、问号、百分号、摄氏度；素材包里已换成空格"),
    ),
    OutletKind.TOUTIAO: FormRules(
        title=Limit(30, lazy("头条号发文页标题框的提示，2026-09-18 见到"), is_official=True, least=2),
        text=Limit(20_000, lazy("没有找到出处")),
        pictures=Limit(50, lazy("没有找到出处")),
        tags=Limit(5, TOOLS),
        covers=(("16x9", 1280, 720), ("4x3", 1200, 900)),
        covers_source=lazy("《头条号封面图使用规范》：16:9，不小于 660×370，封面上不能有二维码和联系方式"),
    ),
}


def rules_of(outlet: Outlet) -> FormRules | None:
    """Return the form of an outlet's platform, with the numbers that its office found there; nothing for our own ways.

    An outlet that was checked on a day without other numbers says that ours were found right.
    """
    rules = RULES.get(outlet.kind)
    if rules is None or outlet.form_checked_on is None:
        return rules
    day = outlet.form_checked_on

    def checked(limit: Limit, found: int | None) -> Limit:
        return replace(limit, most=limit.most if found is None else found, checked_on=day)

    return replace(
        rules,
        title=rules.title and checked(rules.title, outlet.most_title),
        text=checked(rules.text, outlet.most_text),
        pictures=checked(rules.pictures, outlet.most_pictures),
        tags=checked(rules.tags, outlet.most_tags),
    )
