"""Who may do what, and in which libraries: the one place for scoping.

    staff = access.staff_of(request)                              # refuses who is no librarian
    access.libraries_of(staff, "patrons.view_patron")             # -> {3, 4}
    access.require(staff, "patrons.change_patron", patron.home_library_id)

Every ``…_visible_to(staff)`` filters by ``libraries_of``; every deed begins with ``require``.
"""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from xinglin.commons.errors import NotAllowed
from xinglin.consortium.errors import NotStaff
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.roles import roles_that_may

_TREE = "_tree_of_this_request"


class StaffBackend(ModelBackend):
    """Sign-in by account, permissions by the roles of ``roles.py``.

    ``user.has_perm("patrons.view_patron")`` asks whether the person has it in any library;
    ``user.has_perm("patrons.view_patron", library)`` whether in that one.
    """

    def has_perm(
        self, user_obj: AbstractBaseUser | AnonymousUser, perm: str, obj: Model | int | None = None
    ) -> bool:
        staff = _active_staff(user_obj)
        if staff is None:
            return False
        if obj is None:
            return may_anywhere(staff, perm)
        library_id = obj if isinstance(obj, int) else _library_of(obj)
        return library_id is not None and library_id in libraries_of(staff, perm)


def _active_staff(user: AbstractBaseUser | AnonymousUser) -> Staff | None:
    if not user.is_authenticated or not user.is_active:
        return None
    staff: Staff | None = getattr(user, "staff", None)
    return staff if staff is not None and staff.active else None


def _library_of(thing: Model) -> int | None:
    if isinstance(thing, Library):
        return thing.pk
    library_id: int | None = getattr(thing, "library_id", None) or getattr(thing, "home_library_id", None)
    return library_id


def staff_of(request: HttpRequest) -> Staff:
    """Return the librarian who asks.

    Raises ``NotStaff`` for an account without a librarian, or of one who has left.
    """
    staff = _active_staff(request.user)
    if staff is None:
        raise NotStaff(_("这个账号不是在职馆员，不能使用馆员工作台；请联系系统管理员。"))
    # A page asks some twenty times in which libraries somebody may do something: the tree is read once for it.
    staff.__dict__.setdefault(_TREE, None)
    return staff


def may_anywhere(staff: Staff, permission: str) -> bool:
    """Whether someone has a permission in at least one library."""
    roles = roles_that_may(permission)
    return staff.active and any(role in roles for role, _library in staff.grants_held)


def libraries_of(staff: Staff, permission: str) -> set[int]:
    """Return the ids of the libraries in which someone has a permission; empty when in none.

    A grant over a library holds for all below it, however deep.
    """
    roles = roles_that_may(permission)
    scopes = {library for role, library in staff.grants_held if role in roles} if staff.active else set()
    if not scopes:
        return set()
    parents = _tree_for(staff)
    if None in scopes:
        return set(parents)
    return {library for library in parents if _is_under(library, scopes, parents)}


def _tree_for(staff: Staff) -> dict[int, int | None]:
    """Return each library's parent; remembered for who came by ``staff_of``, whose object lives for one request."""
    known: dict[int, int | None] | None = staff.__dict__.get(_TREE)
    if known is None:
        known = dict(Library.objects.values_list("pk", "parent_id"))
        if _TREE in staff.__dict__:
            staff.__dict__[_TREE] = known
    return known


def _is_under(library: int, scopes: set[int | None], parents: dict[int, int | None]) -> bool:
    seen: set[int] = set()
    at: int | None = library
    while at is not None and at not in seen:
        if at in scopes:
            return True
        seen.add(at)
        at = parents.get(at)
    return False


def has_whole_consortium(staff: Staff, permission: str) -> bool:
    """Whether a permission was given over the whole consortium, future libraries included."""
    roles = roles_that_may(permission)
    return staff.active and any(role in roles and scope is None for role, scope in staff.grants_held)


def require(by: Staff | None, permission: str, library_id: int | None) -> None:
    """Let a deed go on, or refuse it.

    ``by`` is None when the house itself acts (a command, the demonstration, a job, a reader on their
    own file). ``library_id`` is None for what belongs to the consortium as a whole.

    Raises ``NotAllowed``; nothing says whether the thing exists.
    """
    if by is None:
        return
    if library_id is None:
        allowed = has_whole_consortium(by, permission)
    else:
        allowed = library_id in libraries_of(by, permission)
    if not allowed:
        raise NotAllowed(_("您没有在该馆进行这项操作的权限；请联系本馆的系统管理员。"))
