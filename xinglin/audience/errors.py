"""What the audience refuses."""

from xinglin.commons.errors import Conflict, Refusal


class RuleUnfit(Refusal):
    """A rule tree that says nothing, is too deep, or names what there is not."""

    code = "audience.rule_unfit"


class ConsentMissing(Refusal):
    """A sensitive tag without the follower's separate consent."""

    code = "audience.consent_missing"


class TagUnfit(Refusal):
    """A tag that cannot be carried so: switched off, of a dimension that is not asked, a bad weight."""

    code = "audience.tag_unfit"


class GroupTooSmall(Refusal):
    """So few people that figures about them would point at persons."""

    code = "audience.group_too_small"


class SegmentInUse(Refusal):
    """A segment that a campaign still needs, or a name that another one has."""

    code = "audience.segment_in_use"


class CampaignNotReady(Refusal):
    """A campaign that cannot be sent so: nobody to send to, a channel the account lacks, a past moment."""

    code = "audience.campaign_not_ready"


class CampaignMoved(Conflict):
    """A campaign that is no longer where the person saw it."""

    code = "audience.campaign_moved"


class LinkUnknown(Refusal):
    """A push link that was forged or cut."""

    code = "audience.link_unknown"
    status = 404


class SurveyNotReady(Refusal):
    """A survey that cannot go on so: no questions, before the push, or answered at the wrong time."""

    code = "audience.survey_not_ready"


class SurveyMoved(Conflict):
    """A survey that is no longer where the person saw it."""

    code = "audience.survey_moved"
