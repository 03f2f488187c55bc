"""What the learning room refuses."""

from xinglin.commons.errors import Conflict, NotFound, Refusal


class LectureUnknown(NotFound):
    """No such lecture, or it is not announced."""

    code = "lecture_unknown"


class LectureUnfit(Refusal):
    """What was said of a lecture contradicts itself, or something is missing."""

    code = "lecture_unfit"


class LectureMoveNotPossible(Conflict):
    """The lecture does not stand where this deed begins; someone was faster."""

    code = "lecture_move_not_possible"


class RegistrationMoveNotPossible(Conflict):
    """The registration does not stand where this deed begins."""

    code = "registration_move_not_possible"


class RegistrationNotOpen(Refusal):
    """Registration has not begun, is over, or the lecture has begun."""

    code = "registration_not_open"


class MayNotRegister(Refusal):
    """The reader's card has run out, is suspended or was given back."""

    code = "may_not_register"


class RegisteredAlready(Conflict):
    """The person is registered for this lecture, or waits for it."""

    code = "registered_already"


class LectureFull(Refusal):
    """Every seat is taken, so nobody can be taken in at the door."""

    code = "lecture_full"


class NotTheTimeToAttend(Refusal):
    """Attendance is taken while the lecture runs, and shortly before."""

    code = "not_the_time_to_attend"


class FeedbackUnfit(Refusal):
    """Feedback is for those who attended, after the lecture, in one to five."""

    code = "feedback_unfit"


class CertificateUnknown(NotFound):
    """No certificate has this number, or its holder asked to be forgotten."""

    code = "certificate_unknown"


class SeatsBelowTaken(Refusal):
    """So few seats that people who have one would lose it."""

    code = "seats_below_taken"


class MaterialUnfit(Refusal):
    """A link that is no web address."""

    code = "material_unfit"
