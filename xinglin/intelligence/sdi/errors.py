"""What is refused of profiles and pushes."""

from xinglin.commons.errors import Conflict, NotFound, Refusal


class ProfileUnfit(Refusal):
    """A profile cannot be as it was asked for."""

    code = "sdi_profile_unfit"


class ProfileUnknown(NotFound):
    """There is no such profile, or it is another reader's."""

    code = "sdi_profile_unknown"


class TooManyProfiles(Refusal):
    """A reader keeps as many profiles as one may."""

    code = "sdi_profiles_full"


class ProfileDeedNotPossible(Conflict):
    """The profile does not stand where this can be done, or somebody changed it meanwhile."""

    code = "sdi_deed_not_possible"


class PushUnknown(NotFound):
    """There is no such push, or it went to another reader."""

    code = "sdi_push_unknown"
