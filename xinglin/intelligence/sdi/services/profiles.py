"""Profiles set up by a reader or a liaison, amended by either, rested; and who looks after which department."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.commons import clock, history
from xinglin.commons.text import plain, shortened
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.models.libraries import Weekday
from xinglin.intelligence.models import Topic
from xinglin.intelligence.sdi import wanted
from xinglin.intelligence.sdi.errors import ProfileDeedNotPossible, ProfileUnfit, TooManyProfiles
from xinglin.intelligence.sdi.lifecycle import PROFILE_MOVES, MemberState, ProfileState
from xinglin.intelligence.sdi.models import Liaison, Member, Profile, ProfileKind
from xinglin.intelligence.sdi.queries import ASSIGN, require_care
from xinglin.intelligence.sdi.services.examples import write_examples
from xinglin.intelligence.sdi.services.members import offer
from xinglin.intelligence.sdi.timing import Schedule, next_after
from xinglin.patrons.models import Patron

MOST_OF_A_READER = 10
FEWEST_PAPERS, MOST_PAPERS = 1, 30


@dataclass(frozen=True, kw_only=True)
class ProfileFile:
    """What is entered of a profile, whoever enters it."""

    name: str = ""
    words: str = ""
    schedule: str = Schedule.WEEKLY
    weekday: int = Weekday.MONDAY
    most: int = 10
    topics: Sequence[Topic] = ()
    is_open: bool = False


@transaction.atomic
def ask(*, patron: Patron, file: ProfileFile, papers: str = "") -> Profile:
    """Let a reader have a profile of their own, from words, or from liked papers, one a line.

    Raises ``ProfileUnfit``, ``TooManyProfiles``.
    """
    Patron.objects.select_for_update(no_key=True).get(pk=patron.pk)
    held = Member.objects.filter(patron=patron, profile__owner=patron).exclude(state=MemberState.LEFT).count()
    if held >= MOST_OF_A_READER:
        raise TooManyProfiles(
            _("您已有 %(held)d 项推送，最多 %(most)d 项；请先关闭不用的。"), held=held, most=MOST_OF_A_READER
        )
    profile = Profile(
        kind=ProfileKind.READER, owner=patron, library=patron.home_library, department=patron.department
    )
    _begin(profile, file, papers, None)
    Member.objects.create(profile=profile, patron=patron)
    return profile


@transaction.atomic
def set_up(
    *,
    kind: str,
    library: Library,
    department: str,
    file: ProfileFile,
    papers: str = "",
    owner: Patron | None = None,
    by: Staff | None,
) -> Profile:
    """Set up a profile for a team, a subject, or one reader, whom it is offered to first.

    Raises ``ProfileUnfit``.
    """
    if kind == ProfileKind.READER:
        if owner is None:
            raise ProfileUnfit(_("给一位读者建的推送，要先选读者。"))
        library, department = owner.home_library, owner.department
    require_care(by, library.pk, department)
    profile = Profile(
        kind=kind, library=library, department=department.strip(), changed_by=by,
        owner=owner if kind == ProfileKind.READER else None,
    )  # fmt: skip
    _begin(profile, file, papers, by)
    if profile.owner is not None:
        offer(profile=profile, patron=profile.owner, by=by)
    return profile


@transaction.atomic
def amend(
    *,
    profile: Profile,
    version: int,
    file: ProfileFile,
    by: Staff | None = None,
    reader: Patron | None = None,
) -> Profile:
    """Change what is looked for and when: by the reader whose own it is, or by the liaison.

    Raises ``ProfileUnfit``, ``ProfileDeedNotPossible``.
    """
    kept = _locked(profile)
    if reader is None:
        require_care(by, kept.library_id, kept.department)
    elif kept.owner_id != reader.pk:
        raise ProfileDeedNotPossible(_("这项推送是学科馆员维护的，您可以暂停或关闭，不能修改内容。"))
    if kept.version != version:
        raise ProfileDeedNotPossible(
            _("您打开后，推送「%(name)s」已被别人修改；请重新打开后再改。"), name=kept.name
        )
    before = {
        name: getattr(kept, name) for name in ("name", "words", "schedule", "weekday", "most", "is_open")
    }
    _fill(kept, file)
    if not kept.words and not kept.examples.exists():
        raise ProfileUnfit(_("检索词和喜欢的文献至少要有一样，不然不知道要推什么。"))
    changes: dict[str, object] = {
        name: [value, getattr(kept, name)] for name, value in before.items() if value != getattr(kept, name)
    }
    if {topic.pk for topic in file.topics} != set(kept.topics.values_list("pk", flat=True)):
        changes["topics"] = [topic.code for topic in file.topics]
        kept.topics.set(file.topics)
    if not changes:
        return kept
    if {"schedule", "weekday"} & changes.keys():
        kept.next_at = next_after(clock.now(), kept.schedule, kept.weekday)
    kept.version += 1
    kept.changed_at, kept.changed_by = clock.now(), by
    kept.save()
    history.record(kept, "amend", by=by.user if by else _("读者"), changes=_told(kept, changes))
    return kept


def hide(*, profile: Profile, by: Staff | None) -> Profile:
    """Let a profile rest for all its readers. Raises ``ProfileDeedNotPossible``."""
    return _move(profile, "hide", by)


def show(*, profile: Profile, by: Staff | None) -> Profile:
    """Let a profile run again. Raises ``ProfileDeedNotPossible``."""
    return _move(profile, "show", by)


@transaction.atomic
def name_liaison(*, library: Library, department: str, staff: Staff, by: Staff | None) -> Liaison:
    """Say that somebody looks after a department. Raises ``ProfileUnfit``."""
    access.require(by, ASSIGN, library.pk)
    said = " ".join(plain(department).split())
    if not said:
        raise ProfileUnfit(_("请写科室名称，写法要和读者资料里的一样。"))
    kept, made = Liaison.objects.get_or_create(library=library, department=said, staff=staff)
    if not made:
        raise ProfileUnfit(
            _("%(name)s 已经是「%(department)s」的学科馆员。"), name=staff.name, department=said
        )
    history.record(
        kept, "assign", by=by.user if by else None, changes={"staff": staff.name, "department": said}
    )
    return kept


@transaction.atomic
def drop_liaison(*, liaison: Liaison, by: Staff | None) -> None:
    """Say that somebody no longer looks after a department; the profiles stay."""
    access.require(by, ASSIGN, liaison.library_id)
    history.record(liaison.library, "delete", by=by.user if by else None, changes={"liaison": str(liaison)})
    liaison.delete()


def _begin(profile: Profile, file: ProfileFile, papers: str, by: Staff | None) -> None:
    _fill(profile, file)
    if not profile.words and not papers.strip():
        raise ProfileUnfit(_("请写检索词，或给几篇喜欢的文献（DOI、PMID 或题名，一行一篇）。"))
    profile.next_at = next_after(clock.now(), profile.schedule, profile.weekday)
    profile.save()
    profile.topics.set(file.topics)
    write_examples(profile, papers, by)
    told = _told(profile, {"words": profile.words, "schedule": profile.schedule})
    history.record(profile, "add", by=by.user if by else _("读者"), changes=told)


def _told(profile: Profile, changes: dict[str, object]) -> dict[str, object]:
    """Of a reader's own profile history keeps which facts were changed: what they read goes when they are erased."""
    return {"fields": sorted(changes)} if profile.owner_id else changes


def _fill(profile: Profile, file: ProfileFile) -> None:
    words = " ".join(plain(file.words).split())
    wanted.read(words)
    if not FEWEST_PAPERS <= file.most <= MOST_PAPERS:
        raise ProfileUnfit(_("每次最多 %(least)d 到 %(most)d 篇。"), least=FEWEST_PAPERS, most=MOST_PAPERS)
    name = " ".join(plain(file.name).split()) or words or str(_("像这几篇的文献"))
    profile.name, profile.words = shortened(name, characters=60), words
    profile.schedule, profile.weekday = Schedule(file.schedule), Weekday(file.weekday)
    profile.most = file.most
    profile.is_open = file.is_open and profile.kind != ProfileKind.READER


@transaction.atomic
def _move(profile: Profile, deed: str, by: Staff | None) -> Profile:
    kept = _locked(profile)
    require_care(by, kept.library_id, kept.department)
    move = PROFILE_MOVES.get((ProfileState(kept.state), deed))
    if move is None:
        raise ProfileDeedNotPossible(_("推送现在的状态不能这样做；请刷新后再看。"))
    kept.state, kept.version = move[0], kept.version + 1
    if kept.state == ProfileState.RUNNING:
        kept.next_at = next_after(clock.now(), kept.schedule, kept.weekday)
    kept.save()
    history.record(kept, deed, by=by.user if by else None)
    return kept


def _locked(profile: Profile) -> Profile:
    return Profile.objects.select_for_update(of=("self",)).get(pk=profile.pk)
