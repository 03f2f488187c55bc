"""Telling reviewers that a step waits for them, and that it is late: once for a step and person.

Who is a reader of ours too, by the same e-mail address, is told as readers are: in WeChat where that is open, by
e-mail else. Others get an e-mail where they have an address and the house a mail server. Each message carries a
link for its receiver alone, which asks them to sign in.
"""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.commons import clock
from xinglin.commons.text import shortened
from xinglin.consortium.models import Staff
from xinglin.newsroom.models import Review, ReviewTold
from xinglin.newsroom.models.reviews import ToldBy
from xinglin.newsroom.review.lifecycle import Hand
from xinglin.newsroom.review.links import make_link
from xinglin.newsroom.review.seats import turn_of, who_may
from xinglin.notices import channels
from xinglin.notices.services import owe
from xinglin.patrons.queries import as_reader

REVIEW_WAITS = "newsroom.review_waits"
MOST = 20
"""People told of one step; where nobody holds a post, everybody with the right would be."""


def tell_reviewers(review: Review, *, overdue: bool = False) -> int:
    """Tell everybody whose turn it is; return how many were told now. May run twice."""
    turn = turn_of(review)
    if turn is None or (overdue and not review.is_overdue):
        return 0
    told = 0
    for person in who_may(review)[:MOST]:
        told += _tell(review, turn.place, person, overdue=overdue)
    return told


def _tell(review: Review, place: int, person: Staff, *, overdue: bool) -> bool:
    patron = as_reader(person)
    by_mail = bool(person.user.email) and channels.mail_is_set_up()
    way = ToldBy.NOTICE if patron else ToldBy.EMAIL if by_mail else ToldBy.NONE
    with transaction.atomic():
        kept, is_new = ReviewTold.objects.get_or_create(
            review=review, place=place, person=person, overdue=overdue, defaults={"way": way}
        )
        if not is_new or way == ToldBy.NONE:
            return False
        link = make_link(review=review, person=person, by=None)
        title, text = _words(review, overdue=overdue)
        if patron is not None:
            owe(
                patron=patron,
                kind=REVIEW_WAITS,
                key=f"{review.pk}-{place}-{overdue:d}",
                title=title,
                text=text,
                link=link.removeprefix(settings.PUBLIC_URL),
                fields={"article": review.revision.title, "review": review.pk, "place": place},
                library=review.article.library,
                urgent=overdue,
            )
    if way == ToldBy.EMAIL:
        _mail(kept, person, title, f"{text}\n{link}")
    return True


def _mail(kept: ReviewTold, person: Staff, title: str, text: str) -> None:
    """Send a letter; where the server did not take it, the errand is tried again and finds nothing written down."""
    try:
        EmailMessage(title, text, to=[person.user.email]).send()
    except (OSError, smtplib.SMTPException):
        kept.delete()
        raise


def _words(review: Review, *, overdue: bool) -> tuple[str, str]:
    article = shortened(review.revision.title, characters=40)
    facts = {
        "title": article,
        "hand": Hand(review.hand).label if review.hand else "",
        "due": f"{clock.local(review.due_at):%m-%d %H:%M}" if review.due_at else "",
    }
    if overdue:
        return (
            _("审稿已超时：%(title)s") % facts,
            _("《%(title)s》的“%(hand)s”应在 %(due)s 前审完，已经超时；您现在可以审。") % facts,
        )
    return (
        _("请审稿：%(title)s") % facts,
        _("《%(title)s》轮到“%(hand)s”，请在 %(due)s 前审。链接 72 小时内有效，登录后使用。") % facts,
    )
