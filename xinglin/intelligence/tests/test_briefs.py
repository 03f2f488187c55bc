"""The one page for decision makers: drafted, reviewed, sent by personal links, receipted, reminded of."""

import smtplib
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader
from pytest_django.fixtures import Settings

from xinglin.commons.testing import run_errands
from xinglin.consortium import roles
from xinglin.consortium.models import Staff
from xinglin.consortium.services import grant_role
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.consortium.tests.factories import a_staff
from xinglin.intelligence.models import Topic
from xinglin.intelligence.products import printing
from xinglin.intelligence.products import services as products
from xinglin.intelligence.products.errors import ReviewNeedsAnother
from xinglin.intelligence.products.lifecycle import ProductState
from xinglin.intelligence.products.models import Product
from xinglin.intelligence.products.queries import products_for_readers, products_visible_to
from xinglin.intelligence.tests.watched import TODAY, a_quiet_fortnight_and_a_burst, say
from xinglin.intelligence.tests.watched import in_march as in_march
from xinglin.intelligence.tests.watched import watch as watch
from xinglin.intelligence.watching import queries
from xinglin.intelligence.watching import services as watching
from xinglin.intelligence.watching.errors import BriefUnfit, BriefUnknown
from xinglin.intelligence.watching.lifecycle import CopyState
from xinglin.intelligence.watching.models import Copy, Item, Part, Watch
from xinglin.intelligence.watching.services.briefs import draft_daily_briefs
from xinglin.intelligence.watching.services.watches import WatchFile
from xinglin.newsroom.models import Verdict
from xinglin.newsroom.rumours import services as rumours
from xinglin.notices.models import Notice
from xinglin.patrons.tests.factories import a_patron

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(a_small_consortium: SmallConsortium) -> Staff:
    return a_staff(
        roles.REFERENCE_LIBRARIAN, library=a_small_consortium.main, name="钱馆员", sign_in_name="qian"
    )


def _a_card(cast: SmallConsortium, item: Item) -> None:
    """Write a claim's card, and let somebody with a licence stand for it."""
    gatekeeper = a_staff(library=cast.main, name="医师")
    gatekeeper.medical_licence, gatekeeper.licence_valid_until = "110000000000001", date(2027, 1, 1)
    gatekeeper.save()
    grant_role(staff=gatekeeper, role=roles.GATEKEEPER, library=cast.main, by=None)
    file = rumours.RumourFile(
        claim="退烧药全市断货",
        truth="医院药房有货，配送延迟一天。",
        sources="市卫健委通报",
        verdict=Verdict.PARTLY,
    )
    rumours.approve(rumour=watching.make_claim(item=item, file=file, by=cast.manager), by=gatekeeper)


def _sent(
    watch: Watch, cast: SmallConsortium, reviewer: Staff, card: str = "", email: str = ""
) -> tuple[Product, list[Copy]]:
    leaders = [
        watching.write_recipient(
            library=cast.main, name="赵院长", duty="院长", card=card, email=email, by=cast.manager
        ),
        watching.write_recipient(library=cast.main, name="孙处长", duty="医务处", by=cast.manager),
    ]
    brief = watching.draft_brief(
        watch=watch, title="退烧药供应简报", first=TODAY - timedelta(days=6), last=TODAY, by=cast.manager
    )
    with pytest.raises(BriefUnfit, match="建议"):
        watching.hand_in_brief(brief=brief, by=cast.manager)
    brief = watching.reword_brief(
        brief=brief, version=brief.version, title=brief.title, what=str(brief.content["what"]),
        action="请药学部今天公布到货时间，并在公众号答复。", by=cast.manager,
    )  # fmt: skip
    brief = watching.hand_in_brief(brief=brief, by=cast.manager)
    with pytest.raises(ReviewNeedsAnother):
        products.release(product=brief, by=cast.manager)
    brief = products.release(product=brief, by=reviewer)
    return brief, watching.send_brief(brief=brief, recipients=leaders, by=cast.manager)


def test_a_brief_tells_figures_evidence_checked_claims_and_action_on_one_page(
    watch: Watch, a_small_consortium: SmallConsortium, reviewer: Staff
) -> None:
    cast = a_small_consortium
    a_quiet_fortnight_and_a_burst(watch)
    told = list(Item.objects.filter(day=TODAY).order_by("pk"))
    for item, part in zip(told, Part, strict=False):
        watching.put_into_part(item=item, part=part, by=None)
    _a_card(cast, told[0])
    brief, _copies = _sent(watch, cast, reviewer)
    content = brief.content
    assert content["figures"]["stories"] == 6 * 4 + 7 and content["figures"]["before"] == 7 * 4
    assert "断货" in {word for word, *_rest in content["figures"]["risen"]}
    assert [part["name"] for part in content["parts"]] == [str(part.label) for part in Part]
    assert [claim["verdict"] for claim in content["claims"]] == ["部分属实"]
    data, _kind = products.file_of(brief, "pdf")
    pages = PdfReader(BytesIO(data)).pages
    text = pages[0].extract_text()
    assert len(pages) == 1 and "退烧药供应简报" in text and "建议" in text and "部分属实" in text
    assert printing.pdf(content) == data, "the same whenever it is made again"


def test_a_brief_longer_than_a_page_is_not_handed_in(watch: Watch) -> None:
    say(watch, TODAY, "门诊预约")
    brief = watching.draft_brief(watch=watch, title="长", first=TODAY, last=TODAY, by=None)
    brief = watching.reword_brief(
        brief=brief, version=1, title="长", what="很长的一段。\n" * 60, action="去做。", by=None
    )
    with pytest.raises(BriefUnfit, match="2 页"):
        watching.hand_in_brief(brief=brief, by=None)


def test_leaders_read_by_their_own_links_and_who_does_not_is_reminded(
    watch: Watch, a_small_consortium: SmallConsortium, reviewer: Staff, in_march: list[datetime]
) -> None:
    cast = a_small_consortium
    patron = a_patron(cast.main)
    say(watch, TODAY, "门诊预约")
    brief, (dean, head) = _sent(watch, cast, reviewer, card=str(patron.card_number))
    notice = Notice.objects.get(patron=patron)
    assert notice.link == reverse("mobile:brief", args=[dean.token])
    assert list(products_for_readers()) == [], "a brief is not for readers"
    assert list(products_visible_to(cast.manager)) == []
    assert list(queries.briefs_visible_to(cast.outsider)) == []

    phone = Client()
    page = phone.get(notice.link).content.decode()
    assert "呈 赵院长（院长）" in page and "请药学部今天公布" in page
    dean.refresh_from_db()
    assert (dean.state, dean.receipted_at) == (CopyState.OPENED, None), "opened is not yet read"
    assert phone.get(reverse("mobile:brief.pdf", args=[dean.token])).content[:4] == b"%PDF"
    assert phone.get(reverse("mobile:brief", args=["x" * 32])).status_code == 404

    assert watching.remind_everybody() == 0, "not before a day has passed"
    in_march[0] += timedelta(hours=25)
    assert watching.remind_everybody() == 1, "who has a card is reminded by the machine"
    assert watching.remind_everybody() == 0, "once"
    with pytest.raises(BriefUnfit, match="孙处长"):
        watching.remind(copy=head, by=cast.manager)

    phone.post(notice.link, {"answer": "同意，请医务处督办。"})
    phone.post(notice.link, {"answer": "改口"})
    dean.refresh_from_db()
    assert (dean.state, dean.answer) == (CopyState.RECEIPTED, "同意，请医务处督办。")
    assert "已阅" in phone.get(notice.link).content.decode()
    desk = (
        signed_in(cast.manager).get(reverse("console:intelligence.brief", args=[brief.pk])).content.decode()
    )
    assert "请医务处督办" in desk and head.token in desk and dean.token not in desk

    products.withdraw(product=brief, remark="数字有误", by=reviewer)
    assert phone.get(notice.link).status_code == 404
    with pytest.raises(BriefUnknown):
        watching.answer_brief(token=head.token)


@pytest.mark.django_db(transaction=True)
def test_a_leader_without_a_card_is_mailed_the_link_and_the_reminder_and_confirms(
    watch: Watch, a_small_consortium: SmallConsortium, reviewer: Staff, in_march: list[datetime],
    settings: Settings, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    settings.EMAIL_HOST = "mail.example.org"
    cast = a_small_consortium
    say(watch, TODAY, "门诊预约")
    brief, (dean, head) = _sent(watch, cast, reviewer, email="dean@example.org")
    run_errands()
    (letter,) = mail.outbox
    assert (
        letter.to == ["dean@example.org"]
        and "赵院长（院长）" in letter.body
        and head.token not in letter.body
    )
    link = reverse("mobile:brief", args=[dean.token])
    assert f"{settings.PUBLIC_URL}{link}" in letter.body
    dean.refresh_from_db()
    assert dean.mailed_at and not watching.mail_copy(copy_id=dean.pk), (
        "an errand that runs twice sends one letter"
    )
    in_march[0] += timedelta(hours=25)
    assert watching.remind_everybody() == 1
    run_errands()
    assert len(mail.outbox) == 2 and "还没有回执" in mail.outbox[1].body
    phone = Client()
    assert "呈 赵院长（院长）" in phone.get(link).content.decode()
    phone.post(link, {"answer": "阅"})
    dean.refresh_from_db()
    assert (dean.state, dean.answer) == (CopyState.RECEIPTED, "阅")
    with pytest.raises(BriefUnfit, match="孙处长"):
        watching.remind(copy=head, by=cast.manager)

    def refuses(_letter: mail.EmailMessage, fail_silently: bool = False) -> int:
        raise smtplib.SMTPRecipientsRefused({"head@example.org": (550, b"no such mailbox")})

    watching.write_recipient(
        library=cast.main, row=head.recipient, name="孙处长", email="head@example.org", by=None
    )
    monkeypatch.setattr(mail.EmailMessage, "send", refuses)
    watching.remind(copy=Copy.objects.get(pk=head.pk), by=cast.manager)
    run_errands()
    page = (
        signed_in(cast.manager).get(reverse("console:intelligence.brief", args=[brief.pk])).content.decode()
    )
    assert "没有寄出：550 no such mailbox" in page and head.token in page


def test_a_standing_commission_is_drafted_once_a_day(topic: Topic, in_march: list[datetime]) -> None:
    watching.add_watch(topic=topic, file=WatchFile(daily_brief=True), by=None)
    (made,) = draft_daily_briefs()
    assert (made.period_from, made.state) == (TODAY - timedelta(days=1), ProductState.DRAFT)
    assert draft_daily_briefs() == []
