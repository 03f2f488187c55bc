"""What notices refuse."""

from xinglin.commons.errors import Conflict, NotFound, Refusal


class KindUnknown(NotFound):
    """No room declares such a kind of notice."""

    code = "notices.kind_unknown"


class NoticeUnknown(NotFound):
    """There is no such notice, or it is another reader's."""

    code = "notices.notice_unknown"


class NotInThisState(Conflict):
    """A notice is where this deed is not done."""

    code = "notices.not_in_this_state"


class WordingUnreadable(Refusal):
    """A library's own wording names something that the kind does not have."""

    code = "notices.wording_unreadable"


class ChannelUnknown(NotFound):
    """No room brings such a channel."""

    code = "notices.channel_unknown"


class HoursUnreadable(Refusal):
    """Quiet hours that begin and end at the same moment, or leave no time to tell anything."""

    code = "notices.hours_unreadable"
