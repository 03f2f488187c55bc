"""The libraries, their staff and their readers."""

from datetime import date, time
from decimal import Decimal

from xinglin.consortium import services as consortium
from xinglin.consortium.hours import Span
from xinglin.consortium.models import Library
from xinglin.consortium.services.libraries import ContactLine
from xinglin.demonstration import files
from xinglin.patrons import services as patrons
from xinglin.patrons.models import Patron, PatronCategory, Right

STAFF_PASSWORD = "xinglin-2026"  # noqa: S105 (printed on the first page of the demonstration)
READER_PASSWORD = "duzhe-2026"  # noqa: S105 (the same)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# What the story's role codes are called in the table of roles.
ROLES = {
    "librarian": "branch_librarian",
    "subject_liaison": "reference_librarian",
}
EVERYWHERE = {"system_administrator", "consortium_manager", "decision_maker"}

FULL_RIGHTS = tuple(Right)
GUEST_RIGHTS = (Right.SEAT, Right.RECOMMEND)
GUESTS = {"guest", "visitor", "public"}


def make_libraries() -> dict[str, Library]:
    """Add the five libraries with their hours and contacts; return them by code."""
    libraries: dict[str, Library] = {}
    for entry in files.entries("libraries"):
        library = consortium.add_library(
            code=entry["code"],
            parent=libraries.get(entry["parent"]),
            by=None,
            name=entry["name"],
            short_name=entry["short_name"],
            kind=entry["kind"],
            introduction="\n\n".join(entry["introduction"]),
            specialities="、".join(entry["specialities"]),
            rules=entry["rules"],
            address=entry["address"],
            phone=entry["phone"],
            email=entry["email"],
            latitude=Decimal(str(entry["lat"])),
            longitude=Decimal(str(entry["lng"])),
            network_ranges=entry["network_ranges"],
            floor_map_caption="\n".join(entry["floor_map"]),
            is_open_to_public=True,
        )
        _set_hours(library, entry["opening_hours"])
        lines = [
            ContactLine(duty=line["desk"], name=line["name"], phone=line["phone"])
            for line in entry["contacts"]
        ]
        consortium.set_contacts(library=library, contacts=lines, by=None)
        libraries[library.code] = library
    return libraries


def _set_hours(library: Library, hours: dict[str, list[list[str]]]) -> None:
    week = {
        number: [
            Span(time.fromisoformat(opens), time.fromisoformat(closes))
            for opens, closes in hours.get(day, [])
        ]
        for number, day in enumerate(WEEKDAYS)
    }
    consortium.set_week(library=library, week=week, by=None)


def make_staff(libraries: dict[str, Library]) -> None:
    """Appoint everyone of the story, each with the role they play."""
    for entry in files.entries("staff"):
        licence = entry.get("licence")
        staff = consortium.appoint_staff(
            library=libraries[entry["library"]],
            sign_in_name=entry["username"],
            name=entry["name"],
            password=STAFF_PASSWORD,
            title=entry["title"],
            phone=entry["phone"],
            medical_licence=licence["number"] if licence else "",
            licence_valid_until=date(2029, 12, 31) if licence else None,
            by=None,
        )
        role = ROLES.get(entry["role"], entry["role"])
        scope = None if role in EVERYWHERE else libraries[entry["library"]]
        consortium.grant_role(staff=staff, role=role, library=scope, by=None)


def make_readers(libraries: dict[str, Library]) -> dict[str, Patron]:
    """Register the readers with their cards; return them by card number."""
    categories = {entry["code"]: _category(entry) for entry in files.entries("patron_categories")}
    readers: dict[str, Patron] = {}
    for row in files.rows("patrons"):
        reader = patrons.register(
            home_library=libraries[row["library_code"]],
            card_number=row["card_number"],
            by=None,
            name=row["name"],
            category=categories[row["category"]],
            department=row["department"],
            title=row["title"],
            staff_number=row["staff_number"],
            phone=row["phone"],
            email=row["email"],
            research_topics="、".join(row["research_topics"].split(";")),
            expires_on=date.fromisoformat(row["expires_on"]) if row["expires_on"] else None,
        )
        readers[row["card_number"]] = reader
    return readers


def let_phones_sign_in(readers: dict[str, Patron]) -> None:
    """Give the readers who hold one of the sandbox's phones a password (hashing 120 would take a minute)."""
    for phone in files.entries("followers"):
        reader = readers[phone["card_number"]]
        patrons.set_password(patron=reader, password=READER_PASSWORD, by=None)


def _category(entry: dict[str, object]) -> PatronCategory:
    months = entry.get("valid_months")
    return patrons.add_category(
        code=str(entry["code"]),
        name=str(entry["name"]),
        rights=GUEST_RIGHTS if entry["code"] in GUESTS else FULL_RIGHTS,
        months_valid=months if isinstance(months, int) else None,
        by=None,
    )
