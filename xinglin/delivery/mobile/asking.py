"""Asking for documents on the phone: write or photograph, see what is there already, and send."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.mobile import RecordAction, add_record_action
from xinglin.catalog.models import Record
from xinglin.catalog.queries import record_by_id
from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.delivery import finding, intake, services
from xinglin.delivery.finding import Copy
from xinglin.delivery.mobile.readers import reader_of
from xinglin.delivery.models import DocumentKind, DocumentRequest, Source, Urgency
from xinglin.delivery.offers import expectations_for
from xinglin.delivery.services.asking import Asking
from xinglin.delivery.services.pictures import LARGEST_PICTURE, proved_picture
from xinglin.delivery.works import Work, refuse_patients
from xinglin.mobile.registry import Tile, add_tile, page
from xinglin.notices.channels import mail_is_set_up
from xinglin.patrons.models import Patron, Right

add_tile(
    Tile(
        gettext_lazy("文献传递"),
        icon="file-download",
        url="mobile:delivery.ask",
        order=40,
        note=gettext_lazy("要全文"),
    )
)


@add_record_action
def part_of_a_work(request: HttpRequest, record: Record) -> RecordAction | None:
    """Offer 「复制章节」 on the page of a book with an ISBN, 「复制文章」 on that of a journal."""
    ask_page = reverse("mobile:delivery.ask")
    if record.isbns:
        return RecordAction(_("复制章节"), f"{ask_page}?record={record.pk}", "", primary=False)
    if record.issns:
        # One line is one document.
        said = _("《%(title)s》（ISSN %(issn)s）年、卷期、页码、题名：")
        wanted = said % {"title": record.title[:200], "issn": record.issns[0]}
        return RecordAction(_("复制文章"), f"{ask_page}?{urlencode({'text': wanted})}", "", primary=False)
    return None


class AskForm(forms.Form):
    """What is asked for, how soon, and how it is sent."""

    text = forms.CharField(
        label=gettext_lazy("要哪一篇"),
        required=False,
        max_length=intake.LONGEST,
        widget=forms.Textarea(
            attrs={"rows": 5, "placeholder": gettext_lazy("DOI、PMID、ISBN、参考文献或标题；几篇就分几行")}
        ),
    )
    pages = forms.CharField(label=gettext_lazy("章节或页码"), required=False, max_length=60)
    picture = forms.FileField(
        label=gettext_lazy("或拍照"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"})
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("等级"), choices=Urgency.choices, widget=forms.RadioSelect, initial=Urgency.NORMAL
    )
    note = forms.CharField(
        label=gettext_lazy("说明"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("临床急用请写科室和用途；不要写病人姓名、身份证号。"),
    )
    wants_email = forms.BooleanField(label=gettext_lazy("同时发到我的邮箱"), required=False)

    def clean_picture(self) -> "UploadedFile[bytes] | None":
        picture: UploadedFile[bytes] | None = self.cleaned_data["picture"]
        if picture is None:
            return None
        if (picture.size or 0) > LARGEST_PICTURE:
            raise forms.ValidationError(_("图片超过 10 MB；请压缩后再发。"))
        try:
            proved_picture(picture.read(64))
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from None
        picture.seek(0)
        return picture

    def clean(self) -> dict[str, object]:
        answers: dict[str, object] = super().clean() or {}
        if not answers.get("text") and not answers.get("picture") and "picture" not in self.errors:
            raise forms.ValidationError(_("请写明要哪一篇，或拍一张照片。"))
        if answers.get("urgency") == Urgency.CLINICAL and not answers.get("note"):
            self.add_error("note", _("临床急用请写明科室和用途。"))
        return answers


@dataclass(frozen=True)
class Checked:
    """One document with what is there of it already."""

    work: Work
    copies: list[Copy]

    @property
    def is_there(self) -> bool:
        return any(copy.enough for copy in self.copies)


@page("delivery/ask/", name="delivery.ask", title=gettext_lazy("申请文献"), tab="me", needs_identity=True)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask what is wanted; then show what is there already; then send."""
    patron = reader_of(request)
    record = _record_of(request)
    form = AskForm(request.POST or None, request.FILES or None, initial=_initial(request, patron))
    if record is None:
        del form.fields["pages"]
    else:
        form.fields["pages"].required = True
        del form.fields["text"]
        del form.fields["picture"]
        form.clean = lambda: form.cleaned_data  # type: ignore[method-assign]
    if not patron.email or not mail_is_set_up():
        del form.fields["wants_email"]
    context: dict[str, object] = {
        "form": form,
        "record": record,
        "expectations": expectations_for(patron),
        "may": patron.may(Right.DELIVERY),
    }
    if request.method != "POST" or not form.is_valid():
        return render(request, "delivery/mobile/ask.html", context)
    answers = form.cleaned_data
    works = _works(answers, record)
    if works and "confirmed" not in request.POST and not answers.get("picture"):
        try:
            refuse_patients(str(answers.get("text", "")), answers["note"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return render(request, "delivery/mobile/ask.html", context)
        checked = [Checked(work, finding.copies_of(work, patron=patron)) for work in works]
        return render(request, "delivery/mobile/check.html", {**context, "checked": checked})
    asked, refused = _send(patron, works, answers, request)
    for sentence in refused:
        messages.warning(request, sentence)
    if not asked:
        return render(request, "delivery/mobile/ask.html", context)
    latest = max(each.promised_at for each in asked)
    said = _("已提交 %(count)d 篇，%(library)s受理，预计 %(when)s 前送达，到时会通知您。")
    told = {
        "count": len(asked),
        "library": asked[0].library.label,
        "when": f"{clock.local(latest):%m-%d %H:%M}",
    }
    messages.success(request, said % told)
    return redirect("mobile:delivery")


def _record_of(request: HttpRequest) -> Record | None:
    written = request.GET.get("record", "")
    number = whole(written)
    return None if number is None else record_by_id(number)


def _initial(request: HttpRequest, patron: Patron) -> dict[str, object]:
    return {
        "text": request.GET.get("text", "")[:1000],
        "urgency": Urgency.NORMAL,
        "wants_email": bool(patron.email),
    }


def _works(answers: dict[str, object], record: Record | None) -> list[Work]:
    if record is not None:
        pages = str(answers["pages"])
        return [
            Work(
                kind=DocumentKind.CHAPTER,
                title=pages,
                container=record.full_title,
                authors=record.responsibility,
                year=record.year,
                isbn=record.isbns[0] if record.isbns else "",
                page_range=pages,
            )
        ]
    works = intake.works_in(str(answers.get("text", "")))
    if not works and answers.get("picture"):
        works = [Work()]
    return works


def _send(
    patron: Patron, works: list[Work], answers: dict[str, object], request: HttpRequest
) -> tuple[list[DocumentRequest], list[str]]:
    """Ask for each document; what is refused says why and does not hold the others back."""
    picture = answers.get("picture")
    data = picture.read(LARGEST_PICTURE + 1) if isinstance(picture, UploadedFile) else b""
    chosen = set(request.POST.getlist("work")) if "confirmed" in request.POST else None
    asking = Asking(
        source=Source.H5,
        urgency=Urgency(str(answers["urgency"])),
        note=str(answers["note"]),
        wants_email=bool(answers.get("wants_email")),
        has_picture=bool(data),
        insists="confirmed" in request.POST,
    )
    asked, refused = [], []
    for number, work in enumerate(works):
        if chosen is not None and str(number) not in chosen:
            continue
        try:
            with transaction.atomic():
                made = services.ask(patron=patron, work=work, asking=asking)
                if data:
                    services.keep_picture(request=made, data=data)
        except Refusal as refusal:
            refused.append(str(refusal))
        else:
            asked.append(made)
    if not asked and not refused:
        refused.append(_("没有勾选要申请的文献。"))
    return asked, refused
