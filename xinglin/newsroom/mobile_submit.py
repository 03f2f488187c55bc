"""The correspondent's page on the phone: hand a piece in, and see how one's own pieces fare."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.commons.errors import NotAllowed, Refusal
from xinglin.commons.numbers import whole
from xinglin.consortium.access import may_anywhere, staff_of
from xinglin.consortium.models import Staff
from xinglin.mobile.registry import page
from xinglin.newsroom import queries
from xinglin.newsroom.blocks import About
from xinglin.newsroom.blocks.about import AI, FONTS, ORIGIN
from xinglin.newsroom.blocks.rights import LICENCES
from xinglin.newsroom.correspondents.handing_in import PieceFile, hand_in
from xinglin.newsroom.models import Article, Column, Topic
from xinglin.newsroom.planning import services as planning
from xinglin.newsroom.planning.lifecycle import TopicState
from xinglin.newsroom.review.gate import open_review_of
from xinglin.newsroom.review.services import SUBMIT

A_YEAR = timedelta(days=365)


class SeveralPictures(forms.ClearableFileInput):
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Several pictures at once."""

    widget = SeveralPictures

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = data if isinstance(data, (list, tuple)) else [data] if data else []
        return [super(PicturesField, self).clean(each, initial) for each in files]


def _choices(table: dict[str, Any]) -> list[tuple[str, Any]]:
    return [("", gettext_lazy("（请选择）")), *table.items()]


class PieceForm(forms.Form):
    """A piece as it is typed on the phone."""

    column = forms.ModelChoiceField(
        label=gettext_lazy("栏目"), queryset=Column.objects.none(), empty_label=None
    )
    title = forms.CharField(label=gettext_lazy("标题"), max_length=100)
    text = forms.CharField(
        label=gettext_lazy("正文（一行一段）"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8})
    )
    pictures = PicturesField(
        label=gettext_lazy("图片（最多 9 张）"),
        required=False,
        widget=SeveralPictures(attrs={"accept": "image/png,image/jpeg,image/gif,image/webp"}),
    )
    pictures_show = forms.CharField(label=gettext_lazy("图上是什么"), max_length=200, required=False)
    licence = forms.ChoiceField(label=gettext_lazy("图片版权"), choices=_choices(LICENCES), required=False)
    picture_source = forms.CharField(
        label=gettext_lazy("图片来源（不是自己的）"), max_length=300, required=False
    )
    patient = forms.BooleanField(label=gettext_lazy("能认出患者"), required=False)
    consent = forms.CharField(label=gettext_lazy("知情同意书编号"), max_length=100, required=False)
    question = forms.CharField(label=gettext_lazy("投票的问题（可不填）"), max_length=300, required=False)
    options = forms.CharField(
        label=gettext_lazy("投票的选项（一行一个）"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    author = forms.CharField(label=gettext_lazy("作者"), max_length=60, required=False)
    qualification = forms.CharField(label=gettext_lazy("作者资质"), max_length=200, required=False)
    origin = forms.ChoiceField(label=gettext_lazy("原创或转载"), choices=_choices(ORIGIN), required=False)
    reposted_from = forms.CharField(label=gettext_lazy("转载自"), max_length=300, required=False)
    sources = forms.CharField(
        label=gettext_lazy("参考来源（一行一条）"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    ai = forms.ChoiceField(label=gettext_lazy("人工智能"), choices=_choices(AI), required=False)
    fonts = forms.ChoiceField(label=gettext_lazy("图上字体"), choices=_choices(FONTS), required=False)

    def __init__(self, staff: Staff, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["column"].queryset = queries.columns()  # type: ignore[attr-defined]
        self.fields["author"].initial = staff.name

    @property
    def piece(self) -> PieceFile:
        """What was typed, as the deed takes it."""
        typed = self.cleaned_data
        column: Column = typed["column"]
        pictures: list[UploadedFile[bytes]] = typed["pictures"] or []
        about = About(
            author=typed["author"],
            qualification=typed["qualification"],
            sources=tuple(filter(None, map(str.strip, typed["sources"].splitlines()))),
            ai=typed["ai"],
            fonts=typed["fonts"],
            origin=typed["origin"],
            reposted_from=typed["reposted_from"],
        )
        return PieceFile(
            column=column,
            title=typed["title"],
            text=typed["text"],
            about=about,
            pictures=pictures,
            pictures_show=typed["pictures_show"],
            licence=typed["licence"],
            picture_source=typed["picture_source"],
            patient=typed["patient"],
            consent=typed["consent"],
            question=typed["question"],
            options=tuple(filter(None, map(str.strip, typed["options"].splitlines()))),
            expires_on=clock.today() + A_YEAR if column.needs_gatekeeper else None,
        )


@transaction.atomic
def _handed_in(request: HttpRequest, form: PieceForm, staff: Staff, *, submit: bool) -> None:
    """Keep the piece, and close the assignment it answers: both or neither."""
    article, _round = hand_in(file=form.piece, by=staff, submit=submit)
    asked = request.POST.get("topic", "")
    topic = Topic.objects.filter(
        pk=whole(asked) or 0,
        writer=staff,
        state=TopicState.ASSIGNED,
    ).first()
    if topic is not None:
        planning.hand_in(topic=topic, article=article, by=staff)


@page("submit/", name="submit", title=gettext_lazy("投稿"), tab="home")
def submit(request: HttpRequest) -> HttpResponse:
    """Take a piece from a correspondent who is signed in as staff."""
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path(), reverse("console:sign_in"))
    staff = staff_of(request)
    if not may_anywhere(staff, SUBMIT):
        raise NotAllowed(gettext_lazy("您没有投稿的权限；请联系本馆宣传负责人登记为通讯员。"))
    refusal = None
    form = PieceForm(staff, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        draft = request.POST.get("do") == "draft"
        try:
            _handed_in(request, form, staff, submit=not draft)
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("已存为草稿。") if draft else _("已交稿，进入审核。"))
            return redirect("mobile:submit")
    topics = Topic.objects.filter(writer=staff, state=TopicState.ASSIGNED).select_related("library")
    mine = Article.objects.filter(revisions__author=staff).distinct().select_related("newest", "column")
    pieces = [(article, open_review_of(article)) for article in mine[:20]]
    return render(
        request,
        "newsroom/mobile/submit.html",
        {"form": form, "refusal": refusal, "pieces": pieces, "topics": topics},
        status=refusal.status if refusal else 200,
    )
