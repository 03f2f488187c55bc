"""Novelty searches and citation reports of the story: one issued, the others on their way."""

from datetime import timedelta
from typing import Any

from xinglin.commons import clock
from xinglin.commons.typesetting import FontMissing
from xinglin.consortium.models import Library, Staff
from xinglin.demonstration import files
from xinglin.patrons.queries import find_by_card
from xinglin.reference import services
from xinglin.reference.models import Order, OrderKind, Skill


def make_orders(libraries: dict[str, Library]) -> int:
    """Put in the orders, each as far as its story says; return how many.

    Without a Chinese font on this machine the finished one waits for its reviewer.
    """
    story = files.entries("orders")
    staff = {each.user.username: each for each in Staff.objects.select_related("user")}
    for entry in story["qualifications"]:
        services.record_qualification(
            staff=staff[entry["username"]],
            skill=Skill(entry["skill"]),
            certificate=entry["certificate"],
            issued_by=entry["issued_by"],
            valid_until=clock.today() + timedelta(days=entry["days_left"]),
            by=None,
        )
    for entry in story["orders"]:
        _bring_along(entry, libraries[story["library"]], staff[story["searcher"]], staff[story["reviewer"]])
    return len(story["orders"])


def _bring_along(entry: dict[str, Any], library: Library, searcher: Staff, reviewer: Staff) -> None:
    patron = find_by_card(entry["card_number"])
    said = {**entry["entry"], "wanted_by": clock.today() + timedelta(days=entry["wanted_in_days"])}
    order = services.draft(kind=OrderKind(entry["kind"]), library=library, patron=patron, **said)
    services.submit(order=order, patron=patron)
    if entry["until"] == "submitted":
        return
    day = clock.today() + timedelta(days=entry["promised_in_days"])
    services.quote(order=order, fee_fen=entry["fee_fen"], promised_on=day, by=None)
    if entry["until"] == "quoted":
        return
    services.agree(order=order, patron=patron)
    services.assign(order=order, searcher=searcher, reviewer=reviewer, by=None)
    _search(order, entry, searcher)
    if entry["until"] == "searching":
        return
    services.say(order=order, findings=entry["findings"], conclusion=entry["conclusion"], by=searcher)
    services.begin_report(order=order, by=searcher)
    services.hand_in(order=order, by=searcher)
    if entry["until"] == "issued":
        try:
            services.issue(order=order, by=reviewer)
        except FontMissing:
            return


def _search(order: Order, entry: dict[str, Any], searcher: Staff) -> None:
    for each in entry["strategies"]:
        services.note_strategy(order=order, by=searcher, searched_on=clock.today(), **each)
    for each in entry.get("related", []):
        services.add_related(order=order, by=searcher, **each)
    for article in entry.get("articles", []):
        citing = article.pop("citing")
        cited = services.add_cited(order=order, by=searcher, **article)
        for each in citing:
            services.add_citing(cited=cited, by=searcher, **each)
