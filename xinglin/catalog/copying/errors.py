"""What copy cataloguing refuses."""

from xinglin.commons.errors import Conflict, NotAllowed, NotFound, Refusal


class AddressRefused(Refusal):
    """The address leads into a private network, or is none."""

    code = "copy_address_refused"


class SourceUnreachable(Refusal):
    """A source did not answer, or not in time, or with more than we read."""

    code = "copy_source_unreachable"
    status = 502


class SourceRefused(Refusal):
    """A source answered that it cannot do what was asked."""

    code = "copy_source_refused"
    status = 502


class AnswerUnreadable(Refusal):
    """What a source answered is none of the protocol's answers."""

    code = "copy_answer_unreadable"
    status = 502


class Z3950NotInstalled(Refusal):
    """This machine has no libyaz, so Z39.50 cannot be spoken."""

    code = "z3950_not_installed"
    status = 503


class SourceUnknown(NotFound):
    """There is no such source, or it is switched off."""

    code = "copy_source_unknown"


class SourceExists(Conflict):
    """Another source has the same name."""

    code = "copy_source_exists"


class SourceChangedMeanwhile(Conflict):
    """Somebody else saved the source first; nothing was overwritten."""

    code = "copy_source_changed_meanwhile"


class RecordNotCopied(Refusal):
    """What a source sent is no bibliographic record that we could keep."""

    code = "record_not_copied"


class AlreadyInTheCatalogue(Conflict):
    """The catalogue has the title already: a holding is added to it instead."""

    code = "already_in_the_catalogue"


class MainLibraryOnly(NotAllowed):
    """Only cataloguers of the main library decide this."""

    code = "main_library_only"


class NothingProposed(Refusal):
    """A proposal that changes nothing."""

    code = "nothing_proposed"


class ProposalDecided(Conflict):
    """Somebody decided this proposal already."""

    code = "proposal_decided"


class ProposalOutdated(Conflict):
    """The record was changed after the proposal was written; accepting it would undo that change."""

    code = "proposal_outdated"
