"""The reader's way to a document: in the chat of both kinds of account, and on the phone's pages."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from xinglin.catalog import services as catalog
from xinglin.catalog.description import Description
from xinglin.catalog.models import Kind
from xinglin.commons import clock
from xinglin.commons.testing import run_errands
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.delivery import services
from xinglin.delivery.intake import works_in
from xinglin.delivery.lifecycle import AccessState, State
from xinglin.delivery.models import AccessRequest, DocumentRequest, OpeningKind, Urgency
from xinglin.delivery.services.policy import SourceFile
from xinglin.delivery.tests.factories import a_delivery, a_paper, a_request, a_work
from xinglin.eresources.tests.factories import a_database
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.links import personal_link
from xinglin.wechat.models import Follower, OutgoingMessage
from xinglin.wechat.services.bindings import bind_by_code, issue_code
from xinglin.wechat.testing import a_follower, an_account, say, send, text_of

BOTH_KINDS = pytest.mark.parametrize("kind", ["F1", "S0"])
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def bound(consortium: SmallConsortium, readers: Readers, kind: str = "F1") -> Follower:
    follower = a_follower(an_account(consortium.main, kind=kind))
    bind_by_code(follower=follower, digits=issue_code(patron=readers.of_a, by=None))
    return follower


def phone_of(follower: Follower) -> Client:
    client = Client()
    client.get("/" + personal_link(follower, "/m/delivery/").split("/", 3)[3], follow=True)
    return client


@BOTH_KINDS
@pytest.mark.django_db
def test_a_doctor_asks_in_the_chat_by_a_number_and_a_digit(
    a_small_consortium: SmallConsortium, readers: Readers, kind: str
) -> None:
    follower = bound(a_small_consortium, readers, kind)
    answer = text_of(say(follower, "传递 10.1000/af.2021.17"))
    assert "1. 普通（附一院馆" in answer
    assert "3. 临床急用" in answer
    assert "已提交 WX" in text_of(say(follower, "3"))
    request = DocumentRequest.objects.get()
    assert (request.doi, request.urgency, request.patron) == (
        "10.1000/af.2021.17",
        Urgency.CLINICAL,
        readers.of_a,
    )
    assert request.number in text_of(say(follower, "我的文献"))
    assert "不用再次申请" in text_of(say(follower, "传递 10.1000/af.2021.17") and say(follower, "1"))
    services.deliver_link(request=request, address="https://e.org/1", supply=services.Supply(), by=None)
    assert "打开原文" in text_of(say(follower, "我的文献"))
    assert "5 星" in text_of(say(follower, "评价 5 很快"))
    request.refresh_from_db()
    assert (request.stars, request.praise) == (5, "很快")


@pytest.mark.django_db
def test_free_text_and_a_picture_are_asked_for_too_and_a_patient_is_not(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    follower = bound(a_small_consortium, readers)
    assert "要哪一篇" in text_of(say(follower, "文献传递"))
    assert "身份证" in text_of(say(follower, "病人 11010519491231002X 的论文"))
    assert "要哪一篇" in text_of(say(follower, "文献传递"))
    assert "普通" in text_of(say(follower, "去年李建国在中华心血管病杂志上那篇房颤的文章"))
    say(follower, "1")
    assert "中华心血管病杂志" in DocumentRequest.objects.get().asked_as
    say(follower, "文献传递")
    answer = send(follower, {"MsgType": "image", "PicUrl": "http://p", "MediaId": "m1", "MsgId": "9"})
    assert "已提交" in text_of(answer)
    assert DocumentRequest.objects.count() == 2
    answer = send(follower, {"MsgType": "image", "PicUrl": "http://p", "MediaId": "m2", "MsgId": "10"})
    assert "已提交" not in text_of(answer), "a picture that nobody asked for is somebody else's"


@pytest.mark.django_db
def test_of_several_pasted_documents_one_that_is_refused_does_not_hold_the_others_back(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    follower = bound(a_small_consortium, readers)
    a_request(readers.of_a, a_work("B", doi="10.1000/b"))
    say(follower, "传递 10.1000/a\n10.1000/b\n10.1000/c")
    answer = text_of(say(follower, "1"))
    assert answer.count("已提交 WX") == 2 and "不用再次申请" in answer
    assert DocumentRequest.objects.count() == 3


@pytest.mark.django_db
def test_who_has_no_card_bound_is_shown_how_to_bind(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    follower = a_follower(an_account(a_small_consortium.main, kind="S0"))
    assert "绑定" in text_of(say(follower, "传递 10.1000/1"))
    assert "绑定" in text_of(say(follower, "我的文献"))
    assert not DocumentRequest.objects.exists()


@pytest.mark.django_db
def test_what_is_licensed_is_shown_before_it_is_asked_for(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    database = a_database(a_small_consortium.a, name="柳叶刀", libraries=(a_small_consortium.a,))
    services.add_source(database=database, file=SourceFile(doi_prefix="10.1016"), by=None)
    phone = phone_of(bound(a_small_consortium, readers))
    sent = {"text": "10.1016/S0140-6736\n10.1000/other", "urgency": "normal", "note": ""}
    page = phone.post("/m/delivery/ask/", sent).content.decode()
    assert "柳叶刀" in page
    assert "仍要申请这篇" in page
    assert not DocumentRequest.objects.exists(), "shown first, asked for afterwards"
    phone.post("/m/delivery/ask/", {**sent, "confirmed": "1", "work": ["1"]})
    assert DocumentRequest.objects.get().doi == "10.1000/other"
    page = phone.post("/m/delivery/ask/", {"text": "", "urgency": "clinical", "note": ""}).content.decode()
    assert "科室和用途" in page


@pytest.mark.django_db
def test_a_photograph_is_taken_and_what_is_none_is_refused(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    phone = phone_of(bound(a_small_consortium, readers))
    form = {"text": "", "urgency": "normal", "note": ""}
    bad = SimpleUploadedFile("x.png", b"<svg onload=alert(1)>", "image/png")
    assert "不是图片" in phone.post("/m/delivery/ask/", {**form, "picture": bad}).content.decode()
    good = SimpleUploadedFile("x.exe", PNG, "image/png")
    phone.post("/m/delivery/ask/", {**form, "picture": good})
    request = DocumentRequest.objects.get()
    assert str(request.picture.name).endswith(".png")
    desk = signed_in(a_small_consortium.librarian_a)
    assert desk.get(f"/console/delivery/picture/{request.pk}/").content == PNG
    assert (
        signed_in(a_small_consortium.outsider).get(f"/console/delivery/picture/{request.pk}/").status_code
        == 404
    )


@BOTH_KINDS
@pytest.mark.django_db(transaction=True)
def test_the_reader_is_told_reads_by_pages_and_has_a_copy_mailed(
    a_small_consortium: SmallConsortium, readers: Readers, kind: str
) -> None:
    follower = bound(a_small_consortium, readers, kind)
    request = a_request(readers.of_a, wants_email=True)
    file = a_delivery(request, pages=2)
    run_errands()
    assert request.title in str(OutgoingMessage.objects.get().reply)
    (letter,) = mail.outbox
    assert letter.attachments[0][0] == f"{request.number}.pdf"
    phone = phone_of(follower)
    assert "共 2 页" in phone.get(f"/m/delivery/read/{file.token}/").content.decode()
    picture = phone.get(f"/m/delivery/read/{file.token}/2.jpg")
    assert picture.content[:2] == b"\xff\xd8"
    assert phone.get(f"/m/delivery/read/{file.token}/3.jpg").status_code == 404
    assert phone.post(f"/m/delivery/read/{file.token}/file/").content.startswith(b"%PDF")
    kinds = sorted(file.openings.values_list("kind", flat=True))
    assert kinds == [OpeningKind.DOWNLOAD, OpeningKind.EMAIL, OpeningKind.READ]
    assert Client().get(f"/m/delivery/read/{file.token}/").status_code == 403
    stranger = a_follower(follower.account)
    bind_by_code(follower=stranger, digits=issue_code(patron=readers.of_main, by=None))
    assert phone_of(stranger).get(f"/m/delivery/read/{file.token}/").status_code == 404
    clock.move(timedelta(days=8))
    assert phone.get(f"/m/delivery/read/{file.token}/").status_code == 410


@pytest.mark.django_db
def test_another_readers_request_is_not_there(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    phone = phone_of(bound(a_small_consortium, readers))
    other = a_request(readers.of_main)
    for path in ("", "cancel/", "reopen/"):
        assert phone.post(f"/m/delivery/{other.pk}/{path}").status_code == 404
    other.refresh_from_db()
    assert other.state == State.SUBMITTED


@pytest.mark.django_db
def test_access_to_a_title_is_asked_for_granted_for_a_time_and_ends(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    cast = a_small_consortium
    database = a_database(cast.main, name="UpToDate", libraries=(cast.main,))
    phone = phone_of(bound(cast, readers))
    until = clock.today() + timedelta(days=20)
    phone.post(
        "/m/delivery/access/", {"database": database.pk, "purpose": "指南制定", "until": until.isoformat()}
    )
    asked = AccessRequest.objects.get()
    desk = signed_in(cast.manager)
    assert "UpToDate" in desk.get("/console/delivery/access_requests/").content.decode()
    granted = {"until": until.isoformat(), "instructions": "到馆领取账号"}
    desk.post(f"/console/delivery/access_requests/{asked.pk}/do/grant/", granted)
    page = phone.get("/m/delivery/access/").content.decode()
    assert "已开通" in page
    assert "到馆领取账号" in page
    clock.move(timedelta(days=21))
    assert services.end_grants() == 1
    asked.refresh_from_db()
    assert asked.state == AccessState.ENDED
    assert (
        "UpToDate" not in signed_in(cast.outsider).get("/console/delivery/access_requests/").content.decode()
    )


@pytest.mark.django_db
def test_the_desk_works_through_its_list(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    request = a_request(readers.of_a, a_work("Atrial fibrillation", asked_as="af"))
    desk = signed_in(a_small_consortium.librarian_a)
    assert "Atrial fibrillation" in desk.get("/console/delivery/requests/?open=1").content.decode()
    base = f"/console/delivery/request/{request.pk}"
    desk.post(f"{base}/do/take/")
    refused = desk.post(
        f"{base}/do/deliver/", {"items": 1, "link": "https://e.org", "fetch": "https://e.org"}
    )
    assert "选一种" in refused.content.decode()
    page = desk.post(
        f"{base}/do/deliver/", {"items": 1, "charges": "on", "fetch": "http://127.0.0.1:9/x.pdf"}
    )
    assert "内部网络" in page.content.decode()
    paper = SimpleUploadedFile("a.pdf", a_paper(3), "application/pdf")
    desk.post(f"{base}/do/deliver/", {"items": 1, "charges": "on", "file": paper})
    request.refresh_from_db()
    assert (request.state, request.pages) == (State.DELIVERED, 3)
    assert "2" in desk.get(f"{base}/").content.decode()
    outside = signed_in(a_small_consortium.outsider)
    assert outside.get(f"{base}/").status_code == 404
    assert outside.post(f"{base}/do/reopen/", {"reason": "x"}).status_code == 404


@pytest.mark.django_db
def test_every_screen_of_the_policy_opens_and_saves(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    cast = a_small_consortium
    desk = signed_in(cast.librarian_a)
    for name in ("terms", "limits", "sources", "handlers", "statistics", "access_requests", "correct"):
        path = f"/console/delivery/{name}/"
        if name == "correct":
            path += f"{a_request(readers.of_a).pk}/"
        assert desk.get(path).status_code == 200, name
    terms = {
        "library": cast.a.pk, "urgency": "normal", "minutes": 480, "take_minutes": 60, "counting": "open",
        "fee": "2", "page_fee": "0.30",
    }  # fmt: skip
    assert desk.post("/console/delivery/set_terms/", terms).status_code == 302
    handler = {"library": cast.a.pk, "staff": cast.librarian_a.pk, "skills": ["foreign"], "most_open": 5}
    assert desk.post("/console/delivery/put_handler/", handler).status_code == 302
    database = a_database(cast.a)
    source = {"database": database.pk, "issn": "0028-4793", "onward": "secure"}
    assert desk.post("/console/delivery/add_source/", source).status_code == 302
    limit = {
        "name": "x",
        "per": "reader",
        "over": "issue",
        "within": "ever",
        "unit": "items",
        "most": 2,
        "advice": "y",
    }
    assert "没有在该馆" in desk.post("/console/delivery/add_limit/", limit).content.decode()


@pytest.mark.django_db
def test_the_page_of_a_journal_leads_to_asking_for_one_of_its_articles(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    journal = catalog.add_record(
        description=Description(title="中华心血管病杂志", issns=("0253-3758",), kind=Kind.SERIAL), by=None
    )
    phone = phone_of(bound(a_small_consortium, readers))
    page = phone.get(f"/m/record/{journal.pk}/").content.decode()
    assert "复制文章" in page and "复制章节" not in page
    (work,) = works_in("《中华心血管病杂志》（ISSN 0253-3758）年、卷期、页码、题名：2020, 48(3): 45")
    assert "0253-3758" in work.asked_as
