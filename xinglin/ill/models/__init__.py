"""Rows of inter-library loan: partners, what we want, what others want of us, and every message."""

from xinglin.ill.models.messages import Direction, IllMessage, MessageState
from xinglin.ill.models.partners import Partner, PartnerAnswer, PartnerHolding, Symbol
from xinglin.ill.models.supplies import SupplyRequest
from xinglin.ill.models.wishes import Described, Leg, Parcel, Service, Wish

__all__ = [
    "Described",
    "Direction",
    "IllMessage",
    "Leg",
    "MessageState",
    "Parcel",
    "Partner",
    "PartnerAnswer",
    "PartnerHolding",
    "Service",
    "SupplyRequest",
    "Symbol",
    "Wish",
]
