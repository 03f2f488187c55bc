"""What the charts of a watch are drawn from: plain lists for ECharts."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from xinglin.intelligence.watching.figures import Figures, Risen, Tones

Chart = dict[str, object]


def charts_of(figures: Figures, tones: Sequence[Tones], risen: Sequence[Risen]) -> dict[str, Chart]:
    """Return the stories of every day, their tones, and the words that came up."""
    days = [f"{each:%m-%d}" for each in figures.days]
    shades = (
        (_("偏负面"), "bad", [each.bad for each in tones]),
        (_("正负都有"), "waiting", [each.mixed for each in tones]),
        (_("偏正面"), "good", [each.good for each in tones]),
        (_("未判断"), "quiet", [each.unknown for each in tones]),
    )
    words = {each.word: each for each in reversed(risen)}
    return {
        "stories": {"days": days, "series": [_bar(_("条目"), figures.stories)]},
        "tones": {
            "days": [f"{each.day:%m-%d}" for each in tones],
            "stack": True,
            "series": [{**_bar(name, values), "tone": tone} for name, tone, values in shades],
        },
        "risen": {
            "days": days,
            "series": [
                {"name": each.word, "values": list(each.shape), "kind": "line"} for each in words.values()
            ],
        },
    }


def _bar(name: str, values: Sequence[int]) -> dict[str, object]:
    return {"name": name, "values": list(values), "kind": "bar"}
