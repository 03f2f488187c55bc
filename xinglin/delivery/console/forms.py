"""What is asked before something is done to a request."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xinglin.consortium.models import Library, Staff
from xinglin.delivery.console.choices import offer
from xinglin.delivery.models import DocumentKind, DocumentRequest
from xinglin.delivery.papers.running import LARGEST
from xinglin.delivery.services.fulfilling import Supply, needs_book_pages, passed_limits


class Reason(forms.Form):
    reason = forms.CharField(label=_("说明"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))


class Question(forms.Form):
    question = forms.CharField(
        label=_("请读者补充什么"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )


class Where(forms.Form):
    where = forms.CharField(
        label=_("转往"), max_length=120, help_text=_("如 NSTL、CALIS、国家图书馆，或某个兄弟馆")
    )


class AssignForm(forms.Form):
    to = forms.ModelChoiceField(label=_("处理人"), queryset=Staff.objects.none())

    def __init__(self, *args: Any, staff: QuerySet[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "to", staff)


class PassOnForm(forms.Form):
    library = forms.ModelChoiceField(label=_("转给"), queryset=Library.objects.filter(active=True))
    reason = forms.CharField(label=_("原因"), max_length=200)


class SupplyForm(forms.Form):
    """How a document is delivered: a file, an address to fetch it from, or one to read it at."""

    file = forms.FileField(
        label=_("PDF 文件"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        help_text=_("最大 60 MB、600 页；每页会加上读者、编号和日期的水印。"),
    )
    fetch = forms.CharField(label=_("或从网址抓取 PDF"), required=False, max_length=1000)
    link = forms.CharField(
        label=_("或只给读者一个网址"),
        required=False,
        max_length=1000,
        help_text=_("开放获取或已购的全文页面；不复制文件，不计版权限额。"),
    )
    items = forms.IntegerField(label=_("篇数"), min_value=1, max_value=200, initial=1)
    book_pages = forms.IntegerField(
        label=_("全书页数"), min_value=0, required=False, help_text=_("复制图书章节时用来算三分之一。")
    )
    permission = forms.CharField(
        label=_("许可编号或付费凭证"), required=False, max_length=200, help_text=_("超过版权限额时必填。")
    )
    charges = forms.BooleanField(label=_("按标准收费"), required=False, initial=True)
    words = forms.CharField(label=_("给读者的话"), required=False, max_length=400)

    def __init__(self, *args: Any, request_row: DocumentRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request_row = request_row
        if request_row.kind != DocumentKind.CHAPTER:
            del self.fields["book_pages"]
        elif needs_book_pages(request_row):
            self.fields["book_pages"].required = True
            self.fields["book_pages"].widget.attrs["min"] = 1
        over = passed_limits(request_row, pages=0, book_pages=0)
        if over:
            first = over[0]
            self.fields["permission"].help_text = _(
                "已到版权限额「%(name)s」（%(used)d/%(most)d）：%(advice)s"
            ) % {
                "name": first.limit.name,
                "used": first.used,
                "most": first.limit.most,
                "advice": first.limit.advice,
            }

    def clean_file(self) -> "UploadedFile[bytes] | None":
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > LARGEST:
            raise forms.ValidationError(_("文件超过 60 MB；请压缩后再上传。"))
        return file

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        given = [name for name in ("file", "fetch", "link") if answers.get(name)]
        if len(given) != 1 and not self.errors:
            raise forms.ValidationError(_("请在上传文件、抓取网址、只给网址三种办法里选一种。"))
        return answers

    def supply(self) -> Supply:
        """Return what was said of the delivery."""
        given = self.cleaned_data
        return Supply(
            items=given["items"],
            book_pages=given.get("book_pages") or 0,
            permission=given["permission"],
            charges=given["charges"],
            words=given["words"],
        )


class WorkForm(forms.Form):
    """What the document really is."""

    kind = forms.ChoiceField(label=_("文献类型"), choices=DocumentKind.choices)
    title = forms.CharField(label=_("题名"), required=False, max_length=1000)
    authors = forms.CharField(label=_("作者"), required=False, max_length=1000)
    container = forms.CharField(label=_("刊名/书名"), required=False, max_length=400)
    year = forms.IntegerField(label=_("年"), required=False, min_value=1400, max_value=2200)
    volume = forms.CharField(label=_("卷"), required=False, max_length=40)
    issue = forms.CharField(label=_("期"), required=False, max_length=40)
    page_range = forms.CharField(label=_("页码"), required=False, max_length=60)
    doi = forms.CharField(label="DOI", required=False, max_length=300)
    pmid = forms.CharField(label="PMID", required=False, max_length=10)
    isbn = forms.CharField(label="ISBN", required=False, max_length=20)
    issn = forms.CharField(label="ISSN", required=False, max_length=9)
