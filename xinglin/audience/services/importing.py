"""A table of readers with their tags, taken row by row: what cannot be taken is told with its reason."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.audience.models import FollowerTag, Source, Tag
from xinglin.audience.services import tags
from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.commons.sheets import Row, UnreadableTable, read_table
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.patrons.queries import find_by_card
from xinglin.wechat.queries import followers_of

CARD, TAG, WEIGHT = "读者证号", "标签", "权重"


@dataclass
class Found:
    """What became of a table."""

    taken: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)


class RowUnfit(Refusal):
    """A row of a table of tags that cannot be taken."""

    code = "audience.row_unfit"


def take(*, file: BinaryIO, name: str, by: Staff) -> Found:
    """Take a table with the columns 读者证号, 标签 (「科室：心内科」 or 「心内科」) and, if there, 权重.

    Raises ``UnreadableTable`` for what is no table, or has no such columns.
    """
    known = _known_tags()
    found = Found()
    rows: Iterator[Row] = read_table(file, name=name)
    for row in rows:
        if not found.taken and not found.problems and not {CARD, TAG} <= row.cells.keys():
            raise UnreadableTable(_("表格第一行应有“读者证号”和“标签”两列，可以再有“权重”。"))
        try:
            with transaction.atomic():
                found.taken += _take_row(row, known, by)
        except Refusal as refusal:
            found.problems.append((row.number, str(refusal)))
    return found


def _take_row(row: Row, known: dict[str, Tag], by: Staff) -> int:
    tag = known.get(row[TAG].replace(":", "：").strip())
    if tag is None:
        raise RowUnfit(_("没有标签「%(tag)s」，或几个维度里都有，请写成“维度：标签”。"), tag=row[TAG][:30])
    weight = whole(row[WEIGHT] or "100", digits=3)
    if weight is None or weight > 100:
        raise RowUnfit(_("权重应是 0 到 100 的整数，现为「%(weight)s」。"), weight=row[WEIGHT][:10])
    patron = find_by_card(row[CARD])
    if patron.home_library_id not in access.libraries_of(by, tags.CHANGE):
        raise RowUnfit(_("读者证「%(card)s」不属于您所在的馆。"), card=row[CARD][:20])
    followers = list(followers_of(patron))
    if not followers:
        raise RowUnfit(_("%(card)s 还没有绑定微信，标签无处可放。"), card=row[CARD][:20])
    for follower in followers:
        tags.put(follower=follower, tag=tag, source=Source.IMPORT, weight=weight, evidence=_("表格导入"))
        FollowerTag.objects.filter(follower=follower, tag=tag).update(patron_id=patron.pk)
    return 1


def _known_tags() -> dict[str, Tag]:
    """Return the tags by "dimension：tag", and by the tag alone where only one dimension has it."""
    rows = list(Tag.objects.filter(active=True, dimension__active=True).select_related("dimension"))
    alone: dict[str, list[Tag]] = {}
    for tag in rows:
        alone.setdefault(tag.name, []).append(tag)
    return {
        **{name: found[0] for name, found in alone.items() if len(found) == 1},
        **{f"{tag.dimension.name}：{tag.name}": tag for tag in rows},
    }
