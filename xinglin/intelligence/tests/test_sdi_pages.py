"""SDI on the phone, in the chat, and on the liaison's screen."""

import pytest
from django.urls import reverse

from xinglin.consortium.models import Staff
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.intelligence.models import (
    Liaison,
    Member,
    Profile,
    Publication,
    Push,
    PushedPaper,
    Topic,
)
from xinglin.intelligence.sdi import services
from xinglin.intelligence.tests.sdi import CARDIOLOGY, due, phone_of, release
from xinglin.intelligence.tests.sdi import liaison as liaison
from xinglin.intelligence.tests.test_learning import OTHER, STROKE
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.services.bindings import bind_by_code, issue_code
from xinglin.wechat.testing import a_follower, an_account, say, text_of

pytestmark = pytest.mark.django_db


def test_a_reader_makes_amends_and_answers_on_the_phone(
    topic: Topic, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(topic, [*STROKE[:3], *OTHER[:2]])
    phone = phone_of(readers.of_a, monkeypatch)
    assert "还没有文献推送" in phone.get(reverse("mobile:sdi")).content.decode()
    said = {"words": "(卒中)", "schedule": "daily", "weekday": "0", "most": "5", "papers": "", "name": ""}
    assert "不能用括号" in phone.post(reverse("mobile:sdi.new"), said).content.decode()
    shown = phone.post(reverse("mobile:sdi.new"), said | {"words": "卒中"}, follow=True).content.decode()
    assert "现在合适的有 3 篇" in shown and "题名里有“卒中”" in shown
    profile = Profile.objects.get()
    papers = reverse("mobile:sdi.papers", args=[profile.pk])
    assert STROKE[1] in phone.get(papers, {"q": "溶栓"}).content.decode()
    picked = Publication.objects.get(title=STROKE[1])
    phone.post(papers, {"pick": picked.pk})
    phone.post(papers, {"papers": "另一篇喜欢的"})
    phone.post(papers, {"drop": profile.examples.get(title="另一篇喜欢的").pk})
    assert [each.title for each in profile.examples.all()] == [STROKE[1]]
    edit = reverse("mobile:sdi.edit", args=[profile.pk])
    phone.post(edit, said | {"words": "卒中", "name": "卒中新进展", "version": "1", "topics": topic.pk})
    profile.refresh_from_db()
    assert profile.name == "卒中新进展" and list(profile.topics.all()) == [topic]
    due()
    push = Push.objects.get()
    assert "未读" in phone.get(reverse("mobile:sdi")).content.decode()
    page = phone.get(reverse("mobile:sdi.push", args=[push.pk])).content.decode()
    assert "推荐理由" in page and STROKE[0] in page
    paper = push.papers.earliest("place")
    phone.post(reverse("mobile:sdi.judge", args=[paper.pk, "useful"]))
    assert PushedPaper.objects.get(pk=paper.pk).verdict == "useful"
    assert phone.post(reverse("mobile:sdi.judge", args=[paper.pk, "great"])).status_code == 404
    phone.post(reverse("mobile:sdi.do", args=[profile.pk, "pause_push"]))
    assert "恢复" in phone.get(reverse("mobile:sdi.profile", args=[profile.pk])).content.decode()
    stranger = phone_of(readers.of_main, monkeypatch)
    for name, args in (("sdi.profile", [profile.pk]), ("sdi.push", [push.pk]), ("sdi.edit", [profile.pk])):
        assert stranger.get(reverse(f"mobile:{name}", args=args)).status_code == 404
    assert stranger.post(reverse("mobile:sdi.judge", args=[paper.pk, "useful"])).status_code == 404


def test_the_chat_begins_lists_answers_pauses_and_ends(
    a_small_consortium: SmallConsortium, topic: Topic, readers: Readers
) -> None:
    release(topic, STROKE[:2])
    follower = a_follower(an_account(a_small_consortium.main))
    assert "绑定" in text_of(say(follower, "文献推送"))
    bind_by_code(follower=follower, digits=issue_code(patron=readers.of_a, by=None))
    assert "还没有文献推送" in text_of(say(follower, "文献推送"))
    assert "已建好推送「卒中」" in text_of(say(follower, "文献推送 卒中"))
    due()
    assert "最近一次：2 篇" in text_of(say(follower, "定题"))
    assert "少推这样的" in text_of(say(follower, "没用 2"))
    assert PushedPaper.objects.get(place=2).verdict == "useless"
    assert "没有第 7 篇" in text_of(say(follower, "有用 7"))
    assert "已暂停：「卒中」" in text_of(say(follower, "暂停定题 1"))
    assert "已恢复" in text_of(say(follower, "恢复定题"))
    assert "1. 卒中" in text_of(say(follower, "关闭定题"))
    assert "已关闭" in text_of(say(follower, "关闭定题 卒中"))
    assert Member.objects.get().state == "left"


def test_the_liaison_works_on_screen_within_the_department(
    a_small_consortium: SmallConsortium, topic: Topic, readers: Readers, liaison: Staff
) -> None:
    release(topic, STROKE[:2])
    desk_of = signed_in(liaison)
    said = {
        "kind": "subject", "card": "", "library": readers.of_a.home_library_id, "department": CARDIOLOGY, "name": "",
        "words": "卒中", "papers": "", "schedule": "weekly", "weekday": "2", "most": "10", "is_open": "on",
    }  # fmt: skip
    desk_of.post(reverse("console:intelligence.profile.new"), said)
    profile = Profile.objects.get()
    page = reverse("console:intelligence.profile", args=[profile.pk])
    assert "合适的有 2 篇" in desk_of.get(page, {"preview": "1"}).content.decode()
    desk_of.post(f"{page}do/add_reader/", {"card": "A0001"})
    services.move(patron=readers.of_a, profile=profile, deed="accept_push")
    desk_of.post(f"{page}do/add_papers/", {"papers": "一篇\n两篇"})
    desk_of.post(f"{page}do/drop_paper/", {"example": profile.examples.get(title="一篇").pk})
    desk_of.post(f"{page}do/push_now/")
    shown = desk_of.get(page).content.decode()
    assert "李建国" in shown and "两篇" in shown and Push.objects.get().patron == readers.of_a
    refused = desk_of.post(reverse("console:intelligence.profile.new"), said | {"department": "外科"})
    assert refused.status_code == 403 and "自己负责的科室" in refused.content.decode()
    listing = desk_of.get(reverse("console:intelligence.profiles"), {"q": "卒中"}).content.decode()
    assert CARDIOLOGY in listing
    edit = reverse("console:intelligence.profile.edit", args=[profile.pk])
    desk_of.post(edit, said | {"name": "心内卒中", "_version": "1"})
    assert Profile.objects.get().name == "心内卒中"
    assert desk_of.get(reverse("console:intelligence.liaisons")).status_code == 200
    assert desk_of.get(reverse("console:intelligence.liaison.new")).status_code == 403
    outsider = signed_in(a_small_consortium.outsider)
    assert outsider.get(page).status_code == 404
    chief = signed_in(a_small_consortium.manager)
    chief.post(
        reverse("console:intelligence.liaison.new"),
        {"library": readers.of_a.home_library_id, "department": "外科", "staff": liaison.pk},
    )
    assert Liaison.objects.count() == 2
