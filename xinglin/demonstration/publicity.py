"""The publicity office of a hospital at work: articles at every stage of review, channels, topics, a rumour."""

from datetime import timedelta
from typing import Any

from xinglin.commons import clock
from xinglin.consortium.models import Library, Staff
from xinglin.demonstration import files
from xinglin.newsroom import services as newsroom
from xinglin.newsroom.blocks import Content, read_content
from xinglin.newsroom.models import Article, Column, Expert, Topic, Verdict
from xinglin.newsroom.planning import experts
from xinglin.newsroom.planning import services as planning
from xinglin.newsroom.planning.lifecycle import Origin
from xinglin.newsroom.publishing import outlets
from xinglin.newsroom.publishing.lifecycle import OutletKind
from xinglin.newsroom.publishing.looks import Look
from xinglin.newsroom.review import services as review
from xinglin.newsroom.review.services import Passage
from xinglin.newsroom.rumours import services as rumours
from xinglin.wechat.models import Account

HALF_A_YEAR = timedelta(days=180)


def make_publicity(libraries: dict[str, Library]) -> int:
    """Tell the story of the newsroom, and return how many articles it has."""
    told = files.entries("publicity")
    library = libraries[told["library"]]
    people = {part: Staff.objects.get(user__username=name) for part, name in told["people"].items()}
    outlets.set_style(library=library, look=Look(**told["style"]), by=None)
    _open_outlets(libraries)
    for seat in told["departments"]:
        staff = Staff.objects.filter(user__username=seat["staff"]).first()
        planning.name_correspondent(library=library, department=seat["department"], staff=staff, by=None)
    for entry in told["experts"]:
        _enter_expert(library, dict(entry))
    for entry in told["topics"]:
        _propose(library, entry)
    for entry in told["articles"]:
        _send_through_review(library, entry, people)
    for entry in told["rumours"]:
        file = rumours.RumourFile(**{**entry, "verdict": Verdict(entry["verdict"])})
        card = rumours.write(library=library, file=file, by=people["writer"])
        rumours.approve(rumour=card, by=people["gatekeeper"])
    return len(told["articles"])


def _open_outlets(libraries: dict[str, Library]) -> None:
    for account in Account.objects.select_related("library"):
        file = outlets.OutletFile(name=account.name, account=account)
        outlets.add_outlet(library=account.library, kind=OutletKind.WECHAT, file=file, by=None)
    main = next(library for library in libraries.values() if library.parent_id is None)
    for kind in (OutletKind.WEIBO, OutletKind.DOUYIN, OutletKind.CHANNELS, OutletKind.TOUTIAO):
        outlets.add_outlet(library=main, kind=kind, file=outlets.OutletFile(name=main.name), by=None)


def _enter_expert(library: Library, entry: dict[str, Any]) -> None:
    ago = entry.pop("agreed_ago")
    agreed_on = None if ago is None else clock.today() - timedelta(days=ago)
    experts.keep(library=library, file=experts.ExpertFile(**entry, agreed_on=agreed_on), by=None)


def _propose(library: Library, entry: dict[str, Any]) -> None:
    topic = planning.propose(
        library=library,
        file=planning.TopicFile(
            title=str(entry["title"]),
            need=int(str(entry["need"])),
            fits_goal=int(str(entry["fits_goal"])),
            doable=int(str(entry["doable"])),
            priority=int(str(entry["priority"])),
            joint_with=str(entry.get("joint_with", "")),
            experts=list(Expert.objects.filter(library=library, name__in=entry.get("experts", []))),
        ),
        by=None,
    )
    Topic.objects.filter(pk=topic.pk).update(origin=Origin(str(entry["origin"])))
    ahead = int(str(entry["planned_in"]))
    if ahead:
        planning.plan(topic=topic, on=clock.today() + timedelta(days=ahead), by=None)


def _send_through_review(library: Library, entry: dict[str, object], people: dict[str, Staff]) -> Article:
    """Write an article and take it as far as its story goes, by the hands of the people of the story."""
    article = newsroom.write(
        library=library,
        content=_content(entry),
        arrangement=newsroom.Arrangement(
            Column.objects.get(code="health"), expires_on=clock.today() + HALF_A_YEAR
        ),
        by=people["writer"],
    )
    round_ = review.submit(article=article, version=article.version, by=people["writer"])
    if entry["stage"] == "returned":
        said = entry["remark"]
        passages = [Passage(**said)] if isinstance(said, dict) else []
        review.send_back(
            review=round_,
            sha256=round_.sha256,
            by=people["operator"],
            reason=str(entry["reason"]),
            passages=passages,
        )
        return article
    hands = ["operator", "head"]
    if entry["stage"] == "published":
        hands += ["leader", "gatekeeper"]
    for hand in hands:
        round_ = review.approve(review=round_, sha256=round_.sha256, by=people[hand], remark="")
    article.refresh_from_db()
    if entry["stage"] == "published":
        article = newsroom.publish(article=article, version=article.version, by=people["publisher"])
    return article


def _content(entry: dict[str, object]) -> Content:
    return read_content(
        {
            "title": entry["title"],
            "digest": entry["digest"],
            "blocks": entry["blocks"],
            "about": {
                "author": entry["author"],
                "qualification": entry["qualification"],
                "sources": entry["sources"],
                "ai": "none",
                "origin": "original",
                "fonts": "system",
            },
        }
    )
