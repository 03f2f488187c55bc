"""Reading hostile JSON field by field: every refusal says which block, which field, and what is wrong."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from xinglin.commons.text import plain
from xinglin.newsroom.errors import ContentUnfit


class Fields:
    """One JSON object whose fields are taken out by name and type; what is left over is refused."""

    def __init__(self, raw: object, place: str) -> None:
        if not isinstance(raw, dict) or not all(isinstance(name, str) for name in raw):
            raise ContentUnfit(_("%(place)s的格式不对：应是一组有名字的字段。"), place=place)
        self._raw: dict[str, object] = dict(raw)
        self._place = place

    def text(self, name: str, *, most: int) -> str:
        """Take a text, stripped; a missing one is empty."""
        value = self._raw.pop(name, "")
        if not isinstance(value, str):
            raise self._unfit(name, _("应是文字"))
        return self._fitting(name, plain(value).strip(), most)

    def html(self, name: str, *, most: int, clean: Callable[[str], str]) -> str:
        """Take a text of HTML, measured before it is cleaned: cleaning costs time."""
        return clean(self.text(name, most=most))

    def texts(self, name: str, *, most: int, most_each: int) -> tuple[str, ...]:
        """Take a list of texts; empty ones are left out."""
        values = self._raw.pop(name, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise self._unfit(name, _("应是文字的列表"))
        if len(values) > most:
            raise self._unfit(name, _("最多 %(most)d 项") % {"most": most})
        stripped = (self._fitting(name, plain(value).strip(), most_each) for value in values)
        return tuple(value for value in stripped if value)

    def flag(self, name: str) -> bool:
        """Take a yes or no; missing is no."""
        value = self._raw.pop(name, False)
        if not isinstance(value, bool):
            raise self._unfit(name, _("应是“是”或“否”"))
        return value

    def objects(self, name: str, *, most: int) -> list[object]:
        """Take a list of anything, to be read further."""
        values = self._raw.pop(name, [])
        if not isinstance(values, list) or len(values) > most:
            raise self._unfit(name, _("应是最多 %(most)d 项的列表") % {"most": most})
        return values

    def anything(self, name: str) -> object:
        """Take a field of any shape, to be read further; missing is None."""
        return self._raw.pop(name, None)

    def whole_number(self, name: str, *, default: int, allowed: tuple[int, ...]) -> int:
        """Take one of a few whole numbers."""
        value = self._raw.pop(name, default)
        if isinstance(value, bool) or value not in allowed or not isinstance(value, int):
            raise self._unfit(name, _("只能是 %(allowed)s") % {"allowed": "、".join(map(str, allowed))})
        return value

    def finish(self) -> None:
        """Refuse what nobody took: a field we do not know would be lost without a word."""
        if self._raw:
            names = "、".join(sorted(plain(name)[:40] for name in self._raw)[:5])
            raise ContentUnfit(_("%(place)s有不认识的字段：%(names)s。"), place=self._place, names=names)

    def _fitting(self, name: str, value: str, most: int) -> str:
        if len(value) > most:
            raise self._unfit(name, _("有 %(n)d 字，最多 %(most)d 字") % {"n": len(value), "most": most})
        return value

    def _unfit(self, name: str, why: object) -> ContentUnfit:
        return ContentUnfit(
            _("%(place)s的字段 %(name)s 不合要求：%(why)s。"), place=self._place, name=name, why=why
        )
