"""Writes the page of all calls from the table itself: ``python -m wechat_sandbox.manual``."""

from __future__ import annotations

from pathlib import Path

from wechat_sandbox.api import TABLE
from wechat_sandbox.api.calls import Entry
from wechat_sandbox.kinds import GRANTED, Kind

PAGE = Path(__file__).parent / "docs" / "calls.md"
HEAD = """# All calls

Made from the table in the code by `python -m wechat_sandbox.manual`; a test keeps it true.
A dot says that the kind of account may call; all others get 48001. *Daily* is the quota of a new
account, after which comes 45009 (change it per account with `quotas`; test accounts have smaller ones). *A minute*
is how often the call may be made within one, after which comes 45011 (change it with `per_minute`).

| Call | S0 | S1 | F0 | F1 | MINI | test | Daily | A minute | |
|---|---|---|---|---|---|---|---|---|---|
"""


def _row(entry: Entry) -> str:
    allowed = " | ".join("·" if entry.needs in GRANTED[kind] else "" for kind in Kind)
    told = (entry.handler.__doc__ or "").strip().partition("\n")[0]
    quota, pace = (f"{limit:,}" if limit else "" for limit in (entry.quota, entry.per_minute))
    method = "GET, POST" if entry.method == "ANY" else entry.method
    return f"| `{method} {entry.path}` | {allowed} | {quota} | {pace} | {told} |"


def calls_page() -> str:
    """The page as it should be."""
    entries = sorted((e for each in TABLE.values() for e in each), key=lambda entry: entry.path)
    return HEAD + "\n".join(map(_row, entries)) + "\n"


if __name__ == "__main__":
    PAGE.write_text(calls_page(), encoding="utf-8")
