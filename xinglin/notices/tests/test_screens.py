"""The console's screens, the reader's pages, and e-mail."""

import smtplib
from datetime import time

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client, override_settings

from xinglin.consortium.models import Staff
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.notices import channels, queries, services
from xinglin.notices.errors import HoursUnreadable, WordingUnreadable
from xinglin.notices.lifecycle import State
from xinglin.notices.models import Notice
from xinglin.notices.tests.conftest import KIND, Wires, known_as
from xinglin.patrons.models import Patron
from xinglin.patrons.tests.cast import Readers

pytestmark = pytest.mark.django_db
ANY_MAIL = override_settings(
    EMAIL_HOST="mail.example.org", EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"
)


class FailingBackend(BaseEmailBackend):
    """A server that is reached and then answers what the test says."""

    error: Exception = OSError("broken pipe")

    def open(self) -> bool:
        return True

    def close(self) -> None: ...

    def send_messages(self, email_messages: object) -> int:
        raise self.error


def owed(patron: Patron, key: str = "1") -> Notice:
    notice = services.owe(
        patron=patron, kind=KIND, key=key, title="到书通知", text="《诊断学》到了。", link="/m/holds/",
        fields={"book": "诊断学"},
    )  # fmt: skip
    services.deliver(notice_id=notice.pk)
    notice.refresh_from_db()
    return notice


def desk(staff: Staff) -> Client:
    client = Client()
    client.force_login(staff.user)
    return client


def test_the_desk_sees_its_readers_notices_and_the_outsider_none(
    a_small_consortium: SmallConsortium, readers: Readers, wires: Wires
) -> None:
    wires.first.why_not = wires.second.why_not = wires.mail.why_not = "没有绑定"
    notice = owed(readers.of_a)
    mine, other = desk(a_small_consortium.librarian_a), desk(a_small_consortium.outsider)
    assert "到书通知" in mine.get("/console/notices/notices/").content.decode()
    page = mine.get(f"/console/notices/notice/{notice.pk}/").content.decode()
    assert "没有绑定" in page
    assert "到书通知" not in other.get("/console/notices/notices/").content.decode()
    assert other.get(f"/console/notices/notice/{notice.pk}/").status_code == 404
    told = mine.post(f"/console/notices/notice/{notice.pk}/do/tell_by_hand/", {"how": "电话告知"})
    assert told.status_code == 302
    assert "电话告知" in mine.get(f"/console/notices/notice/{notice.pk}/").content.decode()
    assert mine.get("/console/notices/notices/?export=xlsx").status_code == 200


def test_a_person_sends_it_again_from_the_list(
    a_small_consortium: SmallConsortium, readers: Readers, wires: Wires
) -> None:
    wires.first.outcomes = [RuntimeError()]
    notice = owed(readers.of_a)
    desk(a_small_consortium.librarian_a).post(f"/console/notices/notices/{notice.pk}/do/send_again/")
    services.deliver(notice_id=notice.pk)
    notice.refresh_from_db()
    assert notice.state == State.SENT


def test_kinds_are_worded_and_switched_by_the_whole_consortium_only(
    a_small_consortium: SmallConsortium, readers: Readers, wires: Wires
) -> None:
    with pytest.raises(WordingUnreadable, match="author"):
        services.word_kind(kind=KIND, wording="${author}", by=None)
    services.word_kind(kind=KIND, wording="${reader}：${book} 到了，请来取。", by=None)
    from xinglin.notices.wording import wording_of

    assert wording_of(owed(readers.of_a)).text == "李建国：诊断学 到了，请来取。"
    branch = desk(a_small_consortium.librarian_a)
    assert "到书" in branch.get("/console/notices/kinds/").content.decode()
    row = queries.settings_visible_to(a_small_consortium.manager).get(kind=KIND)
    branch.post(f"/console/notices/kinds/{row.pk}/do/switch_off/")
    row.refresh_from_db()
    assert row.active


def test_quiet_hours_are_set_and_absurd_ones_refused() -> None:
    services.set_quiet_hours(active=True, begins=time(22), ends=time(7, 30), by=None)
    assert str(queries.quiet_hours()) == "22:00–07:30"
    for begins, ends in ((time(8), time(8)), (time(8), time(7))):
        with pytest.raises(HoursUnreadable):
            services.set_quiet_hours(active=True, begins=begins, ends=ends, by=None)


def test_the_reader_reads_them_on_the_phone_and_the_number_goes_down(
    readers: Readers, wires: Wires, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _second = owed(readers.of_a, "1"), owed(readers.of_a, "2")
    theirs = owed(readers.of_main, "3")
    client = known_as(readers.of_a, monkeypatch)
    assert "我的提醒" in client.get("/m/me/").content.decode()
    assert "全部标为已读（2 条）" in client.get("/m/me/notices/").content.decode()
    page = client.get(f"/m/me/notices/{first.pk}/").content.decode()
    assert "《诊断学》到了。" in page
    assert "/m/holds/" in page
    assert queries.unread_of(readers.of_a) == 1
    assert client.get(f"/m/me/notices/{theirs.pk}/").status_code == 404
    client.post("/m/me/notices/read/")
    assert queries.unread_of(readers.of_a) == 0
    assert queries.unread_of(readers.of_main) == 1


def test_the_reader_chooses_on_the_phone(
    readers: Readers, wires: Wires, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = known_as(readers.of_a, monkeypatch)
    assert "预约取书" in client.get("/m/me/notices/choices/").content.decode()
    client.post("/m/me/notices/choices/", {"holds.email": "on"})
    assert owed(readers.of_a).channel == "mail"


def only_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "_channels", {"email": channels._channels["email"]})


def test_without_a_mail_server_e_mail_is_no_way_and_says_so(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_mail(monkeypatch)
    with override_settings(EMAIL_HOST=""):
        notice = owed(readers.of_a)
    assert notice.state == State.UNREACHABLE
    assert "没有设置邮件服务器" in notice.why
    console = "django.core.mail.backends.console.EmailBackend"
    with override_settings(EMAIL_HOST="mail.example.org", EMAIL_BACKEND=console):
        assert owed(readers.of_a, "2").state == State.UNREACHABLE


@ANY_MAIL
def test_an_e_mail_goes_to_the_readers_address(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    only_mail(monkeypatch)
    assert owed(readers.of_a).state == State.SENT
    (letter,) = mail.outbox
    assert letter.to == ["li@example.org"]
    assert letter.subject == "到书通知"
    assert "/m/holds/" in str(letter.body)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (smtplib.SMTPRecipientsRefused({"li@example.org": (550, b"no such user")}), State.UNREACHABLE),
        (smtplib.SMTPRecipientsRefused({"li@example.org": (451, b"greylisted")}), State.WAITING),
        (smtplib.SMTPDataError(421, b"later"), State.WAITING),
        (smtplib.SMTPServerDisconnected("gone"), State.UNSURE),
        (OSError("broken pipe"), State.UNSURE),
    ],
)
def test_what_a_mail_server_says_is_believed_and_silence_is_unsure(
    readers: Readers, monkeypatch: pytest.MonkeyPatch, error: Exception, state: State
) -> None:
    only_mail(monkeypatch)
    monkeypatch.setattr(FailingBackend, "error", error)
    name = f"{FailingBackend.__module__}.FailingBackend"
    with override_settings(EMAIL_HOST="mail.example.org", EMAIL_BACKEND=name):
        assert owed(readers.of_a).state == state
