"""Every change to a hold: one public function, one deed, one transaction."""

from xinglin.circulation.services.filling import arrive, expire_unfetched, hand_over, put_back, set_aside
from xinglin.circulation.services.queue import cancel, change_pickup, place

__all__ = [
    "arrive",
    "cancel",
    "change_pickup",
    "expire_unfetched",
    "hand_over",
    "place",
    "put_back",
    "set_aside",
]
