"""Suggestions in the chat, on the phone and in the console."""

import pytest

from xinglin.acquisitions import services
from xinglin.acquisitions.models import Suggestion
from xinglin.acquisitions.tests.factories import ISBN, TITLE, a_fund, a_suggestion
from xinglin.acquisitions.works import Wish
from xinglin.catalog.tests.factories import a_record, an_item
from xinglin.commons import clock
from xinglin.console.testing import assert_constant_queries
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.models import Follower
from xinglin.wechat.services.bindings import bind_by_code, issue_code
from xinglin.wechat.testing import a_follower, an_account, say, text_of


def bound(consortium: SmallConsortium, readers: Readers, kind: str = "F1") -> Follower:
    follower = a_follower(an_account(consortium.main, kind=kind))
    bind_by_code(follower=follower, digits=issue_code(patron=readers.of_a, by=None))
    return follower


@pytest.mark.parametrize("kind", ["F1", "S0"])
@pytest.mark.django_db
def test_a_doctor_suggests_in_the_chat(
    a_small_consortium: SmallConsortium, readers: Readers, kind: str
) -> None:
    follower = bound(a_small_consortium, readers, kind)
    assert "ISBN" in text_of(say(follower, "荐购"))
    assert "校验位" in text_of(say(follower, "荐购 9787117358881"))
    said = text_of(say(follower, f"荐购 {ISBN}"))
    suggestion = Suggestion.objects.get()
    assert suggestion.number in said
    assert "已经荐购过" in text_of(say(follower, f"荐购 {ISBN}"))
    services.decline(suggestion=suggestion, reason="已有电子版", by=None)
    assert "已有电子版" in text_of(say(follower, "我的荐购"))


@pytest.mark.django_db
def test_what_is_held_is_shown_in_the_chat_and_may_be_insisted_on(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    an_item(a_record(TITLE, isbns=(ISBN,)), a_small_consortium.main)
    follower = bound(a_small_consortium, readers)
    assert "联盟已有" in text_of(say(follower, f"荐购 {ISBN}"))
    assert "理由" in text_of(say(follower, "仍要"))
    assert not Suggestion.objects.exists()
    assert "已提交荐购" in text_of(say(follower, "仍要 总是借不到"))
    assert Suggestion.objects.get().votes.get().note == "总是借不到"


@pytest.mark.django_db
def test_the_list_asks_no_more_for_more_suggestions(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    a_suggestion(readers.of_a)
    client = signed_in(a_small_consortium.librarian_a)
    rows = iter(range(100))
    assert_constant_queries(
        client,
        "/console/acquisitions/suggestions/",
        lambda: [a_suggestion(readers.of_a, title=f"书名{next(rows)}号") for _each in range(4)],
    )
    assert client.get("/console/acquisitions/suggestions/?sort=-vote_count&export=xlsx").status_code == 200
    page = client.get(f"/console/acquisitions/suggestion/{Suggestion.objects.latest('pk').pk}/")
    assert page.status_code == 200 and "李建国" in page.content.decode()


@pytest.mark.django_db
def test_many_are_decided_at_once_and_the_outsider_finds_none(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    picked = [a_suggestion(readers.of_a, title=title).pk for title in ("第一本书", "第二本书")]
    address = "/console/acquisitions/suggestions/do/decline_suggestion/"
    told = {"pick": picked, "confirmed": "1", "reason": "本年经费已用完"}
    assert signed_in(a_small_consortium.outsider).post(address, told).status_code == 404
    signed_in(a_small_consortium.librarian_a).post(address, told)
    reasons = set(Suggestion.objects.values_list("reason", "state"))
    assert reasons == {("本年经费已用完", "declined")}


@pytest.mark.django_db
def test_the_desk_takes_a_wish_down_and_completes_it(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    client = signed_in(a_small_consortium.librarian_a)
    client.post("/console/acquisitions/suggestion/new/", {"card_number": "A0001", "isbn": ISBN})
    made = Suggestion.objects.get()
    answer = client.post(
        f"/console/acquisitions/suggestion/edit/{made.pk}/", {"isbn": ISBN, "title": TITLE, "price": "68.00"}
    )
    made.refresh_from_db()
    assert answer.status_code == 302 and (made.title, made.price_fen) == (TITLE, 6800)
    assert client.post("/console/acquisitions/lists/", {"template": "1"}).status_code == 200
    assert client.post("/console/acquisitions/lists/", {}).status_code == 422


@pytest.mark.django_db
def test_who_decides_sees_what_money_the_department_has(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    readers.of_a.department = "急诊科"
    readers.of_a.save()
    a_fund(a_small_consortium.a, budget_fen=5_000)
    suggestion = a_suggestion(readers.of_a)
    services.describe(suggestion=suggestion, wish=Wish(isbn=ISBN, title=TITLE, price_fen=6_800), by=None)
    client = signed_in(a_small_consortium.librarian_a)
    page = f"/console/acquisitions/suggestion/{suggestion.pk}/"
    shown = client.get(page).content.decode()
    assert "还剩 ¥50.00" in shown and "不够买一册" in shown
    services.open_fund(
        library=a_small_consortium.a, year=clock.today().year, code="JZ", name="急诊专款", department="急诊科",
        budget_fen=90_000, by=None,
    )  # fmt: skip
    shown = client.get(page).content.decode()
    assert "急诊科专款" in shown and "还剩 ¥900.00" in shown and "¥50.00" not in shown
    assert "不够买一册" not in shown
