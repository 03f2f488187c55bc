"""What becomes of profiles when a reader moves to another department, leaves, or is erased."""

from django.db import transaction
from django.db.models import F, Q

from xinglin.commons import clock
from xinglin.intelligence.sdi.lifecycle import MemberState
from xinglin.intelligence.sdi.models import Member, Profile, Push, PushedPaper


@transaction.atomic
def follow_readers() -> int:
    """Let readers' own profiles stand where their readers do: that liaison sees them, no other."""
    moved = Profile.objects.filter(owner__isnull=False).exclude(
        Q(department=F("owner__department")) & Q(library=F("owner__home_library"))
    )
    found = list(moved.select_related("owner"))
    for profile in found:
        if profile.owner is not None:
            profile.department, profile.library_id = profile.owner.department, profile.owner.home_library_id
    Profile.objects.bulk_update(found, ["department", "library"])
    return len(found)


@transaction.atomic
def stop_for(*, patron_id: int) -> None:
    """Bring nothing more to a reader who left."""
    Member.objects.filter(patron=patron_id).exclude(state=MemberState.LEFT).update(
        state=MemberState.LEFT, changed_at=clock.now()
    )


@transaction.atomic
def forget_reader(*, patron_id: int) -> None:
    """Drop the profiles, memberships, pushes and answers of an erased reader."""
    PushedPaper.objects.filter(patron=patron_id).delete()
    Push.objects.filter(patron=patron_id).delete()
    Member.objects.filter(patron=patron_id).delete()
    Profile.objects.filter(owner=patron_id).delete()
