"""Rows of the audience, by subject."""

from xinglin.audience.models.campaigns import (
    Batch,
    BatchState,
    Campaign,
    Channel,
    Delivery,
    DeliveryState,
    LinkOpens,
    PushPolicy,
    PushSlot,
    Reason,
    Way,
)
from xinglin.audience.models.people import Behaviour, Did, KnownReader, OptOut, Profile, ProfilingOff
from xinglin.audience.models.segments import Segment, SegmentMember, SegmentSize
from xinglin.audience.models.surveys import Survey, Wave
from xinglin.audience.models.tags import (
    AudienceConsent,
    ConsentKind,
    Dimension,
    FollowerTag,
    SealedTags,
    SensitiveAccess,
    Source,
    Tag,
)

__all__ = [
    "AudienceConsent",
    "Batch",
    "BatchState",
    "Behaviour",
    "Campaign",
    "Channel",
    "ConsentKind",
    "Delivery",
    "DeliveryState",
    "Did",
    "Dimension",
    "FollowerTag",
    "KnownReader",
    "LinkOpens",
    "OptOut",
    "Profile",
    "ProfilingOff",
    "PushPolicy",
    "PushSlot",
    "Reason",
    "SealedTags",
    "Segment",
    "SegmentMember",
    "SegmentSize",
    "SensitiveAccess",
    "Source",
    "Survey",
    "Tag",
    "Wave",
    "Way",
]
