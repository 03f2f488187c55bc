"""Addresses that a form brings: only those of our own pages lead on."""

import pytest

from xinglin.commons.web import own_address


@pytest.mark.parametrize(
    ("told", "leads_to"),
    [
        ("/console/", "/console/"),
        ("/m/search/?q=%E5%BF%83&page=2#hits", "/m/search/?q=%E5%BF%83&page=2#hits"),
        ("http://ours.example/console/?q=1", "/console/?q=1"),
    ],
)
def test_a_page_of_ours_leads_on(told: str, leads_to: str) -> None:
    assert own_address(told, host="ours.example") == leads_to


@pytest.mark.parametrize(
    "told",
    [
        "", "?", "abc", "1e309", "console", "javascript:alert(1)", "\\", "http://[::1", "https://theirs.example/",
        "//theirs.example/", "///theirs.example", "/\\theirs.example", "http://ours.example//theirs.example",
        "http://ours.example/\\theirs.example", "http://ours.example", "\x00/console/",
    ],
)  # fmt: skip
def test_anything_else_leads_nowhere(told: str) -> None:
    assert own_address(told, host="ours.example") == ""


def test_a_whole_address_needs_the_host_of_the_request() -> None:
    assert own_address("http://ours.example/console/") == ""
