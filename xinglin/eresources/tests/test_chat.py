"""Electronic resources in the chat."""

import pytest

from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.eresources import services
from xinglin.eresources.tests.factories import a_database
from xinglin.wechat.models import Follower
from xinglin.wechat.testing import a_follower, an_account, happen, say, text_of


@pytest.fixture
def follower(a_small_consortium: SmallConsortium) -> Follower:
    return a_follower(an_account(a_small_consortium.a))


def test_resources_are_listed_by_word_and_by_menu_the_most_used_first(
    follower: Follower, a_small_consortium: SmallConsortium
) -> None:
    a = a_small_consortium.a
    a_database(a, "cnki", libraries=(a,))
    pubmed = a_database(a, "pubmed", name="PubMed", kind="open")
    assert "1. PubMed（开放获取）" in text_of(say(follower, "资源"))
    services.count_visit(database=pubmed, library=a, in_house=False)
    said = text_of(happen(follower, "CLICK", "RESOURCES"))
    assert "1. PubMed" in said and "/m/w/" in said


@pytest.mark.parametrize("text", ["数据库 知网", "数据库知网", "数据库 zgzw", "数据库：CNKI"])
def test_one_database_is_told_with_its_guide_and_a_link(
    text: str, follower: Follower, a_small_consortium: SmallConsortium
) -> None:
    a = a_small_consortium.a
    a_database(a, other_name="CNKI", libraries=(a,), guide="首页选主题检索", access_outside="扫码登录")
    said = text_of(say(follower, text))
    assert "中国知网" in said and "首页选主题检索" in said and "馆外：扫码登录" in said


def test_a_database_of_another_library_is_told_with_who_has_it(
    follower: Follower, a_small_consortium: SmallConsortium
) -> None:
    a_database(a_small_consortium.b, libraries=(a_small_consortium.b,))
    said = text_of(say(follower, "数据库 知网"))
    assert "附一院馆没有购买中国知网，外区馆可以使用" in said


def test_a_name_nobody_knows_is_told_and_a_sentence_is_left_to_others(follower: Follower) -> None:
    assert "没有找到「火星文献」" in text_of(say(follower, "数据库 火星文献"))
    assert "没有找到「怎么打不开" not in text_of(say(follower, "资源怎么打不开了"))
