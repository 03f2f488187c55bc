"""What is refused about the policy."""

from xinglin.commons.errors import Conflict, Refusal


class DutyExists(Conflict):
    """The library has that class to build already."""

    code = "class_duty_exists"


class NoClassNumber(Refusal):
    """What was typed is no class of 中图法."""

    code = "not_a_class_number"
