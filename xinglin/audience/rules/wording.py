"""A rule tree as a librarian reads it."""

from django.utils.translation import gettext as _

from xinglin.audience.models import Tag
from xinglin.audience.rules.tree import All, AnyOf, Behaved, Fits, HasTag, Node, Not, tags_of
from xinglin.commons import criteria
from xinglin.newsroom.models import Column


class Words:
    """Names of tags and columns, fetched once for a tree."""

    def __init__(self, rule: Node) -> None:
        self._tags = {
            tag.pk: str(tag) for tag in Tag.objects.filter(pk__in=tags_of(rule)).select_related("dimension")
        }
        self._columns = dict(Column.objects.values_list("pk", "name"))

    def tell(self, node: Node) -> str:
        """Return a tree in one sentence."""
        match node:
            case All(parts):
                return self._joined(parts, _("，并且")) or _("所有关注者")
            case AnyOf(parts):
                return self._joined(parts, _("，或者")) or _("没有人")
            case Not(part):
                return _("不满足（%(what)s）") % {"what": self.tell(part)}
            case HasTag(tag, weight):
                name = self._tags.get(tag, _("已删除的标签"))
                return _("%(tag)s（权重 ≥ %(weight)d）") % {"tag": name, "weight": weight} if weight else name
            case Behaved(kind, days, times, column):
                told = _("近 %(days)d 天%(deed)s") % {"days": days, "deed": kind.label}
                told += _("满 %(times)d 次") % {"times": times} if times > 1 else ""
                return told + (
                    _("（%(column)s）") % {"column": self._columns.get(column, column)} if column else ""
                )
            case Fits(name, given, times):
                kind_ = criteria.registry.criteria.get(name)
                told = kind_.in_words(given) if kind_ else name
                return told + (_("满 %(times)d 次") % {"times": times} if times > 1 else "")

    def _joined(self, parts: tuple[Node, ...], word: str) -> str:
        told = [f"（{self.tell(part)}）" if isinstance(part, All | AnyOf) and len(part.of) > 1 else self.tell(part)
                for part in parts]  # fmt: skip
        return word.join(told)


def in_words(rule: Node) -> str:
    """Return a tree in one sentence."""
    return Words(rule).tell(rule)
