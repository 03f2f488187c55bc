"""``xinglin doctor``: says what is wrong and how to mend it."""

from typing import TextIO

import django

from xinglin.commons.checkups import Health, every_finding

MARKS = {Health.FINE: "✓", Health.WATCH: "!", Health.BROKEN: "✗"}


def report(output: TextIO) -> int:
    """Print every finding; return 1 when something is broken, else 0."""
    from xinglin.config.command import with_database

    with_database()
    django.setup()
    broken = 0
    for room, finding in every_finding():
        broken += finding.health is Health.BROKEN
        output.write(f"{MARKS[finding.health]} [{room}] {finding.says}\n")
        if finding.remedy:
            output.write(f"    → {finding.remedy}\n")
    return 1 if broken else 0
