"""The audiobook shelf, on the phone and in the chat."""

import pytest
from django.test import Client

from xinglin.catalog import services as catalog
from xinglin.catalog.description import Description
from xinglin.catalog.models import Kind, Record
from xinglin.circulation.tests.factories import a_copy, a_title
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.wechat.testing import a_follower, an_account, say, text_of

pytestmark = pytest.mark.django_db


def a_recording(title: str, *, heard_at: str = "") -> Record:
    links = ({"url": heard_at, "label": "收听"},) if heard_at else ()
    return catalog.add_record(description=Description(title=title, kind=Kind.AUDIO, links=links), by=None)


def test_what_can_be_heard_at_once_comes_before_what_is_borrowed(a_small_consortium: SmallConsortium) -> None:
    a_recording("产后康复有声书", heard_at="https://listen.example/1")
    a_copy(a_recording("中医养生讲座"), a_small_consortium.a, item_type="media")
    a_title(a_small_consortium.a, title="不是录音")
    page = Client().get("/m/listening/").content.decode()
    assert page.index("产后康复有声书") < page.index("中医养生讲座")
    assert page.count("可在线听</p>") == 1
    assert "不是录音" not in page
    answer = text_of(say(a_follower(an_account(a_small_consortium.main)), "有声书"))
    assert "1. 《产后康复有声书》（可在线听）" in answer
    assert "2. 《中医养生讲座》\n" in answer
    assert ">打开有声书架</a>" in answer


def test_an_empty_shelf_says_so(a_small_consortium: SmallConsortium) -> None:
    assert "还没有有声书" in Client().get("/m/listening/").content.decode()
    assert "还没有有声书" in text_of(say(a_follower(an_account(a_small_consortium.main)), "听书"))
