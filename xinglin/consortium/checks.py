"""Check-ups of the consortium: administrators, and libraries whose hours nobody told."""

from collections import defaultdict
from collections.abc import Iterator

from xinglin.commons.checkups import Finding, Health, checkup
from xinglin.consortium import roles
from xinglin.consortium.models import Library, RoleGrant
from xinglin.consortium.services.staff import NEVER_WITHOUT


@checkup
def administrators() -> Iterator[Finding]:
    """There is one who keeps the system and one who gives the rights, and they are two people."""
    holders: dict[str, set[int]] = defaultdict(set)
    for role, staff in RoleGrant.objects.filter(library=None, staff__active=True).values_list(
        "role", "staff"
    ):
        holders[role].add(staff)
    for role in NEVER_WITHOUT:
        if not holders[role]:
            yield Finding(
                Health.BROKEN,
                f"整个联盟没有{roles.ROLES[role].name}。",
                "运行 xinglin appoint 建立账号后，请维护者授予这个角色。",
            )
    both = holders[roles.SYSTEM_ADMINISTRATOR] & holders[roles.SECURITY_ADMINISTRATOR]
    if both:
        yield Finding(
            Health.WATCH,
            f"有 {len(both)} 人同时是系统管理员和安全管理员。",
            "等保 2.0 三级要求分开；请在「角色授权」里把其中一个角色交给另一位馆员。",
        )


@checkup
def hours_are_told() -> Iterator[Finding]:
    """Every public library says when it is open."""
    silent = Library.objects.filter(
        active=True, is_open_to_public=True, opening_hours=None, opening_exceptions=None
    )
    for library in silent:
        yield Finding(
            Health.WATCH,
            f"「{library.name}」没有登记开馆时间，读者看到的是「请电话询问」。",
            "在工作台「成员馆」里打开这个馆，点「修改时间」。",
        )
