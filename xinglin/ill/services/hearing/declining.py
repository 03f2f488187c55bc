"""A message that is well-formed and cannot be acted upon."""

from xinglin.ill.protocol.vocabulary import ErrorType

CONSORTIUM_MONEY = "CNY"


class Declined(Exception):
    """A well-formed message that cannot be acted upon."""

    def __init__(self, error: ErrorType, value: str) -> None:
        super().__init__(value)
        self.error, self.value = error, value
