"""What the consortium refuses."""

from xinglin.commons.errors import Conflict, NotAllowed, NotFound, Refusal


class NotStaff(NotAllowed):
    """The account that asks is no librarian's, or the librarian has left."""

    code = "not_staff"


class LibraryUnknown(NotFound):
    """No such library, or not one the asker may know of."""

    code = "library_unknown"


class LibraryCodeTaken(Conflict):
    """Another library has this code."""

    code = "library_code_taken"


class LibraryUnfit(Refusal):
    """What was said about a library cannot be: its network range, coordinates, parent or picture."""

    code = "library_unfit"


class LibraryInUse(Refusal):
    """A library with open libraries below it cannot be closed."""

    code = "library_in_use"


class HoursUnfit(Refusal):
    """Opening hours that overlap or end before they begin."""

    code = "hours_unfit"


class SignInNameTaken(Conflict):
    """Another account has this sign-in name."""

    code = "sign_in_name_taken"


class PasswordTooWeak(Refusal):
    """A password that would be guessed."""

    code = "password_too_weak"


class LastAdministrator(Refusal):
    """Nobody would be left who can appoint others."""

    code = "last_administrator"


class DutiesNotSeparated(Refusal):
    """Who keeps the audit must not be who is audited (等保 2.0, GB/T 22239-2019, three administrators)."""

    code = "duties_not_separated"


class LicenceMissing(Refusal):
    """A gatekeeper's judgement stands on a medical licence that is valid today."""

    code = "licence_missing"


class RoleUnknown(Refusal):
    """There is no role of that code."""

    code = "role_unknown"
