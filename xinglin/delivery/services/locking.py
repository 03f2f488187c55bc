"""What every deed begins with: the request as it is now, locked, and the move looked up in the table."""

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.delivery.errors import MoveNotPossible, RequestUnknown
from xinglin.delivery.lifecycle import State, goes_to
from xinglin.delivery.models import DocumentRequest
from xinglin.delivery.queries import HANDLE


def locked(request: DocumentRequest) -> DocumentRequest:
    """Return a request as it is now, locked until the transaction ends. Raises ``RequestUnknown``."""
    found = (
        DocumentRequest.objects.select_for_update(of=("self",))
        .select_related("patron__home_library", "library", "home_library", "assigned_to__user")
        .filter(pk=request.pk)
        .first()
    )
    if found is None:
        raise RequestUnknown(_("没有这个文献传递申请。"))
    return found


def for_staff(request: DocumentRequest, by: Staff | None) -> DocumentRequest:
    """Return a request locked for a librarian of the library that works on it. Raises ``NotAllowed``."""
    found = locked(request)
    access.require(by, HANDLE, found.library_id)
    return found


def move(request: DocumentRequest, deed: str) -> None:
    """Move a request by the table. Raises ``MoveNotPossible``."""
    there = goes_to(request.state, deed)
    if there is None:
        raise MoveNotPossible(
            _("申请 %(number)s 现在是「%(state)s」，不能再这样办理；请刷新后再看。"),
            number=request.number,
            state=State(request.state).label,
        )
    request.state = there


def actor(by: Staff | None) -> AbstractBaseUser | None:
    """Return who stands in the history; nobody in particular for a reader or the house."""
    return by.user if by else None
