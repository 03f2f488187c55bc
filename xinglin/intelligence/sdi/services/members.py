"""Readers of profiles: offered by a librarian, joined, paused, switched off by themselves."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.consortium.models import Staff
from xinglin.intelligence.sdi.errors import ProfileDeedNotPossible, ProfileUnknown
from xinglin.intelligence.sdi.lifecycle import MEMBER_MOVES, MemberState
from xinglin.intelligence.sdi.models import Member, Profile
from xinglin.intelligence.sdi.queries import open_profiles_for, require_care
from xinglin.intelligence.sdi.telling import OFFERED, schedule_in_words
from xinglin.notices import services as notices
from xinglin.patrons.models import ConsentKind, Patron
from xinglin.patrons.queries import has_consented


@transaction.atomic
def offer(*, profile: Profile, patron: Patron, by: Staff | None) -> Member:
    """Put a reader on a profile. Who has agreed to be recommended papers has them at once; others are asked.

    A profile is drawn from what somebody studies: 个人信息保护法 art. 24 lets nobody be pushed to unasked. Raises
    ``ProfileDeedNotPossible`` for who switched it off or is there.
    """
    require_care(by, profile.library_id, profile.department)
    agreed = has_consented(patron, ConsentKind.RECOMMENDATIONS)
    member, made = Member.objects.get_or_create(
        profile=profile, patron=patron,
        defaults={"state": MemberState.ACTIVE if agreed else MemberState.OFFERED},
    )  # fmt: skip
    if not made:
        raise ProfileDeedNotPossible(
            _("%(name)s 已在名单里（%(state)s）；读者自己关闭的，只有读者自己能再打开。"),
            name=patron.name, state=member.get_state_display(),
        )  # fmt: skip
    history.record(profile, "add", by=by.user if by else None, changes={"reader": patron.pk})
    if not agreed:
        notices.owe(
            patron=patron, kind=OFFERED, key=str(profile.pk), title=str(_("图书馆为您准备了一项文献推送")),
            text=str(_("「%(name)s」，%(schedule)s。打开看一看，愿意就点“同意接收”；不点就不会推送。") % {
                "name": profile.name, "schedule": schedule_in_words(profile),
            }),
            link=reverse("mobile:sdi.profile", args=[profile.pk]), fields={"name": profile.name},
            library=profile.library,
        )  # fmt: skip
    return member


@transaction.atomic
def join(*, profile: Profile, patron: Patron) -> Member:
    """Let a reader join a subject or a team that is open to them. Raises ``ProfileUnknown``."""
    if not open_profiles_for(patron).filter(pk=profile.pk).exists():
        raise ProfileUnknown(_("这项推送不开放加入，或者您已经在里面了。"))
    now = clock.now()
    member, _made = Member.objects.update_or_create(
        profile=profile, patron=patron, defaults={"state": MemberState.ACTIVE, "changed_at": now}
    )
    return member


@transaction.atomic
def move(*, patron: Patron, profile: Profile, deed: str) -> Member:
    """Accept, pause, resume or switch off: the reader's own hand.

    Raises ``ProfileUnknown``, ``ProfileDeedNotPossible``.
    """
    kept = Member.objects.select_for_update(of=("self",)).filter(patron=patron, profile=profile).first()
    if kept is None:
        raise ProfileUnknown(_("没有这项推送，可能已经删除；请从“我的文献推送”里打开。"))
    found = MEMBER_MOVES.get((MemberState(kept.state), deed))
    if found is None:
        raise ProfileDeedNotPossible(
            _("这项推送现在是“%(state)s”，不能这样做；请刷新后再看。"), state=kept.get_state_display()
        )
    kept.state, kept.changed_at = found[0], clock.now()
    kept.save(update_fields=["state", "changed_at"])
    history.record(profile, deed, by=str(_("读者")), changes={"reader": patron.pk})
    return kept
