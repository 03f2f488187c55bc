"""The drop folder: <folder>/<馆代码>/…, a file a night or several, in the order of their names.

A MARC file goes the way of any import: previewed, run, undone by a librarian if it was a mistake. A table of
copies is read at once. Afterwards the file lies under done/ or refused/, with the reason beside it. A process
that dies in between finds the file again, and that its effect stands: then it is only moved.
"""

import logging
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from xinglin.catalog.errors import AlreadyImported
from xinglin.catalog.models import OnMatch
from xinglin.catalog.nightly.copies import take_copies
from xinglin.catalog.services.imports import upload
from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.consortium.models import Library

log = logging.getLogger(__name__)

MARC = frozenset({".mrc", ".iso", ".marc", ".dat", ".xml", ".2709"})
TABLES = frozenset({".csv", ".xlsx"})
DONE, REFUSED = "done", "refused"
#: A file that changed since is still being written: it is left for the next night.
STILL_WRITTEN = 120.0


@dataclass(frozen=True)
class Dropped:
    """A file that a library's other system left."""

    library: Library
    path: Path


def folder() -> Path | None:
    """Return the drop folder, or None where the house has none."""
    return Path(settings.DROP_FOLDER) if settings.DROP_FOLDER else None


def dropped_files() -> Iterator[Dropped]:
    """Yield the files that wait, in the order of libraries and names. Links are not followed."""
    root = folder()
    if root is None or not root.is_dir():
        return
    by_code = {library.code.casefold(): library for library in Library.objects.filter(active=True)}
    for place in sorted(root.iterdir()):
        library = by_code.get(place.name.casefold())
        if not place.is_dir() or place.is_symlink():
            continue
        if library is None:
            log.warning("a drop folder that no library has: %s", place.name)
            continue
        for path in sorted(place.iterdir()):
            known = path.suffix.lower() in MARC | TABLES
            if known and path.is_file() and not path.is_symlink() and _is_whole(path):
                yield Dropped(library, path)


def _is_whole(path: Path) -> bool:
    # The machine's own time and not the house's: it is the file system that is asked.
    return time.time() - path.stat().st_mtime >= STILL_WRITTEN


def take_in_drops() -> int:
    """Take in every file that waits; return how many were taken. One that is refused does not hold up the others."""
    taken = 0
    for each in list(dropped_files()):
        try:
            _take_in(each)
        except Refusal as refusal:
            _put_away(each.path, REFUSED, str(refusal))
            log.warning("a dropped file was refused", extra={"file": each.path.name, "code": refusal.code})
        else:
            _put_away(each.path, DONE, "")
            taken += 1
    return taken


def _take_in(each: Dropped) -> None:
    with each.path.open("rb") as file:
        if each.path.suffix.lower() in TABLES:
            report = take_copies(file=file, name=each.path.name, library=each.library)
            if report.refused:
                _write_report(each.path, report.refused)
            return
        try:
            upload(
                file=file,
                name=each.path.name,
                library=each.library,
                on_match=OnMatch.REPLACE,
                is_nightly=True,
                by=None,
            )
        except AlreadyImported:
            log.info("a dropped file has been taken in before", extra={"file": each.path.name})


def _write_report(path: Path, refused: list[tuple[int, str]]) -> None:
    place = _place(path, DONE)
    lines = "".join(f"{number}\t{reason}\n" for number, reason in refused)
    (place / f"{path.name}.refused.txt").write_text(lines, encoding="utf-8")


def _put_away(path: Path, where: str, reason: str) -> None:
    target = _place(path, where) / path.name
    if target.exists():
        target = target.with_name(f"{clock.local(clock.now()):%H%M%S}-{path.name}")
    shutil.move(path, target)
    if reason:
        target.with_name(target.name + ".reason.txt").write_text(reason + "\n", encoding="utf-8")


def _place(path: Path, where: str) -> Path:
    place = path.parent / where / f"{clock.today():%Y-%m-%d}"
    place.mkdir(parents=True, exist_ok=True)
    return place


def refused_lately() -> list[str]:
    """Return what lies under refused/, for the check-up."""
    root = folder()
    if root is None or not root.is_dir():
        return []
    reasons = sorted(root.glob(f"*/{REFUSED}/*/*.reason.txt"))
    return [
        _("%(library)s：%(file)s")
        % {"library": path.parts[-4], "file": path.name.removesuffix(".reason.txt")}
        for path in reasons
    ]
