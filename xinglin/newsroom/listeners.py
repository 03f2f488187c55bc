"""What the newsroom does when it hears something."""

from xinglin.commons.bulletin import listens_to
from xinglin.newsroom.answers import services as answers
from xinglin.newsroom.events import ArticlePublished, ArticleWithdrawn, ReviewAsked, ReviewOverdue
from xinglin.newsroom.models import Article, Posting, Review
from xinglin.newsroom.planning import services as planning
from xinglin.newsroom.planning.lifecycle import Origin
from xinglin.newsroom.publishing import everywhere, postings, results
from xinglin.newsroom.publishing.lifecycle import PostingState
from xinglin.newsroom.quality import similar
from xinglin.newsroom.review import telling
from xinglin.patrons.events import PatronErased
from xinglin.wechat.events import FollowerLeft, FollowerMerged, JobFinished, MessageUnanswered
from xinglin.wechat.models import Binding, IncomingMessage


@listens_to(JobFinished)
def note_what_the_platform_reports(event: JobFinished) -> None:
    """Write down what came of a publication or a mass send of ours."""
    results.take_push(account_id=event.account_id, message_id=event.message_id, job_id=event.job_id)


@listens_to(ArticleWithdrawn)
def take_it_back_everywhere(event: ArticleWithdrawn) -> None:
    """Find every place that shows a withdrawn article, and delete it where the platform lets us."""
    article = Article.objects.filter(pk=event.article_id).first()
    if article is None or article.state == "published":
        return
    everywhere.take_back(article=article)
    marked = Posting.objects.filter(article=article, state=PostingState.TO_WITHDRAW)
    for posting in marked.select_related("outlet__account"):
        everywhere.delete_out_there(posting=posting)


@listens_to(ArticlePublished)
def put_it_right_everywhere(event: ArticlePublished) -> None:
    """Find every place that shows an older text of an article."""
    article = Article.objects.select_related("shown", "newest").filter(pk=event.article_id).first()
    if article is not None:
        everywhere.put_right(article=article)
        similar.keep_sketch(article=article)
        planning.note_published(article=article)


@listens_to(MessageUnanswered)
def take_up_what_nobody_could_answer(event: MessageUnanswered) -> None:
    """Put into the pool of topics what readers ask and nobody has an answer to."""
    message = IncomingMessage.objects.select_related("account__library").filter(pk=event.message_id).first()
    if message is not None and message.text:
        bound = Binding.objects.filter(follower=message.follower_id, unbound_at=None).first()
        planning.suggest(
            library=message.account.library,
            words=message.text,
            origin=Origin.MESSAGE,
            askers=[f"f{message.follower_id}", *([f"p{bound.patron_id}"] if bound else [])],
        )


@listens_to(ReviewAsked)
def compare_what_was_handed_in(event: ReviewAsked) -> None:
    """Keep the sketch of a text in review, so that later ones are compared with it."""
    review = Review.objects.select_related("article__newest").filter(pk=event.review_id).first()
    if review is not None:
        similar.keep_sketch(article=review.article)


@listens_to(ReviewAsked)
def tell_whose_turn_it_is(event: ReviewAsked) -> None:
    """Tell the reviewers of the next step."""
    _tell(event.review_id, overdue=False)


@listens_to(ReviewOverdue)
def tell_that_it_is_late(event: ReviewOverdue) -> None:
    """Tell whoever may act now, deputies included, that a step is late."""
    _tell(event.review_id, overdue=True)


def _tell(review_id: int, *, overdue: bool) -> None:
    rounds = Review.objects.select_related("article__library", "revision", "column")
    review = rounds.filter(pk=review_id).first()
    if review is not None:
        telling.tell_reviewers(review, overdue=overdue)


@listens_to(FollowerLeft)
def forget_who_left(event: FollowerLeft) -> None:
    """Make anonymous what a follower who left had answered."""
    answers.forget(person=f"f{event.follower_id}")
    planning.forget(person=f"f{event.follower_id}")


@listens_to(FollowerMerged)
def keep_the_answers_of_one_person(event: FollowerMerged) -> None:
    """Two followers turned out to be one: what the second answered is the first's, and their place on a list."""
    answers.merge(person=f"f{event.merged_id}", into=f"f{event.follower_id}")
    postings.put_in_place(follower_id=event.follower_id, of=event.merged_id)


@listens_to(PatronErased)
def forget_the_erased(event: PatronErased) -> None:
    """Make anonymous what an erased reader had answered."""
    answers.forget(person=f"p{event.patron_id}")
    planning.forget(person=f"p{event.patron_id}")
