"""What ``xinglin doctor`` asks: each room leaves a ``checks.py`` with functions under ``@checkup``."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.module_loading import autodiscover_modules


class Health(StrEnum):
    """How bad a finding is: fine, worth a look, or broken."""

    FINE = "fine"
    WATCH = "watch"
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    """What was found, and how to mend it (empty only when it is fine)."""

    health: Health
    says: str
    remedy: str = ""


Checkup = Callable[[], Iterator[Finding]]
_checkups: dict[str, Checkup] = {}


def checkup(function: Checkup) -> Checkup:
    """Register a function that yields findings."""
    _checkups[f"{function.__module__}.{function.__qualname__}"] = function
    return function


def every_finding() -> Iterator[tuple[str, Finding]]:
    """Run every check-up; one that fails itself is a finding, and does not stop the others."""
    autodiscover_modules("checks")
    for name, function in sorted(_checkups.items()):
        room = name.split(".")[1]
        try:
            for finding in function():
                yield room, finding
        except Exception as error:  # a doctor that faints helps nobody: what went wrong is the finding
            yield room, Finding(Health.BROKEN, f"{name}: {error}", "请把这一行连同日志发给维护者。")
