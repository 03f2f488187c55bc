"""我的提醒: everything the library told a reader, and how they want to be told."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from xinglin.mobile.identity import identity_of
from xinglin.mobile.paging import paged
from xinglin.mobile.registry import MyEntry, add_my_entry, page
from xinglin.notices import queries, services
from xinglin.notices.channels import mail_is_set_up
from xinglin.notices.errors import NoticeUnknown
from xinglin.notices.kinds import Topic
from xinglin.patrons.mobile import patron_of


def _unread(request: HttpRequest) -> int | None:
    return queries.unread_of(patron_of(request)) if identity_of(request) else None


add_my_entry(MyEntry(gettext_lazy("我的提醒"), icon="bell", url="mobile:my_notices", order=5, badge=_unread))


@page("me/notices/", name="my_notices", title=gettext_lazy("我的提醒"), tab="me", needs_identity=True)
def notices(request: HttpRequest) -> HttpResponse:
    """List what the reader was told, new ones marked."""
    patron = patron_of(request)
    found = paged(request, queries.notices_of(patron))
    context = {"page": found, "unread": queries.unread_of(patron)}
    return render(request, "notices/mobile/notices.html", context)


@page("me/notices/<int:pk>/", name="notice", title=gettext_lazy("提醒"), tab="me", needs_identity=True)
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one notice, and note that it was read. Raises ``NoticeUnknown``."""
    found = queries.notices_of(patron_of(request)).select_related("library").filter(pk=pk).first()
    if found is None:
        raise NoticeUnknown(_("没有这条提醒，它可能已经撤回；请从“我的提醒”里打开。"))
    services.read(notice=found)
    return render(request, "notices/mobile/notice.html", {"notice": found})


@page("me/notices/read/", name="notices.read", title=gettext_lazy("我的提醒"), tab="me", needs_identity=True)
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    services.read_all(patron=patron_of(request))
    return redirect("mobile:my_notices")


@page(
    "me/notices/choices/",
    name="notices.choices",
    title=gettext_lazy("提醒设置"),
    tab="me",
    needs_identity=True,
)
def choices(request: HttpRequest) -> HttpResponse:
    """Let the reader choose, topic by topic."""
    patron = patron_of(request)
    rows = queries.choices_of(patron)
    if request.method == "POST":
        for topic, _preference in rows:
            services.choose(
                patron=patron,
                topic=Topic(topic),
                wechat=request.POST.get(f"{topic}.wechat") == "on",
                email=request.POST.get(f"{topic}.email") == "on",
            )
        messages.success(request, _("已保存。"))
        return redirect("mobile:notices.choices")
    context = {
        "rows": rows,
        "quiet": queries.quiet_hours(),
        "patron": patron,
        "mail": mail_is_set_up(),
        "file_url": reverse("mobile:my_file"),
    }
    return render(request, "notices/mobile/choices.html", context)
