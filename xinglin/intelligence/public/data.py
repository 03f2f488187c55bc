"""The figures of a topic, for its page of charts: from the papers that readers see, kept until they change."""

from collections import Counter

from django.core.cache import cache
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from xinglin.intelligence import queries
from xinglin.intelligence.labelling.queries import WITH_FILINGS, studies_shown, taken_among
from xinglin.intelligence.learning.studies import STUDY_WORDS
from xinglin.intelligence.models import Topic
from xinglin.intelligence.products.counting import Ranked, count

MOST_PAPERS = 2_000
KEPT_FOR = 3_600


def figures_of(topic: Topic) -> dict[str, object]:
    """Return what the charts are drawn from: lists of names and numbers of papers."""
    papers = queries.papers_for_readers(topic)
    total, newest = papers.count(), papers.aggregate(newest=Max("released_at"))["newest"]
    filed = taken_among(papers).aggregate(newest=Max("at"))["newest"]
    key = "-".join(
        ["topic-figures", str(topic.pk), str(total), *(str(at and at.timestamp()) for at in (newest, filed))]
    )
    known: dict[str, object] | None = cache.get(key)
    if known is None:
        known = _counted(topic, total)
        cache.set(key, known, KEPT_FOR)
    return known


def _counted(topic: Topic, total: int) -> dict[str, object]:
    shown = queries.papers_for_readers(topic).prefetch_related("publication__records", WITH_FILINGS)
    papers = list(shown[:MOST_PAPERS])
    read = [(each, article) for each in papers if (article := queries.article_of(each.publication))]
    counts = count([article for _paper, article in read])
    studies = Counter(str(STUDY_WORDS[study]) for each in read for study in studies_shown(*each))
    headings = Counter(
        dict(
            taken_among(queries.papers_for_readers(topic)).exclude(heading=None).values_list("heading__name")
            .annotate(n=Count("pk"))
        )
    )  # fmt: skip
    months = Counter(f"{timezone.localtime(each.released_at):%Y-%m}" for each in papers if each.released_at)
    told: list[tuple[str, str, Ranked]] = [
        ("months", _("每月发布"), sorted(months.items())[-24:]),
        ("years", _("出版年份"), counts.years),
        ("headings", _("类目"), sorted(headings.items(), key=lambda pair: (-pair[1], pair[0]))),
        ("studies", _("研究类型"), sorted(studies.items(), key=lambda pair: (-pair[1], pair[0]))),
        ("journals", _("期刊"), counts.journals[:10]),
        ("institutions", _("机构"), counts.institutions[:10]),
        ("keywords", _("关键词"), counts.keywords[:15]),
    ]
    return {
        "total": total,
        "counted": len(papers),
        "without_year": counts.without_year,
        "without_institution": counts.without_institution,
        "without_keyword": counts.without_keyword,
        "parts": [
            {"code": code, "title": title, "values": list(values)} for code, title, values in told if values
        ],
    }


def chart_of(part: dict[str, object]) -> dict[str, object]:
    """Return one part as its chart: columns over time, lying bars for names."""
    values = part["values"] if isinstance(part["values"], list) else []
    upright = part["code"] in ("months", "years")
    shown = values if upright else values[::-1]
    return {
        "days": [str(name) for name, _n in shown],
        "lying": not upright,
        "series": [{"name": str(_("篇")), "values": [n for _name, n in shown], "kind": "bar"}],
    }
