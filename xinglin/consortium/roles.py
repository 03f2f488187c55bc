"""Which role may do what: a table.

A permission is "<room>.<deed>". A role names permissions, or patterns of them: ``circulation.*`` is every
deed of that room, ``*.view_*`` every look in every room. Rooms above name their own deeds, so the table
holds only words and knows no code. Which libraries a permission covers is said by the grant, never here.

The three administrators stand apart (等保 2.0, GB/T 22239-2019, 8.1.5 system, audit and security
management): one keeps the system, one gives the rights, one reads what was done, and none of
them opens a reader's file.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SYSTEM_ADMINISTRATOR = "system_administrator"
SECURITY_ADMINISTRATOR = "security_administrator"
AUDIT_ADMINISTRATOR = "audit_administrator"
CONSORTIUM_MANAGER = "consortium_manager"
BRANCH_LIBRARIAN = "branch_librarian"
CATALOGUER = "cataloguer"
CIRCULATION_LIBRARIAN = "circulation_librarian"
REFERENCE_LIBRARIAN = "reference_librarian"
SUBJECT_LIAISON = "subject_liaison"
CORRESPONDENT = "correspondent"
REVIEWER = "reviewer"
GATEKEEPER = "gatekeeper"
DECISION_MAKER = "decision_maker"


@dataclass(frozen=True)
class Role:
    """One role: its name on screen, what it may do, and whether it stands on a medical licence."""

    name: Promise
    may: tuple[str, ...]
    needs_licence: bool = False

    def allows(self, permission: str) -> bool:
        return any(fnmatchcase(permission, pattern) for pattern in self.may)


_DAILY_WORK = (
    "consortium.view_library",
    "consortium.view_staff",
    "patrons.*",
    "notices.*",
    "wechat.*",
    "catalog.*",
    "circulation.*",
    "eresources.*",
    "newsroom.*",
    "audience.*",
    "acquisitions.*",
    "ill.*",
    "delivery.*",
    "reference.*",
    "learning.*",
    "emergency.*",
    "intelligence.*",
    "stats.*",
    "planning.*",
)

ROLES: dict[str, Role] = {
    SYSTEM_ADMINISTRATOR: Role(
        _("系统管理员"),
        (
            "consortium.view_*",
            "consortium.change_library",
            "consortium.change_hours",
            "consortium.appoint_staff",
            "wechat.*_account",
            "commons.*_job",
            "commons.change_settings",
        ),
    ),
    SECURITY_ADMINISTRATOR: Role(
        _("安全管理员"), ("consortium.view_*", "consortium.grant_role", "consortium.retire_staff")
    ),
    AUDIT_ADMINISTRATOR: Role(
        _("审计管理员"), ("consortium.view_*", "commons.view_history", "audience.view_access")
    ),
    CONSORTIUM_MANAGER: Role(
        _("总馆管理员"),
        (*_DAILY_WORK, "consortium.*", "commons.view_history", "commons.*_job", "privacy.open_sealed_tags"),
    ),
    BRANCH_LIBRARIAN: Role(
        _("分馆馆员"), (*_DAILY_WORK, "consortium.change_library", "consortium.change_hours")
    ),
    CATALOGUER: Role(
        _("编目馆员"),
        ("consortium.view_library", "catalog.*", "acquisitions.view_*", "acquisitions.receive_copies"),
    ),
    CIRCULATION_LIBRARIAN: Role(
        _("流通馆员"),
        (
            "consortium.view_library",
            "patrons.view_patron",
            "patrons.lookup_patron",
            "patrons.register_patron",
            "patrons.change_patron",
            "patrons.issue_card",
            "patrons.set_password",
            "catalog.view_*",
            "circulation.*",
            "notices.view_*",
        ),
    ),
    REFERENCE_LIBRARIAN: Role(
        _("参考咨询馆员"),
        (
            "consortium.view_library",
            "patrons.view_patron",
            "catalog.view_*",
            "eresources.view_*",
            "wechat.view_*",
            "wechat.answer_message",
            "reference.*",
            "delivery.*",
            "intelligence.*",
            "learning.*",
            "emergency.*",
        ),
    ),
    # Sees and amends the profiles of the departments assigned to them, no others.
    SUBJECT_LIAISON: Role(
        _("学科馆员"),
        (
            "consortium.view_library",
            "catalog.view_*",
            "intelligence.view_*",
            "intelligence.change_profile",
        ),
    ),
    CORRESPONDENT: Role(
        _("通讯员"),
        ("consortium.view_library", "newsroom.view_*", "newsroom.write_*", "newsroom.submit_*"),
    ),
    REVIEWER: Role(_("审稿人"), ("consortium.view_library", "newsroom.view_*", "newsroom.review_*")),
    GATEKEEPER: Role(
        _("医学把关人"),
        (
            "consortium.view_library",
            "newsroom.view_*",
            "newsroom.gatekeep_*",
            "emergency.view_*",
            "emergency.gatekeep_*",
        ),
        needs_licence=True,
    ),
    DECISION_MAKER: Role(
        _("决策者"),
        (
            "consortium.view_library",
            "stats.*",
            "planning.*",
            "newsroom.view_*",
            "newsroom.approve_*",
            "emergency.decide_*",
        ),
    ),
}


@lru_cache(maxsize=4096)
def roles_that_may(permission: str) -> frozenset[str]:
    """Return the codes of the roles that have a permission."""
    return frozenset(code for code, role in ROLES.items() if role.allows(permission))
