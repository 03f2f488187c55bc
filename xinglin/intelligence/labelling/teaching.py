"""Suggestions of headings and study types, learned anew from what people of the desk have filed.

Headings are learned from filings alone. Study types too, where enough papers of a type were filed; of the others the
words that claim a design decide (``learning.studies``), for a desk has few of the rare ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils.translation import gettext as _

from xinglin.commons import clock
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.intelligence.labelling.lifecycle import FilingState
from xinglin.intelligence.labelling.models import Filing, FilingOrigin
from xinglin.intelligence.labelling.queries import FILED, WITH_FILINGS, filed
from xinglin.intelligence.learning import FEWEST_EACH, Labeller, Paper, ThinTraining, paper_of
from xinglin.intelligence.learning.studies import STUDY_WORDS, Study, studies_with_words
from xinglin.intelligence.lifecycle import FindingState
from xinglin.intelligence.models import Finding, Screening, Topic
from xinglin.intelligence.queries import CHANGE, article_of
from xinglin.literature.articles import Article

# Enough to learn from in a minute or two of one processor; the newest count.
MOST_FILED, MOST_WAITING = 4_000, 3_000
HEADING, STUDY = "heading", "study"


@dataclass(frozen=True)
class _Read:
    """A finding as it is learned from."""

    finding: Finding
    article: Article
    paper: Paper


def learn(topic: Topic, *, by: Staff | None = None) -> int:
    """Learn from the filed papers of a topic and suggest for those that nobody has filed; return how many suggestions.

    What was suggested before and not decided goes. Call it in a job, outside of transactions: it may take a minute.
    """
    access.require(by, CHANGE, topic.library_id)
    known = _read(filed(topic.findings.all()), MOST_FILED)
    looks = Screening.objects.filter(finding=OuterRef("pk"), deed=FILED)
    waiting = _read(topic.findings.filter(~Exists(looks)).exclude(state=FindingState.DROPPED), MOST_WAITING)
    names = {str(pk): name for pk, name in topic.headings.filter(active=True).values_list("pk", "name")}
    studies = {study.value: str(STUDY_WORDS[study]) for study in Study}
    suggested, _headings, told = _learned(known, waiting, HEADING, names)
    by_study, learned, told_of_studies = _learned(known, waiting, STUDY, studies)
    suggested += [*by_study, *_by_words(waiting, without=learned)]
    with transaction.atomic():
        kept = Topic.objects.select_for_update().get(pk=topic.pk)
        Filing.objects.filter(finding__topic=kept, state=FilingState.SUGGESTED).delete()
        meanwhile = set(filed(kept.findings.all()).values_list("pk", flat=True))
        fresh = [each for each in suggested if each.finding_id not in meanwhile]
        Filing.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=1_000)
        kept.learned_at, kept.learned_note = clock.now(), f"{told} {told_of_studies}"
        kept.save(update_fields=["learned_at", "learned_note"])
    return len(fresh)


def has_news(topic: Topic) -> bool:
    """Tell whether papers came or were filed, or headings were made, since the topic was last learned."""
    if topic.learned_at is None:
        return topic.findings.exists()
    newest = [
        topic.findings.aggregate(at=Max("found_at"))["at"],
        topic.headings.aggregate(at=Max("made_at"))["at"],
        Screening.objects.filter(finding__topic=topic, deed=FILED).aggregate(at=Max("at"))["at"],
    ]
    return any(at is not None and at > topic.learned_at for at in newest)


def _read(findings: "QuerySet[Finding]", most: int) -> list[_Read]:
    rows = findings.select_related("publication").prefetch_related("publication__records", WITH_FILINGS)
    articles = (
        (each, article_of(each.publication) or Article(title=each.publication.title))
        for each in rows.order_by("-pk")[:most]
    )
    return [_Read(each, article, paper_of(article)) for each, article in articles]


def _given(each: _Read, kind: str) -> list[str]:
    taken = [row for row in each.finding.filings.all() if row.state == FilingState.TAKEN]
    return [
        str(row.heading_id) if kind == HEADING else row.study
        for row in taken
        if bool(row.study) == (kind == STUDY)
    ]


def _learned(
    known: Sequence[_Read], waiting: Sequence[_Read], kind: str, names: dict[str, str]
) -> tuple[list[Filing], set[str], str]:
    """Return what a model of one kind of label suggests, which labels it knows, and a sentence on what taught it."""
    word = _("类目") if kind == HEADING else _("研究类型")
    if not names:
        return [], set(), _("%(word)s：还没有建。") % {"word": word}
    try:
        labeller = Labeller(list(names)).learn(
            [each.paper for each in known], [_given(each, kind) for each in known]
        )
    except ThinTraining as thin:
        return [], set(), f"{word}：{thin}"
    found = [
        Filing(
            finding=each.finding, heading_id=int(one.label) if kind == HEADING else None,
            study=one.label if kind == STUDY else "", origin=FilingOrigin.LEARNED, sureness=round(one.sureness, 3),
            words=list(one.words),
        )
        for each, said in zip(waiting, labeller.explained([one.paper for one in waiting]), strict=True)
        for one in said
    ]  # fmt: skip
    learned = {label for label in names if label not in labeller.unlearned}
    if learned:
        sentence = _("%(word)s：从 %(n)d 篇学会 %(learned)s。") % {
            "word": word, "n": len(known), "learned": "、".join(names[each] for each in names if each in learned),
        }  # fmt: skip
    else:
        sentence = _("%(word)s：归类过 %(n)d 篇，还没有一个学得会的。") % {"word": word, "n": len(known)}
    if kind == HEADING and labeller.unlearned:
        sentence += _("还不会（归入的、没归入的都要有 %(least)d 篇）：%(few)s。") % {
            "few": "、".join(names[label] for label in labeller.unlearned), "least": FEWEST_EACH,
        }  # fmt: skip
    return found, learned, sentence


def _by_words(waiting: Sequence[_Read], *, without: set[str]) -> list[Filing]:
    """Return the study types that papers claim by their words, but for those which a model judges."""
    return [
        Filing(finding=each.finding, study=study.value, origin=FilingOrigin.RULE, words=[word])
        for each in waiting
        for study, word in studies_with_words(each.article).items()
        if study.value not in without
    ]
