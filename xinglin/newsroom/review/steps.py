"""The editable part of review: which steps a column has, and who sits at them in a library."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.newsroom.errors import StepsUnfit
from xinglin.newsroom.models import Column, ColumnStep, ReviewPost
from xinglin.newsroom.review.lifecycle import Hand
from xinglin.newsroom.review.rules import Step

CHANGE = "newsroom.change_column"
POSTS = "newsroom.change_post"


@transaction.atomic
def set_steps(*, column: Column, steps: Sequence[Step], by: Staff | None) -> Column:
    """Give a column its own steps; none means the three ordinary ones. Running rounds keep theirs.

    A round whose column has got a further hand meanwhile is held back when it is published.
    Raises ``StepsUnfit``.
    """
    access.require(by, CHANGE, None)
    kept = Column.objects.select_for_update().get(pk=column.pk)
    hands = [step.hand for step in steps]
    if len(set(hands)) < len(hands):
        raise StepsUnfit(_("同一个岗位只能出现一次；请检查审核步骤。"))
    if Hand.SECOND in hands or any(not 1 <= step.hours <= 720 for step in steps):
        raise StepsUnfit(_("审核步骤的时限应在 1 到 720 小时之间。"))
    if steps and kept.needs_gatekeeper and len(steps) < 2 and Hand.GATEKEEPER not in hands:
        raise StepsUnfit(_("须医学把关的栏目至少要有两级，或者把“医学把关”列为一级。"))
    before = [f"{step.get_hand_display()} {step.hours}h" for step in ColumnStep.objects.filter(column=kept)]
    ColumnStep.objects.filter(column=kept).delete()
    ColumnStep.objects.bulk_create(
        ColumnStep(column=kept, place=place, hand=step.hand, hours=step.hours)
        for place, step in enumerate(steps)
    )
    after = [f"{step.hand.label} {step.hours}h" for step in steps]
    history.record(kept, "set_steps", by=by.user if by else None, changes={"steps": [before, after]})
    return kept


@dataclass(frozen=True, kw_only=True)
class PostFile:
    """What is entered of a post of review."""

    person: Staff
    deputy: Staff | None = None
    away_from: date | None = None
    away_until: date | None = None
    duty_from: datetime | None = None
    duty_until: datetime | None = None
    active: bool = True


@transaction.atomic
def name_reviewer(*, library: Library, hand: Hand, file: PostFile, by: Staff | None) -> ReviewPost:
    """Name who reviews at a step in a library. Raises ``StepsUnfit``."""
    access.require(by, POSTS, library.pk)
    post = ReviewPost(library=library, hand=hand)
    return _entered(post, file, "add", by)


@transaction.atomic
def amend_post(*, post: ReviewPost, file: PostFile, by: Staff | None) -> ReviewPost:
    """Change who reviews, who stands in, who is on duty. Raises ``StepsUnfit``."""
    access.require(by, POSTS, post.library_id)
    kept = ReviewPost.objects.select_for_update(of=("self",)).select_related("library").get(pk=post.pk)
    return _entered(kept, file, "amend", by)


def _entered(post: ReviewPost, file: PostFile, deed: str, by: Staff | None) -> ReviewPost:
    hand = Hand(post.hand)
    if file.deputy == file.person:
        raise StepsUnfit(_("代理人不能是本人。"))
    if (file.duty_from is None) != (file.duty_until is None):
        raise StepsUnfit(_("值班时间要写起止两头。"))
    if file.duty_from and file.duty_until and file.duty_from >= file.duty_until:
        raise StepsUnfit(_("值班的开始应早于结束。"))
    if hand is Hand.GATEKEEPER:
        for person in filter(None, (file.person, file.deputy)):
            if not person.is_licensed(clock.today()):
                raise StepsUnfit(
                    _("%(name)s 没有登记有效的医师执业证，不能担任医学把关人；请先在“馆员”页登记。"),
                    name=person.name,
                )
    post.person, post.deputy = file.person, file.deputy
    post.away_from, post.away_until = file.away_from, file.away_until
    post.duty_from, post.duty_until, post.active = file.duty_from, file.duty_until, file.active
    try:
        with transaction.atomic():
            post.save()
    except IntegrityError:
        raise StepsUnfit(_("%(name)s 在这一级已经有岗位，请改原来的那条。"), name=file.person.name) from None
    history.record(
        post,
        deed,
        by=by.user if by else None,
        changes={"person": file.person.name, "deputy": file.deputy.name if file.deputy else ""},
    )
    return post
