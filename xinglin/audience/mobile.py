"""The reader's own pages: my tags, my choices, what was sent to me; and the article behind a push link."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.csrf import csrf_exempt

from xinglin.audience import mobile_survey as mobile_survey
from xinglin.audience import queries, sealed
from xinglin.audience.errors import LinkUnknown
from xinglin.audience.models import AudienceConsent, Campaign, ConsentKind, Did, Source, Tag
from xinglin.audience.services import choices, tags, tracking
from xinglin.audience.telling import read_token, title_of, token_of
from xinglin.commons.errors import Refusal
from xinglin.mobile.identity import binding_guide
from xinglin.mobile.registry import MyEntry, add_my_entry, page
from xinglin.newsroom import queries as newsroom
from xinglin.newsroom import services as newsroom_services
from xinglin.newsroom.mobile import shown_as
from xinglin.newsroom.models import Column
from xinglin.wechat.links import follower_of
from xinglin.wechat.models import Follower

CONSENT_TEXT = "2026-11"
H5 = "h5"
DEEDS = {"finished": Did.FINISHED, "shared": Did.SHARED, "good": Did.RATED_GOOD, "bad": Did.RATED_BAD}

add_my_entry(MyEntry(lazy("我的标签与订阅"), icon="tags", url="mobile:audience.me", order=70))
add_my_entry(MyEntry(lazy("推送给我的"), icon="mail-opened", url="mobile:audience.received", order=71))


# ---- about me ---------------------------------------------------------------------------------------------


@page("about-me/", name="audience.me", title=lazy("我的标签与订阅"), tab="me")
def about_me(request: HttpRequest) -> HttpResponse:
    """Show what we think we know, each with its reason, and let the reader change all of it."""
    follower = follower_of(request)
    if follower is None:
        return render(request, "audience/mobile/who.html", {"guide": binding_guide(request)}, status=403)
    if request.method == "POST":
        return _change(request, follower)
    carried = list(queries.tags_of(follower))
    consented = AudienceConsent.objects.filter(
        follower=follower, kind=ConsentKind.HEALTH, withdrawn_at=None
    ).exists()
    worn = set(sealed.open_one(follower=follower, purpose=_("读者查看自己的标签"))) if consented else set()
    mine = {row.tag_id for row in carried} | worn
    everything, topics = queries.opted_out_topics(follower)
    context: dict[str, object] = {
        "dimensions": [
            (each, [(tag, tag.pk in mine) for tag in each.tags.all() if tag.active])
            for each in queries.declared_dimensions()
        ],
        "consented": consented,
        "guessed": [row for row in carried if row.source != Source.DECLARED],
        "profiled": queries.is_profiled(follower),
        "everything": everything,
        "topics": [(topic, topic.pk in topics) for topic in queries.topics_sent()],
    }
    return render(request, "audience/mobile/me.html", context)


def _change(request: HttpRequest, follower: Follower) -> HttpResponse:
    """Do what one of the page's forms asks."""
    deed = request.POST.get("do", "")
    try:
        _deeds(request, follower, deed)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已保存。"))
    return redirect("mobile:audience.me")


def _deeds(request: HttpRequest, follower: Follower, deed: str) -> None:
    if deed == "tags":
        chosen = {
            value
            for name in request.POST
            if name == "tag" or name.startswith("one-")
            for value in request.POST.getlist(name)
        }
        consents = AudienceConsent.objects.filter(
            follower=follower, kind=ConsentKind.HEALTH, withdrawn_at=None
        )
        for dimension in queries.declared_dimensions():
            if dimension.is_sensitive and not consents.exists():
                continue
            known = [tag for tag in dimension.tags.all() if tag.active and str(tag.pk) in chosen]
            tags.declare(follower=follower, dimension=dimension, tags=known)
    elif deed == "consent":
        tags.give_consent(follower=follower, kind=ConsentKind.HEALTH, text_version=CONSENT_TEXT, through=H5)
    elif deed == "withdraw":
        tags.withdraw_consent(follower=follower, kind=ConsentKind.HEALTH)
    elif deed in ("profiling_on", "profiling_off"):
        choices.switch_profiling(follower=follower, on=deed == "profiling_on")
    elif deed == "topics":
        wanted = set(request.POST.getlist("topic"))
        for topic in queries.topics_sent():
            _set_topic(follower, topic, str(topic.pk) in wanted)
        _set_topic(follower, None, "nothing" not in request.POST)
    elif deed == "drop":
        tag = Tag.objects.filter(pk=request.POST.get("one") or 0).select_related("dimension").first()
        if tag is not None:
            tags.take_off(follower=follower, tag=tag)


def _set_topic(follower: Follower, topic: Column | None, wanted: bool) -> None:
    if wanted:
        choices.opt_in(follower=follower, topic=topic)
    else:
        choices.opt_out(follower=follower, topic=topic, through=H5)


@page("for-me/", name="audience.received", title=lazy("推送给我的"), tab="me")
def received(request: HttpRequest) -> HttpResponse:
    """List what was sent to the follower of this browser: also the way of those without any other channel."""
    follower = follower_of(request)
    if follower is None:
        return render(request, "audience/mobile/who.html", {"guide": binding_guide(request)}, status=403)
    rows = [
        (campaign, reverse("mobile:audience.push", args=[token_of(campaign.pk, follower.pk)]))
        for campaign in queries.received_by(follower)
    ]
    return render(request, "audience/mobile/received.html", {"rows": rows})


# ---- behind a link ----------------------------------------------------------------------------------------


@page("p/<str:token>/", name="audience.push", title=lazy("文章"), tab="home")
def push(request: HttpRequest, token: str) -> HttpResponse:
    """Show the article of a push, and note that its receiver opened it."""
    campaign, follower = _meant(token)
    article = newsroom.article_for_readers(campaign.article_id)
    if request.method == "GET":
        newsroom_services.count_view(article=article)
        if follower is not None:
            tracking.note(campaign=campaign, follower=follower, kind=Did.OPENED)
    asks = queries.surveys_open_to(follower) if follower is not None else []
    context = {**shown_as(article), "token": token, "did": DEEDS, "surveys": asks}
    return render(request, "audience/mobile/article.html", context)


@page("c/<int:pk>/<int:variant>/", name="audience.common", title=lazy("文章"), tab="home")
def common(request: HttpRequest, pk: int, variant: int) -> HttpResponse:
    """The link in a mass message: whom this browser belongs to is led to their own link, others are counted."""
    campaign = Campaign.objects.filter(pk=pk, started_at__isnull=False).first()
    if campaign is None or variant >= len(campaign.titles):
        raise LinkUnknown(_("这个链接不完整或已失效；请回到公众号重新打开。"))
    follower = follower_of(request)
    if follower is not None and follower.account_id == campaign.account_id:
        return redirect("mobile:audience.push", token_of(campaign.pk, follower.pk))
    if request.method == "GET":
        tracking.count_link(campaign=campaign, variant=variant)
    return redirect("mobile:article", campaign.article_id)


@page("p/<str:token>/did/<slug:deed>/", name="audience.did", title=lazy("文章"), tab="home")
@csrf_exempt
def did(request: HttpRequest, token: str, deed: str) -> HttpResponse:
    """Note what the reader of a push did. The signed token is the right to it; nothing else can be done by it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if deed not in DEEDS:
        raise Http404
    campaign, follower = _meant(token)
    if follower is not None:
        tracking.note(campaign=campaign, follower=follower, kind=DEEDS[deed])
    return HttpResponse(status=204)


@page("p/<str:token>/off/", name="audience.off", title=lazy("退订"), tab="me")
def off(request: HttpRequest, token: str) -> HttpResponse:
    """Let the receiver of a push opt out of its topic, or of everything, without signing in."""
    campaign, follower = _meant(token)
    if request.method == "POST" and follower is not None:
        topic = None if "everything" in request.POST else campaign.topic
        choices.opt_out(follower=follower, topic=topic, through=H5)
        return render(
            request, "audience/mobile/off.html", {"campaign": campaign, "done": topic or _("全部推送")}
        )
    return render(request, "audience/mobile/off.html", {"campaign": campaign, "title": title_of(campaign, 0)})


def _meant(token: str) -> tuple[Campaign, Follower | None]:
    """Return campaign and follower of a token; of somebody erased only the campaign. Raises ``LinkUnknown``."""
    campaign_id, follower_id = read_token(token)
    campaign = Campaign.objects.filter(pk=campaign_id).select_related("topic", "account").first()
    if campaign is None:
        raise LinkUnknown(_("这个链接不完整或已失效；请回到公众号重新打开。"))
    return campaign, Follower.objects.filter(pk=follower_id, erased_at__isnull=True).first()
