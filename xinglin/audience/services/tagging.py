"""Giving followers a tag at the platform, and who could not be given it: each may carry twenty (sheet §8.10)."""

from collections.abc import Sequence

from xinglin.wechat.calling import client_for
from xinglin.wechat.client.errors import WeChatApiError
from xinglin.wechat.jsonvalue import as_list, as_text
from xinglin.wechat.models import Account

AT_ONCE = 50
SOME_ARE_FULL = 45171
IS_FULL = 45059
FOREIGN = 49003


def tag(account: Account, number: int, openids: Sequence[str]) -> list[str]:
    """Give up to fifty followers a tag; return those who carry too many already, or who are nobody's followers.

    Raises what concerns more than them.
    """
    try:
        client_for(account).tags.tag(number, list(openids))
    except WeChatApiError as error:
        if error.errcode == SOME_ARE_FULL:
            return [as_text(each) for each in as_list(error.answer.get("fail_openid_list"))]
        if error.errcode in (IS_FULL, FOREIGN) and len(openids) == 1:
            return list(openids)
        if error.errcode != FOREIGN:
            raise
        # One of them is nobody's follower: found by asking one by one.
        return [refused for openid in openids for refused in tag(account, number, [openid])]
    return []
