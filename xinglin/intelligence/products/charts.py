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
