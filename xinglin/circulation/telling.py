"""How circulation speaks to a reader: one sentence, over the way that is open."""

from xinglin.patrons.models import Patron
from xinglin.wechat.queries import followers_of
from xinglin.wechat.replies import Text
from xinglin.wechat.services.outgoing import tell_or_keep


def tell_reader(patron: Patron, sentence: str) -> bool:
    """Tell a reader in WeChat, or keep it until they write; return whether there is a way at all.

    The latest bound identity only: a reader with two accounts does not want to read it twice. Call it in the
    transaction that notes that it was told, so that both happen or neither.
    """
    follower = followers_of(patron).first()
    if follower is None:
        return False
    tell_or_keep(follower=follower, reply=Text(sentence))
    return True
