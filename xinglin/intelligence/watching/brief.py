"""What a brief says, as plain data: frozen when it is drafted, so that its PDF is the same whenever it is made."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from xinglin.commons.text import shortened
from xinglin.intelligence.products.models import ProductKind
from xinglin.intelligence.watching.feeling import Feeling
from xinglin.intelligence.watching.figures import Figures, Risen
from xinglin.intelligence.watching.hotness import Hot, hot_words
from xinglin.intelligence.watching.models import Item, Part, Watch
from xinglin.newsroom.models import RumourState

MOST_IN_A_PART = 3
MOST_CLAIMS = 3


def compose(watch: Watch, first: date, last: date, title: str, *, moment: datetime) -> dict[str, object]:
    """Return the content of a brief: figures of the days, what people put into its parts, claims that were checked."""
    figures = Figures(watch, last)
    days = (last - first).days + 1
    told = watch.items.filter(day__range=(first, last))
    before = watch.items.filter(day__range=(first - timedelta(days=days), first - timedelta(days=1))).count()
    hot = _hot(figures, first, last)
    risen = [each for each in figures.risen() if each.until >= first][:5]
    tones = Counter(told.values_list("feeling", flat=True))
    said: dict[str, object] = {
        "kind": str(ProductKind.BRIEF),
        "kind_word": str(ProductKind.BRIEF.label),
        "title": title.strip(),
        "library": watch.topic.library.name,
        "topic": watch.topic.name,
        "period": [first.isoformat(), last.isoformat()],
        "moment": moment.isoformat(),
        "made_on": timezone.localtime(moment).strftime("%Y-%m-%d"),
        "figures": {
            "stories": told.count(),
            "before": before,
            "per_day": [
                [day.isoformat(), n] for day, n in zip(figures.days, figures.stories, strict=True)
            ][-30:],
            "hot": [[each.word, each.stories] for each in hot],
            "risen": [[each.word, each.since.isoformat(), each.stories, each.weight] for each in risen],
            "tones": {str(each.value): tones[str(each.value)] for each in Feeling},
        },
        "parts": _parts(list(told.order_by("-day", "-pk"))),
        "claims": _claims(list(told.filter(rumour__state=RumourState.APPROVED).select_related("rumour__approved_by"))),
        "limits": _(
            "突增按 Kleinberg（2002）的两状态法判断，热词按 Monroe 等（2008）的对数几率比排序；"
            "语气只按词表计数，看不懂反讽和引述。"
        ),
        "entries": [],
    }  # fmt: skip
    said["what"] = _what(said, first, last, risen)
    said["action"] = ""
    return said


def _hot(figures: Figures, first: date, last: date) -> list[Hot]:
    """Return what these days say more often than the fortnight before them."""
    before = figures.counts(first - timedelta(days=14), first - timedelta(days=1))
    return hot_words(figures.counts(first, last), before, most=8)


def _parts(items: Sequence[Item]) -> list[dict[str, object]]:
    return [
        {
            "name": str(part.label),
            "items": [
                {
                    "title": shortened(each.title, characters=60),
                    "publisher": shortened(each.publisher, characters=16),
                    "day": each.day.isoformat(),
                    "address": each.address,
                }
                for each in chosen[:MOST_IN_A_PART]
            ],
        }
        for part in Part
        if (chosen := [each for each in items if each.part == part])
    ]


def _claims(items: Sequence[Item]) -> list[dict[str, object]]:
    """Return the cards that a gatekeeper stands for; those still in draft are nobody's word yet."""
    cards = {each.rumour.pk: each.rumour for each in items if each.rumour is not None}
    return [
        {
            "claim": card.claim,
            "verdict": str(card.get_verdict_display()),
            "truth": shortened(card.truth, characters=80),
            "sources": shortened("；".join(card.sources.splitlines()), characters=60),
            "gatekeeper": card.approved_by.name if card.approved_by else "",
        }
        for card in list(cards.values())[:MOST_CLAIMS]
    ]


def _what(said: dict[str, object], first: date, last: date, risen: Sequence[Risen]) -> str:
    """Return a first sentence from the figures, for a person to go on with."""
    figures = said["figures"]
    stories = figures["stories"] if isinstance(figures, dict) else 0
    sentence = _("%(first)s 至 %(last)s 共收集 %(n)d 条。") % {
        "first": first.isoformat(), "last": last.isoformat(), "n": stories,
    }  # fmt: skip
    if risen:
        words = "、".join(f"“{each.word}”" for each in risen[:3])
        sentence += _("%(words)s突然增多。") % {"words": words}
    return sentence
