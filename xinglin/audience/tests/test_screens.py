"""The screens, the phone's pages and the chat, by HTTP and by messages."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from xinglin.audience.models import (
    AudienceConsent,
    Campaign,
    Channel,
    Delivery,
    Did,
    FollowerTag,
    LinkOpens,
    OptOut,
    ProfilingOff,
    SealedTags,
    Segment,
    SensitiveAccess,
    Source,
)
from xinglin.audience.services import interests, sending, tags, wordtags
from xinglin.audience.services.campaigns import start
from xinglin.audience.telling import token_of
from xinglin.audience.tests.factories import (
    a_campaign,
    a_member,
    a_segment,
    an_article,
    consent,
    did,
    tag_of,
    under_way,
)
from xinglin.consortium import roles
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.consortium.tests.factories import a_staff
from xinglin.newsroom.models import Column
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.links import SESSION_KEY
from xinglin.wechat.models import Account, Binding, Follower
from xinglin.wechat.testing import a_follower, say, text_of

pytestmark = pytest.mark.django_db

LISTS = ("segments", "campaigns", "month", "people", "tags", "tags/import", "policies", "accesses")


def browser_of(follower: Follower) -> Client:
    """A phone that belongs to a follower."""
    client = Client()
    session = client.session
    session[SESSION_KEY] = follower.pk
    session.save()
    return client


def test_every_screen_opens_empty_and_with_rows_and_only_for_those_who_may(
    account: Account, a_small_consortium: SmallConsortium
) -> None:
    mine = signed_in(a_small_consortium.manager)
    for name in LISTS:
        assert mine.get(f"/console/audience/{name}/").status_code == 200, name
    segment = a_segment(account, name="只给本馆看")
    campaign = a_campaign(segment, channel=Channel.IN_APP)
    member = a_member(account, tag_of())
    for path in (
        f"segment/{segment.pk}/", f"segment/{segment.pk}/edit/", "segment/new/", f"campaign/{campaign.pk}/",
        f"campaign/edit/{campaign.pk}/", "campaign/new/", f"person/{member.pk}/", "segments/?export=xlsx",
        "campaigns/?export=csv", "people/?tag=" + str(tag_of().pk), "tag/new/", f"tag/edit/{tag_of().pk}/",
    ):  # fmt: skip
        assert mine.get(f"/console/audience/{path}").status_code == 200, path
    stranger = signed_in(a_small_consortium.outsider)
    assert "只给本馆看" not in stranger.get("/console/audience/segments/").content.decode()
    for path in (f"segment/{segment.pk}/", f"campaign/{campaign.pk}/", f"person/{member.pk}/"):
        assert stranger.get(f"/console/audience/{path}").status_code == 404
    nobody = signed_in(a_small_consortium.system_administrator)
    assert nobody.get("/console/audience/segments/").status_code == 403


def test_a_segment_is_counted_while_it_is_edited_and_saved(
    account: Account, a_small_consortium: SmallConsortium
) -> None:
    a_member(account, tag_of())
    a_follower(account)
    client = signed_in(a_small_consortium.manager)
    rule = json.dumps({"all": [{"tag": tag_of().pk}]})
    told = client.post("/console/audience/segments/count/", {"rule": rule, "account": account.pk}).json()
    assert told["told"] == "1" and "50.0%" in told["share"]
    refused = client.post("/console/audience/segments/count/", {"rule": "{", "account": account.pk}).json()
    assert "refused" in refused
    answer = client.post(
        "/console/audience/segment/new/", {"name": "医师", "rule": rule, "account": account.pk}
    )
    segment = Segment.objects.get()
    assert answer["Location"].endswith(f"/segment/{segment.pk}/")
    shown = client.get(f"/console/audience/segment/{segment.pk}/").content.decode()
    assert "身份：医师" in shown
    stale = {"name": "新名", "rule": rule, "version": "0", "account": account.pk}
    assert client.post(f"/console/audience/segment/{segment.pk}/edit/", stale).status_code == 409
    again = client.post(
        "/console/audience/segment/new/", {"name": "医师", "rule": rule, "account": account.pk}
    )
    assert again.status_code == 422 and "已有名为" in again.content.decode()


def test_a_campaign_is_previewed_sent_stopped_and_reported(
    account: Account, a_small_consortium: SmallConsortium
) -> None:
    member, out = a_follower(account), a_follower(account)
    OptOut.objects.create(follower=out, topic=None, through="test")
    client = signed_in(a_small_consortium.manager)
    article, segment = an_article(account), a_segment(account)
    answer = client.post(
        "/console/audience/campaign/new/",
        {"name": "试推", "segment": segment.pk, "article": article.pk, "channel": "in_app", "_version": ""},
    )
    campaign = Campaign.objects.get()
    assert answer.status_code == 302
    shown = client.get(f"/console/audience/campaign/{campaign.pk}/").content.decode()
    assert "谁会收到" in shown and "已退订" in shown
    client.post(f"/console/audience/campaign/{campaign.pk}/do/schedule/", {"at": ""})
    assert start(campaign_id=campaign.pk)
    sending.send(campaign_id=campaign.pk)
    phone = browser_of(member)
    page = phone.get("/m/for-me/").content.decode()
    token = token_of(campaign.pk, member.pk)
    assert campaign.title_a in page and token in page
    assert phone.get(f"/m/p/{token}/").status_code == 200
    Client(enforce_csrf_checks=True).post(f"/m/p/{token}/did/finished/")
    phone.post(f"/m/p/{token}/did/good/")
    row = Delivery.objects.get(follower_id=member.pk)
    assert row.opened_at and row.finished_at and row.rating == 1
    shown = client.get(f"/console/audience/campaign/{campaign.pk}/").content.decode()
    assert "效果" in shown and "下次建议" not in shown
    assert client.get(f"/console/audience/campaign/{campaign.pk}/report.xlsx").status_code == 200
    assert phone.get("/m/p/1-1-0000000000000000/").status_code == 404
    assert phone.post(f"/m/p/{token}/did/nonsense/").status_code == 404
    phone.post(f"/m/p/{token}/off/", {"topic": ""})
    assert OptOut.objects.filter(follower=member, topic=campaign.topic).exists()


def test_the_common_link_counts_strangers_and_knows_followers(account: Account) -> None:
    member = a_follower(account)
    campaign = under_way(a_campaign(a_segment(account), channel=Channel.IN_APP))
    sending.send(campaign_id=campaign.pk)
    assert Client().get(f"/m/c/{campaign.pk}/0/")["Location"].endswith(f"/articles/{campaign.article_id}/")
    assert LinkOpens.objects.get().count == 1
    assert (
        f"/m/p/{token_of(campaign.pk, member.pk)}/"
        in browser_of(member).get(f"/m/c/{campaign.pk}/0/")["Location"]
    )
    assert Client().get(f"/m/c/{campaign.pk}/9/").status_code == 404


def test_a_reader_says_consents_withdraws_and_switches_off_on_the_phone(account: Account) -> None:
    follower = a_follower(account)
    phone = browser_of(follower)
    nurse, disease = tag_of("identity", "护士"), tag_of("disease", "糖尿病")
    assert "关于我" in phone.get("/m/about-me/").content.decode()
    assert Client().get("/m/about-me/").status_code == 403
    phone.post("/m/about-me/", {"do": "tags", f"one-{nurse.dimension_id}": nurse.pk, "tag": disease.pk})
    assert list(FollowerTag.objects.values_list("tag_id", flat=True)) == [nurse.pk]
    assert not SealedTags.objects.exists()
    phone.post("/m/about-me/", {"do": "consent"})
    phone.post("/m/about-me/", {"do": "tags", f"one-{nurse.dimension_id}": nurse.pk, "tag": disease.pk})
    assert SealedTags.objects.count() == 1
    assert "糖尿病" in phone.get("/m/about-me/").content.decode()
    assert SensitiveAccess.objects.filter(actor_name="读者本人").exists()
    phone.post("/m/about-me/", {"do": "withdraw"})
    assert not SealedTags.objects.exists() and AudienceConsent.objects.get().withdrawn_at
    topic = Column.objects.get(code="notices")
    phone.post("/m/about-me/", {"do": "topics", "topic": [topic.pk]})
    assert not OptOut.objects.filter(topic=topic).exists() and OptOut.objects.exists()
    did(follower, Did.OPENED, column=topic.pk)
    phone.post("/m/about-me/", {"do": "profiling_off"})
    assert ProfilingOff.objects.exists()


def test_the_chat_declares_opts_out_and_takes_it_back(account: Account) -> None:
    follower = a_follower(account)
    assert "记下了" in text_of(say(follower, "标签 护士"))
    assert "身份：护士" in text_of(say(follower, "我的标签"))
    assert "单独同意" in text_of(say(follower, "标签 糖尿病"))
    assert "没有" in text_of(say(follower, "标签 不存在的"))
    assert "退订全部" in text_of(say(follower, "退订推送"))
    assert "已退订" in text_of(say(follower, "1"))
    assert OptOut.objects.filter(follower=follower, topic=None).exists()
    say(follower, "恢复推送")
    assert not OptOut.objects.exists()


def test_interests_are_learned_explained_and_forgotten(account: Account) -> None:
    reader, off = a_follower(account), a_follower(account)
    column = Column.objects.get(code="notices")
    for each in (reader, off):
        for days in (0, 1, 2):
            did(each, Did.FINISHED, days_ago=days, column=column.pk)
    did(a_follower(account), Did.RATED_BAD, column=column.pk)
    ProfilingOff.objects.create(follower=off)
    assert interests.learn() == 1
    learned = FollowerTag.objects.get()
    assert (learned.follower_id, learned.source) == (reader.pk, Source.BEHAVIOUR)
    assert 50 < learned.weight <= 100 and "3 次" in learned.evidence
    assert "近半年读过" in browser_of(reader).get("/m/about-me/").content.decode()


def test_files_give_tags_and_a_table_is_taken_with_reasons(
    account: Account, readers: Readers, a_small_consortium: SmallConsortium
) -> None:
    follower = a_follower(account)
    Binding.objects.create(follower=follower, patron=readers.of_a)
    assert wordtags.tag_by_files() == 1
    kept = FollowerTag.objects.get()
    assert (kept.tag.name, kept.patron_id) == ("心内科", readers.of_a.pk)
    table = "读者证号,标签,权重\nA0001,健康科普,60\nA0001,糖尿病,\nA0001,没有的,\nZZZ,健康科普,\nM0001,健康科普,\n"
    answer = signed_in(a_small_consortium.manager).post(
        "/console/audience/tags/import/",
        {"file": SimpleUploadedFile("标签.csv", table.encode())},
    )
    shown = answer.content.decode()
    assert "已导入 1 行" in shown and "不能批量添加" not in shown
    for reason in ("单独同意", "没有标签", "没有这张读者证", "还没有绑定微信"):
        assert reason in shown, reason
    assert FollowerTag.objects.get(tag__name="健康科普").weight == 60


def test_sensitive_tags_are_opened_with_a_purpose_only(
    account: Account, a_small_consortium: SmallConsortium
) -> None:
    follower = a_follower(account)
    consent(follower)
    tags.put(follower=follower, tag=tag_of("disease", "糖尿病"), source=Source.DECLARED)
    client = signed_in(a_small_consortium.manager)
    path = f"/console/audience/person/{follower.pk}/"
    assert "糖尿病" not in client.get(path).content.decode()
    assert client.post(f"{path}do/look/", {"purpose": ""}).status_code == 422
    branch = a_staff(roles.BRANCH_LIBRARIAN, library=account.library)
    assert signed_in(branch).post(f"{path}do/look/", {"purpose": "看看"}).status_code == 403
    client.post(f"{path}do/look/", {"purpose": "核对科普名单"})
    assert "糖尿病" in client.get(path).content.decode()
    assert "核对科普名单" in client.get("/console/audience/accesses/").content.decode()
