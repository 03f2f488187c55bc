"""Reads of what readers answered."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Max, QuerySet, Sum

from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.newsroom.blocks import Poll, Quiz
from xinglin.newsroom.models import Answer, Article, Comment, CommentState, Rating, Revision, Share

VIEW = "newsroom.view_answer"


@dataclass(frozen=True)
class Result:
    """What was answered to one question."""

    question: Poll | Quiz
    people: int
    counts: tuple[int, ...]
    right: int
    words: tuple[str, ...]

    @property
    def lines(self) -> list[tuple[str, int, int]]:
        """Each option with its count and its share of the people in percent."""
        whole = max(self.people, 1)
        return [
            (option, count, round(100 * count / whole))
            for option, count in zip(self.question.options, self.counts, strict=True)
        ]


@dataclass(frozen=True)
class Spread:
    """How an article was passed on: links, openings, the deepest chain, and the widest step."""

    links: int
    opens: int
    depth: int
    levels: tuple[tuple[int, int, int], ...]

    @property
    def breadth(self) -> int:
        return max((links for _depth, links, _opens in self.levels), default=0)


def results_of(article: Article, *, words: int = 20) -> list[Result]:
    """Return the results of every question of the text that readers see."""
    blocks = article.shown.content.blocks if article.shown else ()
    return [result_of(article, block, words=words) for block in blocks if isinstance(block, Poll | Quiz)]


def result_of(article: Article, question: Poll | Quiz, *, words: int = 20) -> Result:
    """Return what was answered to one question."""
    answers = Answer.objects.filter(article=article, key=question.key, wave="")
    counted = Counter(place for places in answers.values_list("choices", flat=True) for place in places)
    said = answers.exclude(words="").order_by("-at").values_list("words", flat=True)[:words]
    return Result(
        question=question,
        people=answers.count(),
        counts=tuple(counted[place] for place in range(len(question.options))),
        right=answers.filter(right=True).count(),
        words=tuple(said),
    )


def answered_by(article: Article, person: str) -> dict[str, Answer]:
    """Return a person's answers by question."""
    return {answer.key: answer for answer in Answer.objects.filter(article=article, person=person, wave="")}


def answers_of_wave(article: Article, wave: str) -> QuerySet[Answer]:
    """Return what was answered when a room above asked the questions of a text."""
    return Answer.objects.filter(article=article, wave=wave)


def quizzes_of(revision: Revision) -> list[Quiz]:
    """Return the questions of a text that have a right answer."""
    return [block for block in revision.content.blocks if isinstance(block, Quiz) and block.key]


def usefulness_of(article: Article) -> tuple[int, int]:
    """Return how many found an article of use, and how many said so or not."""
    counted = Rating.objects.filter(article=article)
    return counted.filter(useful=True).count(), counted.count()


def shown_comments(article: Article) -> QuerySet[Comment]:
    """Return what readers may read of comments, the featured first."""
    return Comment.objects.filter(article=article, state=CommentState.SHOWN).order_by("-featured", "-at")


def comments_visible_to(staff: Staff) -> QuerySet[Comment]:
    """Return the comments on the articles of someone's libraries."""
    libraries = access.libraries_of(staff, VIEW)
    return Comment.objects.filter(article__library__in=libraries).select_related(
        "article__library", "article__newest", "posting__outlet__account", "replied_by__user"
    )


def spread_of(article: Article) -> Spread:
    """Return how an article was passed on, level by level."""
    shares = Share.objects.filter(article=article)
    levels = shares.values_list("depth").annotate(links=Count("pk"), opened=Sum("opens")).order_by("depth")
    whole = shares.aggregate(links=Count("pk"), opens=Sum("opens"), depth=Max("depth"))
    return Spread(
        links=whole["links"] or 0,
        opens=whole["opens"] or 0,
        depth=whole["depth"] or 0,
        levels=tuple((depth, links, opened or 0) for depth, links, opened in levels),
    )
