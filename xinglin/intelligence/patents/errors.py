"""What is refused of patents."""

from xinglin.commons.errors import Refusal


class PatentsUnfit(Refusal):
    """A table of patents, or a row of it, cannot be read; or a report of it cannot be made."""

    code = "patents_unfit"
