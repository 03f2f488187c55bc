"""Rules of the house that no linter knows."""

import re
import subprocess
from pathlib import Path

from django.urls import reverse

from xinglin.commons.deeds import WORDS
from xinglin.console.registry import screens
from xinglin.console.screens import ListScreen

PROJECT = Path(__file__).resolve().parents[1]


def tracked(*patterns: str) -> list[Path]:
    """Return the files that belong to the project: kept by git, or new and not ignored."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [PROJECT / line for line in listing.stdout.splitlines() if (PROJECT / line).is_file()]


def lines_with(pattern: str, files: list[Path]) -> list[str]:
    found = []
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if re.search(pattern, line):
                found.append(f"{path.relative_to(PROJECT)}:{number}")
    return found


def test_nobody_asks_the_machine_for_the_time() -> None:
    """``commons.clock`` is the only clock; bad: datetime.now(), good: clock.now()."""
    ours = [
        path
        for path in tracked("xinglin/*.py")
        if "/tests/" not in str(path) and path.name != "clock.py" and "migrations" not in str(path)
    ]
    pattern = r"(?<!clock)\b(datetime|date)\.(now|today|utcnow)\(|timezone\.now\(|localdate\(\)"
    # One compares the machine's clock with the database's; one serves a loop that may not ask; one plays
    # another house's system, whose clock is its own.
    allowed = {"xinglin/commons/checks.py", "xinglin/wechat/gateway/directory.py", "xinglin/ill/mock.py"}
    assert [place for place in lines_with(pattern, ours) if place.split(":")[0] not in allowed] == []


def test_sentences_for_people_are_whole() -> None:
    """Bad: _(f"…{name}…"), good: _("…%(name)s…")."""
    files = [path for path in tracked("xinglin/*.py") if "/tests/" not in str(path)]
    assert lines_with(r"\b_\(\s*f[\"']", files) == []


def test_every_deed_of_history_has_its_chinese_word() -> None:
    """Bad: a timeline that says "set_week" to a librarian."""
    deeds: set[str] = set()
    for path in tracked("xinglin/*.py"):
        if "/tests/" not in str(path):
            code = path.read_text(encoding="utf-8")
            deeds.update(re.findall(r"history\.record\(\s*[\w.]+,\s*\"([^\"]+)\"", code))
    assert len(deeds) > 40
    assert sorted(deeds - set(WORDS)) == []


def test_no_lock_file_names_an_address() -> None:
    files = [PROJECT / name for name in ("requirements.lock", "requirements-dev.lock", "package-lock.json")]
    assert lines_with(r"\"resolved\"|--index-url|--find-links|https?://[^\"]*\.(tgz|whl)", files) == []


def test_no_screen_carries_a_script_or_an_address_from_outside() -> None:
    """The content security policy forbids it; bad: <script>…</script>, good: <script defer src="{% static … %}">.

    What WeChat's open tags draw is no script to the browser: ``text/wxtag-template``.
    """
    pages = tracked("xinglin/*.html")
    script = r"<script(?![^>]*\bsrc=)(?![^>]*\btype=\"text/wxtag-template\")"
    assert lines_with(script + r"|\son[a-z]+=\"|(src|href)=\"https?://", pages) == []


def test_every_box_for_a_day_shows_the_day_that_is_set() -> None:
    """A browser shows nothing in ``type="date"`` but YYYY-MM-DD (HTML, 2.3.5), and the language writes it otherwise."""
    ours = [path for path in tracked("xinglin/*.py") if "/tests/" not in str(path)]
    boxes = r"Input\(attrs=\{[^}]*\"type\": \"(date|datetime-local)\"[^}]*\}(?!, format=\"%Y-%m-%d)"
    assert lines_with(boxes, ours) == []


def test_no_file_has_lost_its_subject() -> None:
    """Past 500 lines, talk to someone (EXAMPLES, section 5)."""
    long = [
        str(path.relative_to(PROJECT))
        for path in tracked("xinglin/*.py", "wechat_sandbox/*.py")
        if "migrations" not in str(path) and len(path.read_text(encoding="utf-8").splitlines()) > 500
    ]
    assert long == []


def test_the_files_that_are_begun_first_are_there() -> None:
    named = re.findall(r'^    "([\w/]+/test_\w+\.py)",$', (PROJECT / "conftest.py").read_text("utf-8"), re.M)
    assert len(named) > 10
    assert [name for name in named if not (PROJECT / name).is_file()] == []


def test_a_list_that_is_searched_says_in_what() -> None:
    reverse("console:home")  # the rooms leave their screens when the addresses are read
    searched = [each for each in screens.values() if isinstance(each, ListScreen) and each.search_fields]
    assert len(searched) > 50
    assert [each.name for each in searched if not each.search_hint] == []


def test_a_number_from_outside_is_read_by_one_piece() -> None:
    """``xinglin.commons.numbers.whole``; bad: ``int(text) if text.isdigit()``, which fails at "²" and at long ones."""
    own = ("commons/numbers.py", "catalog/marc/splitting.py")  # the latter reads five bytes, not a text
    ours = [
        path for path in tracked("xinglin/*.py") if "/tests/" not in str(path) and not str(path).endswith(own)
    ]
    assert lines_with(r"isdigit\(\).*\bint\(|\bint\(.*isdigit\(\)|isascii\(\) and .*isdigit\(\)", ours) == []
