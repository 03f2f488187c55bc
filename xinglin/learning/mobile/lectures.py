"""Lectures on the phone: what is ahead, one of them, register and give back, one's own, the calendar's file."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.learning import icalendar, queries, services
from xinglin.learning.errors import LectureUnknown
from xinglin.learning.lifecycle import LectureState, RegistrationState
from xinglin.learning.mobile.attending import RateForm
from xinglin.learning.models import Lecture, Via
from xinglin.learning.showing import shown
from xinglin.learning.telling import is_reminded_of, place_of
from xinglin.mobile.identity import binding_guide, identity_of
from xinglin.mobile.paging import paged
from xinglin.mobile.registry import MyEntry, Tile, add_my_entry, add_tile, page
from xinglin.patrons.mobile import patron_of
from xinglin.patrons.models import Patron


def _any_lecture(request: HttpRequest) -> bool:
    return queries.lectures_for_readers().exists()


def _ahead(request: HttpRequest) -> int | None:
    return queries.coming_of(patron_of(request)).count() or None if identity_of(request) else None


add_tile(
    Tile(
        gettext_lazy("讲座"),
        icon="presentation",
        url="mobile:lectures",
        order=64,
        note=gettext_lazy("报名、签到、课件"),
        shown_to=_any_lecture,
    )
)
add_my_entry(
    MyEntry(gettext_lazy("我的讲座"), icon="presentation", url="mobile:lectures.mine", order=56, badge=_ahead)
)


def reader_of(request: HttpRequest) -> Patron | None:
    """Return the reader of a page that everybody may look at, or None."""
    return patron_of(request) if identity_of(request) is not None else None


@page("lectures/", name="lectures", title=gettext_lazy("讲座"), tab="home")
def lectures(request: HttpRequest) -> HttpResponse:
    """List the lectures that are ahead, or those that are over with what was kept of them; searched by words."""
    over, words = bool(request.GET.get("past")), request.GET.get("q", "").strip()[:80]
    rows = queries.matching(queries.lectures_for_readers(), words)
    listed = paged(request, queries.past(rows) if over else queries.coming(rows))
    context = {
        "page": listed,
        "lectures": shown(listed.rows, reader_of(request)),
        "past": over,
        "words": words,
    }
    return render(request, "learning/mobile/lectures.html", context)


@page("lectures/mine/", name="lectures.mine", title=gettext_lazy("我的讲座"), tab="me", needs_identity=True)
def mine(request: HttpRequest) -> HttpResponse:
    """List what the reader registered for, waits for and came to."""
    patron = patron_of(request)
    listed = paged(request, queries.registrations_of(patron))
    rows = shown([registration.lecture for registration in listed.rows], patron)
    return render(request, "learning/mobile/mine.html", {"page": listed, "lectures": rows})


@page("lectures/<int:pk>/", name="lecture", title=gettext_lazy("讲座"), tab="home")
def lecture(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one lecture, and what the reader may do about it now."""
    patron, now = reader_of(request), clock.now()
    found = queries.lecture_for_readers(pk, patron)
    [each] = shown([found], patron)
    registration = each.registration
    attended = registration is not None and registration.state == RegistrationState.ATTENDED
    context = {
        "each": each,
        "lecture": found,
        "materials": found.materials.all(),
        "place": queries.place_of(registration) if registration else 0,
        "may_cancel": each.counts and now < found.begins_at and found.state == LectureState.ANNOUNCED,
        "is_ahead": now < found.begins_at and found.state == LectureState.ANNOUNCED,
        "doors_open": found.has_open_doors_at(now),
        "attended": attended,
        "may_rate": attended
        and found.state in (LectureState.ANNOUNCED, LectureState.HELD)
        and now >= found.begins_at,
        "form": RateForm(initial={"score": registration.score, "words": registration.words})
        if registration
        else None,
        "known": patron is not None,
        "guide": binding_guide(request),
    }
    return render(request, "learning/mobile/lecture.html", context)


@page(
    "lectures/<int:pk>/register/",
    name="lecture.register",
    title=gettext_lazy("报名讲座"),
    tab="home",
    needs_identity=True,
)
@require_POST
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """Register, or wait for a seat."""
    patron = patron_of(request)
    found = queries.lecture_for_readers(pk, patron)
    try:
        made = services.register(lecture=found, patron=patron, via=Via.PAGE)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        place = queries.place_of(made)
        if place:
            said = _("名额已满，您排在候补第 %(place)d 位；有名额了自动为您报名并提醒您。") % {"place": place}
            messages.warning(request, said)
        else:
            said = _("已报名。开始的前一天会提醒您。") if is_reminded_of(found) else _("已报名。")
            messages.success(request, said)
    return redirect("mobile:lecture", pk=pk)


@page(
    "lectures/<int:pk>/cancel/",
    name="lecture.cancel",
    title=gettext_lazy("取消报名"),
    tab="home",
    needs_identity=True,
)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one's seat, or place in the queue, back."""
    patron = patron_of(request)
    found = queries.lecture_for_readers(pk, patron)
    registration = queries.registration_of(patron, found)
    if registration is None:
        raise LectureUnknown(_("您没有报名这场讲座。"))
    try:
        services.cancel(registration=registration)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已取消报名，谢谢您告诉我们。"))
    return redirect("mobile:lecture", pk=pk)


@page("lectures/<int:pk>/calendar/", name="lecture.calendar", title=gettext_lazy("加入日历"), tab="home")
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the lecture for the phone's own calendar."""
    found = queries.lecture_for_readers(pk, reader_of(request))
    answer = HttpResponse(icalendar.written(event_of(found)), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="lecture-{found.pk}.ics"'
    return answer


def event_of(lecture: Lecture) -> icalendar.Event:
    """Return a lecture as a calendar shows it."""
    address = settings.PUBLIC_URL + reverse("mobile:lecture", args=[lecture.pk])
    said = [lecture.speaker, lecture.summary]
    return icalendar.Event(
        uid=f"lecture-{lecture.pk}@{urlsplit(settings.PUBLIC_URL).hostname or 'xinglin'}",
        title=lecture.title,
        begins_at=lecture.begins_at,
        ends_at=lecture.ends_at,
        written_at=clock.now(),
        place=place_of(lecture),
        description="\n".join(each for each in said if each),
        link=address,
        sequence=lecture.version - 1,
        is_cancelled=lecture.state == LectureState.CANCELLED,
    )
