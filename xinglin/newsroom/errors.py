"""What the newsroom refuses."""

from xinglin.commons.errors import Conflict, NotFound, Refusal


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
