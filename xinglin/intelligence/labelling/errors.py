"""What is refused of headings."""

from xinglin.commons.errors import Refusal


class HeadingUnfit(Refusal):
    """A heading has no name, or one that the topic has already, or there are too many."""

    code = "heading_unfit"
