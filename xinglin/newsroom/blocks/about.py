"""What an article says of itself: who wrote it and by what right, where it comes from, whether a machine helped."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.newsroom.blocks import rights
from xinglin.newsroom.blocks.fields import Fields
from xinglin.newsroom.errors import ContentUnfit

AI = {
    "none": gettext_lazy("没有使用人工智能"),
    "assisted": gettext_lazy("人工智能辅助（查资料、润色）"),
    "generated": gettext_lazy("含人工智能生成的文字或图片"),
}
FONTS = {"system": gettext_lazy("只用系统字体"), "licensed": gettext_lazy("图上的字体已获授权")}
ORIGIN = {"original": gettext_lazy("原创"), "repost": gettext_lazy("转载")}
_CHOICES = {"ai": AI, "fonts": FONTS, "origin": ORIGIN, "cover_licence": rights.LICENCES}


@dataclass(frozen=True)
class About:
    """Part of the text as far as review goes: what is declared here is hashed with it."""

    author: str = ""
    qualification: str = ""
    sources: tuple[str, ...] = ()
    ai: str = ""
    fonts: str = ""
    origin: str = ""
    reposted_from: str = ""
    cover_licence: str = ""

    def as_json(self) -> dict[str, object]:
        """Return what is declared, without what is not."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
            if value
        }

    def missing(self, *, has_cover: bool, has_pictures: bool, reviewed: bool, medical: bool) -> Iterator[str]:
        """Say what must still be declared. A notice of the house needs little, a health text everything."""
        if has_cover and not self.cover_licence:
            yield _("封面没有说明版权")
        if self.origin == "repost" and not self.reposted_from:
            yield _("转载要写原文出处")
        if reviewed and not self.author:
            yield _("没有写作者")
        if reviewed and not self.ai:
            yield _("没有说明是否用了人工智能")
        if reviewed and not self.origin:
            yield _("没有说明是原创还是转载")
        if reviewed and has_pictures and not self.fonts:
            yield _("没有说明图上字体的授权")
        if medical and not self.qualification:
            yield _("健康内容要写作者的专业资质")
        if medical and not self.sources:
            yield _("健康内容要写参考来源")

    def shown(self) -> list[tuple[str, str]]:
        """Return what readers are told under the text."""
        said = [
            (_("作者"), "，".join(filter(None, (self.author, self.qualification)))),
            (_("来源"), self.reposted_from if self.origin == "repost" else ""),
            (_("参考来源"), "；".join(self.sources)),
            (_("说明"), str(AI[self.ai]) if self.ai in ("assisted", "generated") else ""),
        ]
        return [(name, words) for name, words in said if words]


NOTHING_DECLARED = About()


def read_about(raw: object) -> About:
    """Return what hostile JSON declares. Raises ``ContentUnfit``."""
    fields = Fields(raw or {}, str(_("作者与来源")))
    values = {
        name: fields.text(name, most=most)
        for name, most in (
            ("author", 60), ("qualification", 200), ("ai", 20), ("fonts", 20), ("origin", 20),
            ("reposted_from", 300), ("cover_licence", 20),
        )
    }  # fmt: skip
    sources = fields.texts("sources", most=30, most_each=300)
    fields.finish()
    for name, choices in _CHOICES.items():
        if values[name] and values[name] not in choices:
            raise ContentUnfit(
                gettext_lazy("「%(value)s」不在“作者与来源”的选项里，请重新选择。"), value=values[name]
            )
    return About(sources=sources, **values)
