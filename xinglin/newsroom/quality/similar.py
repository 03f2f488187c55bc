"""Near-duplicates of a text among own articles and collected sources, by the band table."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db import connection, transaction
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from xinglin.newsroom.blocks import as_plain
from xinglin.newsroom.models import Article, Band, CollectedSource, Sketch
from xinglin.newsroom.quality import sketching

# Fewer shared runs than this are the small change of any health text.
LEAST_SHARED = 0.2
CANDIDATES, SHOWN = 60, 5
_CANDIDATES = """
select sketch_id from newsroom_band where value = any(%s) group by sketch_id order by count(*) desc limit %s
"""


@dataclass(frozen=True)
class Match:
    """A text that is much like the one compared: its title, and how much of the one stands in it."""

    title: str
    share: float
    likeness: float
    article: Article | None
    source: CollectedSource | None
    text: str

    @property
    def percent(self) -> int:
        return round(100 * self.share)


@transaction.atomic
def keep_sketch(*, article: Article | None = None, source: CollectedSource | None = None) -> Sketch | None:
    """Keep the sketch of an article's newest text, or of a source; a text that did not change is left alone."""
    text = _text_of(article, source)
    sha256 = article.newest.sha256 if article and article.newest else ""
    known = Sketch.objects.filter(article=article, source=source).first()
    if known is not None and sha256 and known.sha256 == sha256:
        return known
    grams = sketching.grams_of(text)
    if not grams:
        return None
    signature = sketching.signature_of(grams)
    sketch, _created = Sketch.objects.update_or_create(
        article=article,
        source=source,
        defaults={"sha256": sha256, "signature": sketching.packed(signature), "grams": len(grams)},
    )
    Band.objects.filter(sketch=sketch).delete()
    Band.objects.bulk_create(Band(value=value, sketch=sketch) for value in sketching.bands_of(signature))
    return sketch


def candidates_for(text: str, *, most: int = CANDIDATES) -> list[int]:
    """Return the ids of sketches that share a band with a text, those that share most first."""
    grams = sketching.grams_of(text)
    if not grams:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [sketching.bands_of(sketching.signature_of(grams)), most])
        return [row[0] for row in cursor.fetchall()]


def matches_for(text: str, *, without: Article | None = None) -> list[Match]:
    """Return the texts most like one, the nearest first; exact shares, counted over the candidates."""
    grams = sketching.grams_of(text)
    found = []
    sketches = Sketch.objects.filter(pk__in=candidates_for(text)).select_related(
        "article__newest", "article__library", "source"
    )
    for sketch in sketches:
        if without is not None and sketch.article_id == without.pk:
            continue
        other = _text_of(sketch.article, sketch.source)
        others = sketching.grams_of(other)
        share = sketching.shared(grams, others)
        if share >= LEAST_SHARED:
            title = str(sketch.article or sketch.source or "")
            found.append(
                Match(title, share, sketching.jaccard(grams, others), sketch.article, sketch.source, other)
            )
    return sorted(found, key=lambda match: -match.share)[:SHOWN]


def side_by_side(mine: str, other: str) -> list[tuple[SafeString, SafeString]]:
    """Return two texts paragraph by paragraph, what they share marked in both."""
    lines = [line for line in mine.splitlines() if line.strip()]
    others = [line for line in other.splitlines() if line.strip()]
    return [(_marked(line, partner), _marked(partner, line)) for line, partner in _paired(lines, others)]


def _paired(lines: list[str], others: list[str]) -> Iterator[tuple[str, str]]:
    grams = [(line, sketching.grams_of(line)) for line in others]
    for line in lines:
        own = sketching.grams_of(line)
        best = max(grams, key=lambda pair: sketching.shared(own, pair[1]), default=("", set()))
        yield line, best[0] if sketching.shared(own, best[1]) >= LEAST_SHARED else ""


def _marked(line: str, partner: str) -> SafeString:
    matcher = SequenceMatcher(None, line, partner, autojunk=False)
    parts, at = [], 0
    for block in matcher.get_matching_blocks():
        if block.size >= sketching.GRAM:
            parts += [("span", line[at : block.a]), ("mark", line[block.a : block.a + block.size])]
            at = block.a + block.size
    parts.append(("span", line[at:]))
    told = [(tag, text, tag) for tag, text in parts if text]
    return format_html_join("", "<{}>{}</{}>", told) if told else format_html("{}", "")


def _text_of(article: Article | None, source: CollectedSource | None) -> str:
    if article is not None:
        return as_plain(article.newest.content.blocks) if article.newest else ""
    return source.text if source else ""
