"""What the readers of the story wish the library to buy, and what has been ordered for which money."""

from datetime import timedelta
from typing import Any

from xinglin.acquisitions import services
from xinglin.acquisitions.models import Fund, OrderLine, Suggestion, SuggestionSource, Vendor
from xinglin.acquisitions.prediction import Frequency
from xinglin.acquisitions.services.serials import SubscriptionFile
from xinglin.acquisitions.works import Wish
from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.demonstration import files
from xinglin.patrons.queries import find_by_card


def make_suggestions() -> int:
    """Put in the suggestions, each as far as its story says; return how many."""
    story = files.entries("acquisitions")
    for entry in story["suggestions"]:
        _bring_along(entry)
    return len(story["suggestions"])


def _bring_along(entry: dict[str, Any]) -> Suggestion:
    facts = ("isbn", "title", "author", "publisher", "year", "price_fen", "class_number")
    wish = Wish(**{name: entry[name] for name in facts})
    made = services.suggest(
        patron=find_by_card(entry["card_number"]), wish=wish, source=SuggestionSource.H5, note=entry["note"]
    )
    for card in entry["votes"]:
        services.vote(suggestion=made.suggestion, patron=find_by_card(card))
    until = entry["until"]
    if until == "considered":
        services.consider(suggestion=made.suggestion, by=None)
    elif until == "approved":
        services.approve(suggestion=made.suggestion, reason=entry["reason"], by=None)
    elif until == "declined":
        services.decline(suggestion=made.suggestion, reason=entry["reason"], by=None)
    return made.suggestion


def make_orders(libraries: dict[str, Library]) -> int:
    """Open the year's funds and put in the orders, each as far as its story says; return how many."""
    story = files.entries("acquisitions")
    year = clock.today().year
    for entry in story["funds"]:
        facts = {name: value for name, value in entry.items() if name != "library"}
        services.open_fund(library=libraries[entry["library"]], year=year, by=None, **facts)
    for entry in story["vendors"]:
        services.keep_vendor(by=None, **entry)
    for entry in story["orders"]:
        _order(entry, libraries[entry["library"]], year)
    return len(story["orders"])


def _order(entry: dict[str, Any], library: Library, year: int) -> None:
    vendor = Vendor.objects.get(code=entry["vendor"])
    fund = Fund.objects.get(library=library, year=year, code=entry["fund"])
    order = services.begin_order(library=library, vendor=vendor, by=None)
    lines: list[tuple[OrderLine, int]] = []
    for each in entry["lines"]:
        wish = Wish(**{name: value for name, value in each.items() if name not in ("copies", "received")})
        line = services.add_line(order=order, fund=fund, wish=wish, copies=each["copies"], by=None)
        lines.append((line, each["received"]))
    if entry["until"] == "draft":
        return
    services.place_order(order=order, override="演示数据", by=None)
    for line, came in lines:
        if came:
            services.receive(line=line, copies=came, seen=0, by=None)
    charged = {line.pk: (came, came * line.price_fen) for line, came in lines if came}
    services.enter_invoice(order=order, dated_on=clock.today(), charged=charged, by=None, **entry["invoice"])


def make_subscriptions(libraries: dict[str, Library]) -> int:
    """Take the serials of the story, check some issues in, claim what is late; return how many serials."""
    story = files.entries("acquisitions")["subscriptions"]
    for entry in story:
        library, today = libraries[entry["library"]], clock.today()
        began = today - timedelta(days=entry["began_days_ago"])
        paper = services.subscribe(
            library=library,
            vendor=Vendor.objects.get(code=entry["vendor"]),
            file=SubscriptionFile(
                title=entry["title"], issn=entry["issn"], frequency=Frequency(entry["frequency"]),
                first_on=began, until=began + timedelta(days=entry["for_days"]),
                first_number=began.month * 2 - 1 if entry["frequency"] == Frequency.SEMIMONTHLY else began.month,
            ),
            by=None,
        )  # fmt: skip
        fund = Fund.objects.get(library=library, year=today.year, code=entry["fund"])
        term = services.bind_term(
            subscription=paper, fund=fund, amount_fen=entry["amount_fen"], override="演示数据", by=None
        )
        if entry["paid"]:
            services.pay_term(
                term=term, number=entry["paid"], amount_fen=entry["amount_fen"], paid_on=began, by=None
            )
        issues = list(paper.issues.select_related("subscription"))
        for issue in issues[: entry["came"]]:
            services.check_in(issue=issue, came_on=issue.expected_on, by=None)
        for issue in issues[entry["came"] :]:
            if issue.is_late:
                services.claim(issue=issue, by=None)
                break
    return len(story)
