"""Pictures that followers send in the chat, fetched from the platform."""

from xinglin.delivery.services.pictures import LARGEST_PICTURE
from xinglin.wechat.calling import client_for
from xinglin.wechat.models import Follower


def picture_of(follower_id: int, media_id: str) -> bytes:
    """Return a picture by its media id. Raises what the platform's client raises; the job is tried again."""
    follower = Follower.objects.select_related("account").get(pk=follower_id)
    answer = client_for(follower.account).media.get(media_id)
    if isinstance(answer, dict):
        raise LookupError(f"the platform gave no picture for a request: {sorted(answer)[:5]}")
    return answer.content[: LARGEST_PICTURE + 1]
