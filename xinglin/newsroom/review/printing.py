"""The review record of an article as a PDF, for the archive and for whoever asks who approved what."""

from pathlib import Path

from django.utils.translation import gettext as _

from xinglin.commons import clock
from xinglin.commons.deeds import in_words
from xinglin.commons.onscreen import moment_text
from xinglin.commons.typesetting import typeset
from xinglin.newsroom.models import Article, ReviewEntry
from xinglin.newsroom.review.record import breaks_in

_TEMPLATE = Path(__file__).with_name("record.typ")


def record_as_pdf(article: Article) -> bytes:
    """Return an article's review record, with every line's seal and whether the chain holds.

    Raises ``FontMissing`` on a machine without Chinese fonts.
    """
    entries = list(
        ReviewEntry.objects.filter(article=article).order_by("number").select_related("revision", "review")
    )
    broken = breaks_in(article)
    told = {
        "heading": _("审核记录"),
        "footer": _("杏林 · 打印于 %(at)s") % {"at": moment_text(clock.now())},
        "facts": [
            [_("标题"), article.title],
            [_("图书馆"), article.library.name],
            [_("栏目"), article.column.name],
            [_("状态"), article.get_state_display()],
            [_("最新稿指纹"), article.newest.sha256 if article.newest else ""],
            [_("最后一条链码"), entries[-1].seal if entries else ""],
        ],
        "entries": [_told(entry) for entry in entries],
        "verdict": _("链码核对：有 %(n)d 处不符") % {"n": len(broken)}
        if broken
        else _("链码核对：%(n)d 条首尾相接，内容与指纹相符。") % {"n": len(entries)},
        "breaks": broken,
    }
    return typeset(_TEMPLATE, told, moment=clock.now())


def _told(entry: ReviewEntry) -> dict[str, object]:
    lines = [
        entry.person_name and _("人员：%(name)s") % {"name": entry.person_name},
        entry.hand and _("审核级：%(hand)s") % {"hand": entry.get_hand_display()},
        entry.review and _("通道：%(lane)s") % {"lane": entry.review.get_lane_display()},
        entry.licence
        and _("执业证 %(licence)s，有效期至 %(day)s%(duty)s")
        % {
            "licence": _masked(entry.licence),
            "day": entry.licensed_until,
            "duty": _("，正在值班") if entry.on_duty else "",
        },
        entry.revision
        and _("第 %(n)d 稿，指纹 %(hash)s") % {"n": entry.revision.number, "hash": entry.sha256},
        entry.via and _("途径：%(via)s") % {"via": _("手机") if entry.via == "phone" else _("工作台")},
        entry.remark and _("意见：%(remark)s") % {"remark": entry.remark},
    ]
    return {
        "number": f"{entry.number}.",
        "deed": in_words(entry.deed),
        "at": moment_text(entry.at),
        "lines": [line for line in lines if line],
        "before_words": _("上一条"),
        "before": entry.before or "—",
        "seal_words": _("本条"),
        "seal": entry.seal,
    }


def _masked(licence: str) -> str:
    """Return a licence number by which it is recognised but not copied."""
    return f"{licence[:4]}…{licence[-4:]}" if len(licence) > 8 else licence
