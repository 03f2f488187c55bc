"""What the desk makes of its papers: bulletins and reports, profiles of readers and subjects, the first pushes."""

from datetime import timedelta

from xinglin.commons import clock
from xinglin.consortium.models import Library, Staff
from xinglin.demonstration import files
from xinglin.intelligence.models import Profile, ProfileKind, Topic
from xinglin.intelligence.products import services as products
from xinglin.intelligence.products.models import ProductKind
from xinglin.intelligence.products.templating import write_template
from xinglin.intelligence.sdi import running
from xinglin.intelligence.sdi import services as sdi
from xinglin.intelligence.sdi.lifecycle import MemberState
from xinglin.patrons.models import Patron


def make_profiles(libraries: dict[str, Library], readers: dict[str, Patron]) -> int:
    """Name the liaisons, set the profiles up, push once, let readers answer; return how many profiles there are."""
    said = files.entries("profiles")
    for entry in said["liaisons"]:
        sdi.name_liaison(
            library=libraries[entry["library"]], department=entry["department"], staff=_staff(entry["staff"]), by=None
        )  # fmt: skip
    for entry in said["profiles"]:
        _set_up(entry, libraries, readers)
    for profile in Profile.objects.order_by("pk"):
        running.run_profile(profile.pk, now=True)
        for push in profile.pushes.all():
            for paper, verdict in zip(push.papers.order_by("place"), said["answers"], strict=False):
                sdi.judge(paper=paper, verdict=verdict)
    return len(said["profiles"])


def _set_up(entry: dict[str, object], libraries: dict[str, Library], readers: dict[str, Patron]) -> None:
    file = sdi.ProfileFile(
        name=str(entry["name"]), words=str(entry["words"]), schedule=str(entry["schedule"]),
        is_open=entry["kind"] == ProfileKind.SUBJECT,
    )  # fmt: skip
    names = entry["readers"] if isinstance(entry["readers"], list) else []
    papers = str(entry["papers"])
    if entry["kind"] == ProfileKind.READER:
        sdi.ask(patron=readers[names[0]], file=file, papers=papers)
        return
    made = sdi.set_up(
        kind=str(entry["kind"]), library=libraries[str(entry["library"])], department=str(entry["department"]),
        file=file, papers=papers, by=None,
    )  # fmt: skip
    for card in names:
        member = sdi.offer(profile=made, patron=readers[card], by=None)
        if entry["kind"] == ProfileKind.TEAM and member.state == MemberState.OFFERED:
            sdi.move(patron=readers[card], profile=made, deed="accept_push")


def make_products(readers: dict[str, Patron]) -> int:
    """Make products of several kinds, some still with their writer or reviewer; return how many there are."""
    said = files.entries("products")
    today = clock.today()
    for card in said["followers"]:
        products.follow(topic=Topic.objects.get(code=said["followed"]), patron=readers[card])
    writer, reviewer = _staff(said["writer"]), _staff(said["reviewer"])
    for entry in said["templates"]:
        write_template(library=writer.library, by=writer, **entry)
    for entry in said["products"]:
        made = products.make(
            topic=Topic.objects.get(code=entry["topic"]), kind=ProductKind(entry["kind"]), title=entry["title"],
            first=today - timedelta(days=6), last=today, preface=entry["preface"], by=writer,
        )  # fmt: skip
        if entry["until"] == "draft":
            continue
        made = products.hand_in(product=made, by=writer)
        if entry["until"] == "waiting":
            continue
        made = products.release(product=made, by=reviewer)
        if entry["until"] == "sent":
            products.send(product=made, by=writer)
    return len(said["products"])


def _staff(sign_in_name: str) -> Staff:
    return Staff.objects.get(user__username=sign_in_name)
