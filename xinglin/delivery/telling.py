"""What document delivery says to a reader: one sentence for each event, with the page where it goes on."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from xinglin.commons import clock
from xinglin.delivery import notice_kinds
from xinglin.delivery.lifecycle import AccessState
from xinglin.delivery.models import AccessRequest, DocumentRequest


@dataclass(frozen=True)
class Word:
    """What is told: a kind, a heading, a text, and the page of ours where the reader goes on."""

    kind: str
    heading: str
    text: str
    path: str


def asked_back(row: DocumentRequest) -> Word:
    """Ask for what is missing."""
    said = _("%(number)s《%(title)s》需要您补充：%(question)s")
    text = said % {"number": row.number, "title": row.label[:80], "question": row.question}
    return Word(notice_kinds.ASKED_BACK, _("文献传递：请补充"), text, f"/m/delivery/{row.pk}/")


def delivered(row: DocumentRequest) -> Word:
    """Say that the document is there and how it is read."""
    file = next((each for each in row.files.all() if each.is_readable), None)
    if file is not None:
        said = _(
            "您申请的《%(title)s》已送达，共 %(pages)d 页，请在 %(until)s 前阅读。看完请评价，回复“评价 5”即可。"
        )
        text = said % {
            "title": row.label[:80],
            "pages": file.pages,
            "until": f"{clock.local(file.expires_at):%m-%d %H:%M}",
        }
        return Word(notice_kinds.DELIVERED, _("文献已送达"), text, f"/m/delivery/read/{file.token}/")
    said = _("您申请的《%(title)s》可以直接在线阅读：%(link)s 打不开请在页面上退回，馆员接着办。")
    text = said % {"title": row.label[:80], "link": row.link}
    return Word(notice_kinds.DELIVERED, _("文献可以阅读了"), text, f"/m/delivery/{row.pk}/")


def declined(row: DocumentRequest) -> Word:
    """Say why a document cannot be supplied."""
    said = _("抱歉，《%(title)s》没能提供：%(reason)s")
    text = said % {"title": row.label[:80], "reason": row.closing_reason}
    return Word(notice_kinds.DECLINED, _("文献未能提供"), text, f"/m/delivery/{row.pk}/")


def access_decided(row: AccessRequest) -> Word:
    """Say what became of an application."""
    if row.state == AccessState.GRANTED and row.granted_until is not None:
        said = _("您申请的《%(name)s》已开通到 %(until)s。%(instructions)s")
        text = said % {
            "name": row.database.name,
            "until": row.granted_until.isoformat(),
            "instructions": row.instructions,
        }
    else:
        said = _("您申请的《%(name)s》没有批准：%(reason)s")
        text = said % {"name": row.database.name, "reason": row.reason}
    return Word(notice_kinds.ACCESS_DECIDED, _("数据库访问申请"), text, "/m/delivery/access/")
