"""我的文献推送: the reader sees, makes, amends, pauses and switches off profiles, and says what was useful."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.consortium.models.libraries import Weekday
from xinglin.intelligence.queries import topics_for_readers
from xinglin.intelligence.sdi import queries, services, wanted
from xinglin.intelligence.sdi.errors import ProfileUnknown, PushUnknown
from xinglin.intelligence.sdi.lifecycle import MemberState
from xinglin.intelligence.sdi.looking import previewed, released_like
from xinglin.intelligence.sdi.models import Member, Profile, PushedPaper, Verdict
from xinglin.intelligence.sdi.telling import schedule_in_words, why_in_words
from xinglin.intelligence.sdi.timing import Schedule
from xinglin.mobile.identity import identity_of
from xinglin.mobile.paging import paged
from xinglin.mobile.registry import MyEntry, add_my_entry, page
from xinglin.patrons.mobile import patron_of

TITLE = gettext_lazy("我的文献推送")
SAID = {
    "accept_push": gettext_lazy("已打开，有合适的新文献会推送给您。"),
    "pause_push": gettext_lazy("已暂停，什么时候都可以恢复。"),
    "resume_push": gettext_lazy("已恢复。"),
    "end_push": gettext_lazy("已关闭，不再推送。"),
}


def _unopened(request: HttpRequest) -> int | None:
    if identity_of(request) is None:
        return None
    return queries.pushes_of(patron_of(request)).filter(opened_at=None).count() or None


add_my_entry(MyEntry(TITLE, icon="target-arrow", url="mobile:sdi", order=42, badge=_unopened))


class ProfileForm(forms.Form):
    """What a reader says of a profile of their own."""

    name = forms.CharField(
        label=gettext_lazy("名称"), max_length=60, required=False, help_text=gettext_lazy("不填就用检索词")
    )
    words = forms.CharField(
        label=gettext_lazy("检索词"), max_length=500, required=False,
        help_text=wanted.HELP,
    )  # fmt: skip
    schedule = forms.ChoiceField(label=gettext_lazy("多久一次"), choices=Schedule, initial=Schedule.WEEKLY)
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("每周的哪一天"), choices=Weekday, coerce=int, initial=Weekday.MONDAY,
        help_text=gettext_lazy("选了“每周一次”才用"),
    )  # fmt: skip
    most = forms.IntegerField(label=gettext_lazy("每次最多几篇"), min_value=1, max_value=30, initial=10)
    topics = forms.ModelMultipleChoiceField(
        label=gettext_lazy("只看这些专题"), queryset=topics_for_readers(), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("都不选就是全部专题"),
    )  # fmt: skip


class NewProfileForm(ProfileForm):
    papers = forms.CharField(
        label=gettext_lazy("喜欢的文献"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        max_length=20_000,
        help_text=gettext_lazy("几篇就够：DOI、PMID 或题名，一行一篇。检索词和喜欢的文献至少写一样"),
    )  # fmt: skip
    field_order = ("name", "words", "papers", "schedule", "weekday", "most", "topics")


@page("me/sdi/", name="sdi", title=TITLE, tab="me", needs_identity=True)
def profiles(request: HttpRequest) -> HttpResponse:
    """List a reader's profiles, what they may join, and what was brought of late."""
    patron = patron_of(request)
    context = {
        "members": list(queries.memberships_of(patron)),
        "open_ones": queries.open_profiles_for(patron)[:20],
        "page": paged(request, queries.pushes_of(patron), size=20),
    }
    return render(request, "intelligence/mobile/sdi.html", context)


@page("me/sdi/new/", name="sdi.new", title=gettext_lazy("新建推送"), tab="me", needs_identity=True)
def new(request: HttpRequest) -> HttpResponse:
    """Let a reader make a profile of their own."""
    patron = patron_of(request)
    form = NewProfileForm(
        request.POST or None, initial={"words": patron.research_topics[:500].split("\n")[0]}
    )
    if form.is_valid():
        said = dict(form.cleaned_data)
        papers = said.pop("papers")
        try:
            made = services.ask(patron=patron, file=services.ProfileFile(**said), papers=papers)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已建好。下面可以先看看现在能找到什么。"))
            return redirect(f"{reverse('mobile:sdi.profile', args=[made.pk])}?preview=1")
    return render(request, "intelligence/mobile/sdi_form.html", {"form": form, "back": reverse("mobile:sdi")})


@page("me/sdi/<int:pk>/", name="sdi.profile", title=TITLE, tab="me", needs_identity=True)
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one profile: what is looked for, when, by whose hand, what it would bring now."""
    member = queries.membership(patron_of(request), pk)
    shown = member.profile
    context = {
        "member": member,
        "profile": shown,
        "schedule": schedule_in_words(shown),
        "own": shown.owner_id == member.patron_id,
        "examples": shown.examples.all(),
        "pushes": queries.pushes_of(member.patron).filter(profile=shown)[:10],
        "preview": previewed(shown, member.patron) if "preview" in request.GET else None,
    }
    return render(request, "intelligence/mobile/sdi_profile.html", context)


@page("me/sdi/<int:pk>/edit/", name="sdi.edit", title=gettext_lazy("修改推送"), tab="me", needs_identity=True)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a reader change a profile of their own."""
    kept = _own(request, pk)
    initial = {name: getattr(kept, name) for name in ("name", "words", "schedule", "weekday", "most")}
    form = ProfileForm(request.POST or None, initial={**initial, "topics": kept.topics.all()})
    if form.is_valid():
        version = request.POST.get("version", "")
        try:
            services.amend(
                profile=kept, version=whole(version) or 0,
                file=services.ProfileFile(**form.cleaned_data), reader=patron_of(request),
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已保存。"))
            return redirect("mobile:sdi.profile", pk=pk)
    back = reverse("mobile:sdi.profile", args=[pk])
    context = {"form": form, "back": back, "version": kept.version}
    return render(request, "intelligence/mobile/sdi_form.html", context)


@page(
    "me/sdi/<int:pk>/papers/",
    name="sdi.papers",
    title=gettext_lazy("喜欢的文献"),
    tab="me",
    needs_identity=True,
)
def papers(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a reader say by papers what is wanted: pasted, picked among what was released, or taken out again."""
    kept, patron = _own(request, pk), patron_of(request)
    if request.method == "POST":
        _change_papers(request, kept)
        return redirect("mobile:sdi.papers", pk=pk)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    context = {
        "profile": kept,
        "examples": kept.examples.all(),
        "words": words,
        "found": released_like(words)[:30] if words else [],
        "patron": patron,
    }
    return render(request, "intelligence/mobile/sdi_papers.html", context)


def _change_papers(request: HttpRequest, kept: Profile) -> None:
    patron = patron_of(request)
    picked, dropped = (whole(request.POST.get(name, "")) for name in ("pick", "drop"))
    if dropped is not None:
        example = kept.examples.filter(pk=dropped).first()
        if example is not None:
            services.drop_example(example=example, reader=patron)
            messages.success(request, _("已拿掉。"))
    elif picked is not None:
        finding = released_like("").filter(publication=picked).select_related("publication").first()
        if finding is None:
            raise PushUnknown(_("这篇文献已经不在发布的文献里；请重新查找。"))
        services.take_example(profile=kept, publication=finding.publication, reader=patron)
        messages.success(request, _("已加上，下一次推送就会参考它。"))
    else:
        added = services.add_examples(
            profile=kept, papers=request.POST.get("papers", "")[:20_000], reader=patron
        )
        messages.success(request, _("已加上 %(n)d 篇。") % {"n": added})


@page("me/sdi/<int:pk>/do/<slug:deed>/", name="sdi.do", title=TITLE, tab="me", needs_identity=True)
@require_POST
def do(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Accept, pause, resume or switch off."""
    patron = patron_of(request)
    member = queries.membership(patron, pk)
    if deed not in SAID:
        raise ProfileUnknown(_("没有这个操作；请从页面上的按钮办理。"))
    kept = services.move(patron=patron, profile=member.profile, deed=deed)
    messages.success(request, SAID[deed])
    return redirect("mobile:sdi") if kept.state == MemberState.LEFT else redirect("mobile:sdi.profile", pk=pk)


@page("me/sdi/<int:pk>/join/", name="sdi.join", title=TITLE, tab="me", needs_identity=True)
@require_POST
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """Join a subject or a team that is open."""
    patron = patron_of(request)
    found = queries.open_profiles_for(patron).filter(pk=pk).first()
    if found is None:
        raise ProfileUnknown(_("这项推送不开放加入，或者您已经在里面了。"))
    services.join(profile=found, patron=patron)
    messages.success(request, _("已加入。"))
    return redirect("mobile:sdi.profile", pk=pk)


@page("me/sdi/push/<int:pk>/", name="sdi.push", title=gettext_lazy("文献推送"), tab="me", needs_identity=True)
def push(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was brought once, why each paper, and ask whether it was useful."""
    shown = queries.push_of(patron_of(request), pk)
    services.note_opening(push=shown)
    rows = [(each, why_in_words(each.why)) for each in queries.papers_of(shown)]
    return render(request, "intelligence/mobile/sdi_push.html", {"push": shown, "rows": rows})


@page("me/sdi/paper/<int:pk>/<slug:verdict>/", name="sdi.judge", title=TITLE, tab="me", needs_identity=True)
@require_POST
def judge(request: HttpRequest, pk: int, verdict: str) -> HttpResponse:
    """Take a reader's answer: useful, or not."""
    paper = PushedPaper.objects.filter(patron=patron_of(request), pk=pk).first()
    if paper is None or verdict not in Verdict.values:
        raise PushUnknown(_("没有这篇推送的文献；请从“我的文献推送”里打开。"))
    services.judge(paper=paper, verdict=verdict)
    return redirect(f"{reverse('mobile:sdi.push', args=[paper.push_id])}#paper-{paper.place}")


def _own(request: HttpRequest, pk: int) -> Profile:
    member: Member = queries.membership(patron_of(request), pk)
    if member.profile.owner_id != member.patron_id:
        raise ProfileUnknown(_("这项推送是学科馆员维护的，您可以暂停或关闭，不能修改内容。"))
    return member.profile
