"""The rounds: profiles that are due are looked through, and each reader is brought what they have not had yet."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from xinglin.commons import clock
from xinglin.intelligence.learning import Paper, paper_of
from xinglin.intelligence.lifecycle import FindingState
from xinglin.intelligence.models import Finding, Publication
from xinglin.intelligence.queries import article_of
from xinglin.intelligence.sdi import wanted
from xinglin.intelligence.sdi.choosing import Choice, Pool, Wish, choose
from xinglin.intelligence.sdi.errors import ProfileUnfit
from xinglin.intelligence.sdi.lifecycle import MemberState, ProfileState
from xinglin.intelligence.sdi.models import Member, Profile, Push, PushedPaper, Verdict
from xinglin.intelligence.sdi.queries import candidates
from xinglin.intelligence.sdi.telling import PUSHED, RETRACTED, push_in_words
from xinglin.intelligence.sdi.timing import next_after
from xinglin.literature.articles import Article
from xinglin.literature.words import headings_for
from xinglin.notices import services as notices
from xinglin.patrons.models import Patron

MOST_CANDIDATES, BACKGROUND, MOST_ANSWERS, MOST_HEADINGS = 3_000, 300, 200, 5
log = logging.getLogger(__name__)


@dataclass
class Round:
    """What is read once for all profiles that are looked through together."""

    _pools: dict[tuple[int, ...], tuple[list[Publication], Pool]] = field(default_factory=dict)

    def pool(self, topics: Sequence[int]) -> tuple[list[Publication], Pool]:
        """Return the papers of these topics that may be brought, each once, newest first."""
        key = tuple(sorted(topics))
        if key not in self._pools:
            found: dict[int, Publication] = {}
            for finding in candidates(list(key))[:MOST_CANDIDATES]:
                found.setdefault(finding.publication_id, finding.publication)
            publications = list(found.values())
            background = _background() if len(publications) < BACKGROUND else []
            self._pools[key] = publications, Pool([_paper(each) for each in publications], background)
        return self._pools[key]


def run_due() -> int:
    """Look through every profile that is due; return how many readers were brought something.

    Each profile is a transaction of its own: a round that breaks off has served some and goes on with the others.
    """
    round_, served = Round(), 0
    due = Profile.objects.filter(state=ProfileState.RUNNING, next_at__lte=clock.now())
    for pk in due.order_by("next_at", "pk").values_list("pk", flat=True):
        served += run_profile(pk, round_)
    return served


@transaction.atomic
def run_profile(pk: int, round_: Round | None = None, *, now: bool = False) -> int:
    """Look through one profile that is due, or ``now``; return how many readers were brought something."""
    profile = (
        Profile.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(pk=pk, state=ProfileState.RUNNING)
        .first()
    )
    moment = clock.now()
    if profile is None or (profile.next_at > moment and not now):
        return 0
    publications, choices, titles = look_through(profile, round_ or Round())
    served = 0
    active = profile.members.filter(state=MemberState.ACTIVE).select_related("patron", "profile")
    for member in active:
        if member.patron.is_in_good_standing:
            served += _bring(profile, member, publications, choices, titles)
    profile.ran_at, profile.next_at = moment, next_after(moment, profile.schedule, profile.weekday)
    profile.save(update_fields=["ran_at", "next_at"])
    return served


def look_through(profile: Profile, round_: Round) -> tuple[list[Publication], list[Choice], list[str]]:
    """Return the papers at hand, which of them fit the profile, and the titles that their reasons name."""
    publications, pool = round_.pool(list(profile.topics.values_list("pk", flat=True)))
    wish, titles = wish_of(profile)
    return publications, choose(wish, pool), titles


def wish_of(profile: Profile) -> tuple[Wish, list[str]]:
    """Return what a profile asks for, with the titles of the papers that others may be like."""
    try:
        words = wanted.read(profile.words, headings=lambda word: headings_for(word)[:MOST_HEADINGS])
    except ProfileUnfit as unfit:  # the rules have become stricter since it was written
        log.warning("profile %s: %s", profile.pk, unfit)
        words = wanted.Wanted()
    liked = [each.read for each in profile.examples.filter(wanted="")]
    useful, useless = _answers(profile)
    titles = [each.title or each.other_title for each in (*liked, *useful)]
    return Wish(words, _papers(liked), _papers(useful), _papers(useless)), titles


def tell_retractions() -> int:
    """Tell every reader of a pushed paper that has been retracted since; return how many were told."""
    return sum(_tell_retraction(pk) for pk in _to_tell().values_list("pk", flat=True))


def tell_retraction_of(publication_id: int) -> int:
    """Tell the readers of one paper."""
    rows = _to_tell().filter(publication=publication_id)
    return sum(_tell_retraction(pk) for pk in rows.values_list("pk", flat=True))


def _bring(
    profile: Profile,
    member: Member,
    publications: list[Publication],
    choices: list[Choice],
    titles: list[str],
) -> bool:
    """Bring a reader what fits and what they have not had, over whichever profile."""
    Patron.objects.select_for_update(no_key=True).get(pk=member.patron_id)
    had = set(PushedPaper.objects.filter(patron=member.patron_id).values_list("publication", flat=True))
    fresh = [each for each in choices if publications[each.place].pk not in had][: profile.most]
    if not fresh:
        return False
    push = Push.objects.create(profile=profile, patron=member.patron)
    papers = [
        PushedPaper(
            push=push, patron=member.patron, publication=publications[each.place], place=number, score=each.score,
            why=reasons(each, titles),
        )
        for number, each in enumerate(fresh, start=1)
    ]  # fmt: skip
    PushedPaper.objects.bulk_create(papers)
    notices.owe(
        patron=member.patron, kind=PUSHED, key=str(push.pk),
        title=_("「%(name)s」有 %(n)d 篇新文献") % {"name": profile.name, "n": len(papers)},
        text=push_in_words(papers), link=reverse("mobile:sdi.push", args=[push.pk]),
        fields={"name": profile.name, "papers": len(papers), "title": papers[0].publication.title[:60]},
        library=profile.library,
    )  # fmt: skip
    return True


def reasons(choice: Choice, titles: Sequence[str]) -> list[dict[str, object]]:
    """Return why a paper was chosen, with the liked paper's title in place of its number."""
    said = []
    for each in choice.why:
        if each["by"] == "likeness":
            said.append({"by": "likeness", "title": titles[int(str(each["liked"]))], "words": each["words"]})
        else:
            said.append(dict(each))
    return said


@transaction.atomic
def _tell_retraction(pk: int) -> bool:
    paper = (
        _to_tell()
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("publication", "patron", "push__profile__library")
        .filter(pk=pk)
        .first()
    )
    if paper is None:
        return False
    paper.retraction_told_at = clock.now()
    paper.save(update_fields=["retraction_told_at"])
    title = paper.publication.title
    notices.owe(
        patron=paper.patron, kind=RETRACTED, key=str(paper.publication_id), title=_("推送给您的一篇文献已撤稿"),
        text=_("%(day)s 推送给您的《%(title)s》已被撤稿，请不要再引用或据此决策。") % {
            "day": f"{clock.local(paper.push.at):%Y-%m-%d}", "title": title,
        },
        link=reverse("mobile:sdi.push", args=[paper.push_id]), fields={"title": title[:60]},
        library=paper.push.profile.library,
    )  # fmt: skip
    return True


def _to_tell() -> QuerySet[PushedPaper]:
    return PushedPaper.objects.filter(publication__retracted=True, retraction_told_at=None)


def _answers(profile: Profile) -> tuple[list[Article], list[Article]]:
    """Return the papers that more readers of a profile found useful than not, and those that fewer did."""
    said = (
        PushedPaper.objects.filter(~Q(verdict=""), push__profile=profile)
        .select_related("publication")
        .prefetch_related("publication__records")
        .order_by("-judged_at", "-pk")
    )
    balance: dict[int, int] = {}
    papers: dict[int, Publication] = {}
    for each in said[: 2 * MOST_ANSWERS]:
        papers[each.publication_id] = each.publication
        step = 1 if each.verdict == Verdict.USEFUL else -1
        balance[each.publication_id] = balance.get(each.publication_id, 0) + step
    useful = [_article(papers[pk]) for pk, sum_ in balance.items() if sum_ > 0 and not papers[pk].retracted]
    useless = [_article(papers[pk]) for pk, sum_ in balance.items() if sum_ < 0]
    return useful[:MOST_ANSWERS], useless[:MOST_ANSWERS]


def _background() -> list[Paper]:
    """Return older papers of the desk, which say what words are common."""
    rows = (
        Finding.objects.filter(state__in=[FindingState.RELEASED, FindingState.DROPPED])
        .select_related("publication")
        .prefetch_related("publication__records")
        .order_by("-pk")
    )
    return [_paper(each.publication) for each in rows[:BACKGROUND]]


def _article(publication: Publication) -> Article:
    return article_of(publication) or Article(title=publication.title)


def _paper(publication: Publication) -> Paper:
    return paper_of(_article(publication))


def _papers(articles: Sequence[Article]) -> list[Paper]:
    return [paper_of(each) for each in articles]
