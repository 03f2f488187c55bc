"""What the reference room announces."""

from dataclasses import dataclass

from xinglin.commons.bulletin import Event


@dataclass(frozen=True)
class OrderSubmitted(Event):
    """A client commissioned a novelty search or a citation report."""

    order_id: int


@dataclass(frozen=True)
class OrderQuoted(Event):
    """The fee and the day of an order wait for the client's word."""

    order_id: int


@dataclass(frozen=True)
class OrderSentBack(Event):
    """An order came back to its client with what is missing."""

    order_id: int


@dataclass(frozen=True)
class ReportIssued(Event):
    """A report was issued under a number of its own and can be verified."""

    order_id: int
    report_id: int
