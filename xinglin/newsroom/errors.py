"""What the newsroom refuses."""

from xinglin.commons.errors import Conflict, NotAllowed, NotFound, Refusal


class ContentUnfit(Refusal):
    """An article's blocks are not what the schema says; nothing of them was kept."""

    code = "content_unfit"


class ArticleUnknown(NotFound):
    """No such article, not published, or not one the asker may see."""

    code = "article_unknown"


class ArticleChangedMeanwhile(Conflict):
    """Someone else saved the article first; nothing was overwritten."""

    code = "article_changed_meanwhile"


class DeedNotPossible(Conflict):
    """The article does not stand where this can be done."""

    code = "article_deed_not_possible"


class NotReady(Refusal):
    """Something that every published article must have is missing."""

    code = "article_not_ready"


class ReviewNeeded(Refusal):
    """The column's articles go through review; one person cannot publish them."""

    code = "review_needed"


class ColumnUnfit(Refusal):
    """What was said about a column cannot be, or its code is taken."""

    code = "column_unfit"


class FileUnfit(Refusal):
    """A file that is not of a kind an article may carry, or too large."""

    code = "file_unfit"


class NotYourTurn(NotAllowed):
    """The person may not review at this step: not asked, their own article, or once already."""

    code = "review_not_your_turn"


class GatekeeperNeeded(ReviewNeeded):
    """A health text may not go on without somebody whose medical qualification is recorded and valid."""

    code = "gatekeeper_needed"


class ReviewOver(Conflict):
    """The round of review is closed, or the text is not the one that was looked at."""

    code = "review_over"


class StepsUnfit(Refusal):
    """The steps of a column, or a post of review, cannot be as they were entered."""

    code = "review_steps_unfit"


class ReviewLinkUseless(Refusal):
    """A link for review that was used, has expired, or was made for somebody else."""

    code = "review_link_useless"
    status = 403


class OutletUnfit(Refusal):
    """A channel cannot be as it was entered."""

    code = "outlet_unfit"


class PostingNotPossible(Conflict):
    """The article cannot go out this way, or the posting does not stand where this can be done."""

    code = "posting_not_possible"


class MassQuotaSpent(Refusal):
    """No mass send is left on that day or in that month, or only the one kept for an emergency."""

    code = "mass_quota_spent"


class PieceUnfit(Refusal):
    """The article does not keep the limits of the channel; nothing was sent."""

    code = "piece_unfit"


class AnswerUnfit(Refusal):
    """An answer, comment or rating cannot be taken: not chosen, given already, or the question is gone."""

    code = "answer_unfit"


class TermUnfit(Refusal):
    """An entry of the glossary, or a source to compare with, cannot be as it was entered."""

    code = "term_unfit"


class TopicUnfit(Refusal):
    """A topic, an assignment or a seat in the network cannot be as it was entered."""

    code = "topic_unfit"


class RumourUnfit(Refusal):
    """A rumour card cannot be as it was entered, or nobody entitled has approved it."""

    code = "rumour_unfit"


class DigestUnfit(Refusal):
    """An address for the e-mail digest that is none, or a link to confirm or leave that is not valid."""

    code = "digest_unfit"
