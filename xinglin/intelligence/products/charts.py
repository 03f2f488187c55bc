"""Charts as SVG: the same numbers give the same bytes. Letters are drawn as outlines, so no reader needs the font."""

import io
from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

from xinglin.commons.text import shortened
from xinglin.commons.typesetting import chinese_font_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

BLUE, GREY = "#2c6a97", "#5b6670"
WIDTH = 6.4


def columns(values: Sequence[tuple[str, int]], *, unit: str, height: float = 2.6) -> str:
    """Return a chart of columns over time. Raises ``FontMissing``."""
    figure, axes, font = _begin(height)
    places = range(len(values))
    drawn = axes.bar(places, [n for _name, n in values], color=BLUE, width=0.68)
    axes.bar_label(drawn, fontsize=7, color=GREY, padding=2)
    # Fifteen years stand side by side; longer names, such as days, need more room.
    longest = max((len(name) for name, _n in values), default=0)
    step = max(1, len(values) // 15 if longest <= 4 else ceil(len(values) * longest / 60))
    axes.set_xticks(list(places)[::step], [name for name, _n in values][::step], fontsize=8)
    axes.set_ylabel(unit, fontproperties=font, color=GREY)
    axes.margins(y=0.15)
    return _svg(figure)


def bars(values: Sequence[tuple[str, int]]) -> str:
    """Return a chart of lying bars, the most first. Raises ``FontMissing``."""
    figure, axes, font = _begin(0.5 + 0.27 * max(2, len(values)))
    drawn = axes.barh(range(len(values)), [n for _name, n in values], color=BLUE, height=0.66)
    axes.bar_label(drawn, fontsize=7.5, color=GREY, padding=3)
    names = [shortened(name, characters=46 if name.isascii() else 24) for name, _n in values]
    axes.set_yticks(range(len(values)), names)
    for label in axes.get_yticklabels():
        label.set_fontproperties(font)
    axes.invert_yaxis()
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.margins(x=0.08)
    return _svg(figure)


# Where each province stands among the others, by column and row: a tile each, large enough to be read. Tiles and not
# outlines: what is printed as a map of the country has to be an approved one, with its number.
TILES: dict[str, tuple[int, int]] = {
    "黑龙江": (8, 0), "内蒙古": (5, 1), "吉林": (8, 1), "新疆": (0, 2), "甘肃": (2, 2), "宁夏": (3, 2), "山西": (4, 2),
    "河北": (5, 2), "北京": (6, 2), "天津": (7, 2), "辽宁": (8, 2), "青海": (1, 3), "陕西": (3, 3), "河南": (4, 3),
    "山东": (5, 3), "西藏": (1, 4), "四川": (2, 4), "重庆": (3, 4), "湖北": (4, 4), "安徽": (5, 4), "江苏": (6, 4),
    "上海": (7, 4), "云南": (2, 5), "贵州": (3, 5), "湖南": (4, 5), "江西": (5, 5), "浙江": (6, 5), "广西": (3, 6),
    "广东": (4, 6), "福建": (5, 6), "台湾": (7, 6), "海南": (3, 7), "澳门": (4, 7), "香港": (5, 7),
}  # fmt: skip


def tiles(values: Sequence[tuple[str, int]]) -> str:
    """Return the map of the provinces, a tile each, the darker the more. Raises ``FontMissing``."""
    from matplotlib.patches import Rectangle

    figure, axes, font = _begin(4.6)
    counts, top = dict(values), max((n for _name, n in values), default=1)
    for name, (column, row) in TILES.items():
        n = counts.get(name, 0)
        share = n / top
        axes.add_patch(
            Rectangle(
                (column, row),
                0.94,
                0.94,
                facecolor=BLUE if n else "#eef1f4",
                alpha=0.25 + 0.75 * share if n else 1,
            )
        )
        ink = "white" if share > 0.45 else "#26303a" if n else "#8b95a0"
        axes.text(column + 0.47, row + 0.34, name, fontproperties=font, ha="center", va="center", color=ink)
        if n:
            axes.text(column + 0.47, row + 0.68, str(n), fontsize=8, ha="center", va="center", color=ink)
    axes.set_xlim(-0.1, 9)
    axes.set_ylim(8, -0.1)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    return _svg(figure)


def _begin(height: float) -> "tuple[Figure, Axes, FontProperties]":
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    path, _face = chinese_font_file()
    font = FontProperties(fname=str(path), size=8.5)
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.add_subplot()
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(GREY)
    axes.tick_params(length=0, colors=GREY)
    axes.set_yticks([])
    return figure, axes, font


def _svg(figure: "Figure") -> str:
    import matplotlib

    out = io.BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": "xinglin", "svg.fonttype": "path"}):
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return out.getvalue().decode()
