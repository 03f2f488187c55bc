"""我的资料: what the library knows of a reader, corrected, taken along, and erased on request."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.mobile.identity import identity_of
from xinglin.mobile.registry import MyEntry, add_my_entry, page
from xinglin.patrons import queries, services
from xinglin.patrons.errors import PatronUnknown
from xinglin.patrons.models import ConsentKind, Patron
from xinglin.patrons.sign_in import directory_pages
from xinglin.patrons.sign_in import pages as sign_in_pages

# Whoever tells the shell who reads names the patron so: wechat's binding, a sign-in by card.
KEY = "patron:"
__all__ = ["KEY", "directory_pages", "patron_of", "sign_in_pages"]
# Raised when the words on the page change in substance: consents to older words are asked for anew.
TEXT_VERSION = "2026-1"

add_my_entry(MyEntry(gettext_lazy("我的资料"), icon="user-circle", url="mobile:my_file", order=80))


class MyFileForm(forms.Form):
    """What readers correct themselves; the rest is the library's to confirm."""

    phone = forms.CharField(label=gettext_lazy("手机"), max_length=30, required=False)
    email = forms.CharField(label=gettext_lazy("邮箱"), max_length=254, required=False)
    research_topics = forms.CharField(
        label=gettext_lazy("研究方向"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    interests = forms.CharField(
        label=gettext_lazy("阅读兴趣"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )


def patron_of(request: HttpRequest) -> Patron:
    """Return the reader of a request. Raises ``PatronUnknown`` when the card they came with is no more."""
    identity = identity_of(request)
    key = identity.key.removeprefix(KEY) if identity and identity.key.startswith(KEY) else ""
    number = whole(key)
    patron = None if number is None else queries.present_patron(number)
    if patron is None:
        raise PatronUnknown(_("没有找到您的读者资料，可能已经注销；请到服务台询问。"))
    return patron


@page("me/file/", name="my_file", title=gettext_lazy("我的资料"), tab="me", needs_identity=True)
def my_file(request: HttpRequest) -> HttpResponse:
    """Show a reader's own file, and keep what they correct."""
    patron = patron_of(request)
    form = MyFileForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(patron, name) for name in MyFileForm.base_fields},
    )
    if form.is_valid():
        try:
            services.amend(patron=patron, by=None, by_the_reader=True, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已保存。"))
            return redirect("mobile:my_file")
    given = set(patron.consents.filter(withdrawn_at=None).values_list("kind", flat=True))
    consents = [(kind, kind.value in given) for kind in ConsentKind]
    return render(
        request, "patrons/mobile/my_file.html", {"patron": patron, "form": form, "consents": consents}
    )


@page("me/file/consent/", name="my_consent", title=gettext_lazy("我的同意"), tab="me", needs_identity=True)
@require_POST
def my_consent(request: HttpRequest) -> HttpResponse:
    """Give a consent, or take it back."""
    patron = patron_of(request)
    if request.POST.get("kind") not in ConsentKind.values:
        raise PatronUnknown(_("没有这一项；请从「我的资料」里选择。"))
    kind = ConsentKind(request.POST["kind"])
    if request.POST.get("agree") == "on":
        services.give_consent(patron=patron, kind=kind, text_version=TEXT_VERSION, through="H5")
        messages.success(request, _("已记录您的同意，可以随时撤回。"))
    else:
        services.withdraw_consent(patron=patron, kind=kind)
        messages.success(request, _("已撤回。"))
    return redirect("mobile:my_file")


@page("me/file/export/", name="my_export", title=gettext_lazy("导出资料"), tab="me", needs_identity=True)
def my_export(request: HttpRequest) -> HttpResponse:
    """Hand a reader everything this room knows of them, as JSON (个人信息保护法 art. 45)."""
    patron = patron_of(request)
    answer = JsonResponse(
        queries.everything_about(patron), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    answer["Content-Disposition"] = 'attachment; filename="my-file.json"'
    return answer


@page(
    "me/file/erase/", name="my_erasure", title=gettext_lazy("注销与删除资料"), tab="me", needs_identity=True
)
def my_erasure(request: HttpRequest) -> HttpResponse:
    """Ask for the erasure of one's data, or take the request back."""
    patron = patron_of(request)
    if request.method == "POST":
        if request.POST.get("withdraw"):
            services.withdraw_erasure_request(patron=patron)
            messages.success(request, _("已取消申请。"))
        else:
            services.ask_for_erasure(patron=patron)
            messages.success(request, _("已收到申请。馆员核对没有未还的书后，会删除您的资料。"))
        return redirect("mobile:my_erasure")
    return render(request, "patrons/mobile/my_erasure.html", {"patron": patron})
