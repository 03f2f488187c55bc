"""Films and sound in pieces, as phones ask for them (RFC 9110, section 14)."""

import hashlib
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.newsroom.models import StoredFile
from xinglin.newsroom.services import keep_file

pytestmark = pytest.mark.django_db
FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(range(250)) * 800
SIZE = len(FILM)


@pytest.fixture
def film(settings: Settings, tmp_path: Path, a_small_consortium: SmallConsortium) -> StoredFile:
    settings.MEDIA_ROOT = tmp_path
    return keep_file(library=a_small_consortium.main, file=ContentFile(FILM), name="洗手.mp4", by=None)


@pytest.mark.parametrize(
    ("asked", "begin", "end"),
    [
        ("bytes=0-1", 0, 2), ("bytes=100-", 100, SIZE), ("bytes=-7", SIZE - 7, SIZE), ("bytes=10-99999999", 10, SIZE),
        ("bytes=-99999999", 0, SIZE), ("BYTES= 5 - 9 ", 5, 10), (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
    ],
)  # fmt: skip
def test_a_piece_comes_with_its_place(film: StoredFile, asked: str, begin: int, end: int) -> None:
    answer = Client().get(reverse("mobile:file", args=[film.name]), headers={"range": asked})
    assert (answer.status_code, answer.getvalue()) == (206, FILM[begin:end])
    assert answer.headers["Content-Range"] == f"bytes {begin}-{end - 1}/{SIZE}"
    assert answer.headers["Content-Length"] == str(end - begin)
    assert (
        answer.headers["Content-Type"] == "video/mp4"
        and "sandbox" in answer.headers["Content-Security-Policy"]
    )


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=99999999-", "bytes=-0"])
def test_a_piece_that_is_not_there_is_refused_with_the_size(film: StoredFile, asked: str) -> None:
    answer = Client().get(reverse("mobile:file", args=[film.name]), headers={"range": asked})
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{SIZE}")
    assert answer.getvalue() == b""


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"range": "bytes=9-2"}, {"range": "bytes=-"}, {"range": "bytes=a-b"}, {"range": "lines=1-2"},
        {"range": "bytes=0-1,5-6"}, {"range": "bytes"}, {"range": "bytes=0-1", "if-range": '"another"'},
        {"range": "bytes=0-1", "if-range": "Sun, 29 Nov 2026 03:00:00 GMT"},
    ],
)  # fmt: skip
def test_what_is_not_understood_or_is_of_another_file_gets_the_whole(
    film: StoredFile, headers: dict[str, str]
) -> None:
    answer = Client().get(reverse("mobile:file", args=[film.name]), headers=headers)
    assert (answer.status_code, answer.headers["Accept-Ranges"]) == (200, "bytes")
    assert hashlib.sha256(answer.getvalue()).hexdigest() == film.name.partition(".")[0]


def test_a_piece_of_the_same_file_goes_on_and_a_head_has_no_pieces(film: StoredFile) -> None:
    client, address = Client(), reverse("mobile:file", args=[film.name])
    tag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"range": "bytes=2-3", "if-range": tag})
    assert (again.status_code, again.getvalue()) == (206, FILM[2:4])
    head = client.head(address, headers={"range": "bytes=2-3"})
    assert (head.status_code, head.headers["Content-Length"]) == (200, str(SIZE))
