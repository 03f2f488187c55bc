"""What the desk finds, proposed to the newsroom as a topic to write about."""

from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.commons.text import shortened
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.intelligence.errors import IntelligenceDeedNotPossible
from xinglin.intelligence.lifecycle import FindingState
from xinglin.intelligence.models import Finding, Screening
from xinglin.intelligence.queries import RELEASE
from xinglin.newsroom.models import Topic as NewsTopic
from xinglin.newsroom.planning.lifecycle import Origin
from xinglin.newsroom.planning.services import suggest

PROPOSED = "propose"


@transaction.atomic
def propose_paper(*, finding: Finding, by: Staff | None) -> NewsTopic:
    """Put a released paper into the newsroom's pool of topics, once.

    Raises ``IntelligenceDeedNotPossible`` for one that is not released, is retracted, or was proposed before.
    """
    kept = (
        Finding.objects.select_for_update(of=("self",))
        .select_related("topic__library", "publication")
        .get(pk=finding.pk)
    )
    access.require(by, RELEASE, kept.topic.library_id)
    paper = kept.publication
    if kept.state != FindingState.RELEASED or paper.retracted or kept.look_again:
        raise IntelligenceDeedNotPossible(_("只有已发布、没有撤稿也不须重看的文献才能推荐为选题。"))
    if kept.screenings.filter(deed=PROPOSED).exists():
        raise IntelligenceDeedNotPossible(_("这篇已经推荐过；请到“宣传 → 选题”里看。"))
    where = " ".join(filter(None, (paper.journal, str(paper.year or ""))))
    words = f"{shortened(paper.title, characters=200)}（{kept.topic.name}{'，' if where else ''}{where}）"
    made = propose_topic(library=kept.topic.library, words=words, by=by)
    Screening.objects.create(
        finding=kept, deed=PROPOSED, reason=shortened(made.title, characters=200), by=by.user if by else None
    )
    return made


@transaction.atomic
def propose_topic(*, library: Library, words: str, by: Staff | None) -> NewsTopic:
    """Put words of the desk, a paper's or a burst's, into the newsroom's pool; a like topic is counted once more.

    Raises ``IntelligenceDeedNotPossible`` for words too short to be a topic.
    """
    access.require(by, RELEASE, library.pk)
    made = suggest(library=library, words=words, origin=Origin.INTELLIGENCE)
    if made is None:
        raise IntelligenceDeedNotPossible(_("这几个字太短，成不了选题；请写完整一些。"))
    return made
