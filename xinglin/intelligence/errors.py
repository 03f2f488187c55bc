"""What the room of intelligence refuses."""

from xinglin.commons.errors import Conflict, Refusal


class TopicCodeTaken(Conflict):
    """Another topic has this code."""

    code = "topic_code_taken"


class TopicChangedMeanwhile(Conflict):
    """Someone else saved the topic first."""

    code = "topic_changed_meanwhile"


class SourceUnfit(Refusal):
    """The query or the address of a source cannot be."""

    code = "intelligence_source_unfit"


class IntelligenceDeedNotPossible(Conflict):
    """The thing does not stand where this can be done."""

    code = "intelligence_deed_not_possible"


class SecondLookNeedsAnother(Refusal):
    """Who kept a paper may not release it: the gate has two pairs of eyes."""

    code = "second_look_needs_another"


class ReasonMissing(Refusal):
    """A paper is not dropped without a reason."""

    code = "screening_reason_missing"
