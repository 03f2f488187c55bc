"""Readers bound to WeChat: the list, and the code that a librarian gives at the desk."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.commons.errors import Refusal
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    FlagFilter,
    Kind,
    ListScreen,
    PageScreen,
    screen,
)
from xinglin.console.tones import Tone
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.patrons.queries import find_by_card
from xinglin.wechat import queries
from xinglin.wechat.models import Binding, BoundThrough
from xinglin.wechat.services import bindings as services


def _unbind(request: StaffRequest, binding: Binding, answers: Answers) -> str:
    services.unbind(follower=binding.follower, by=staff_of(request))
    return _("已解除绑定。")


unbind = Action[Binding](
    "unbind", lazy("解除绑定"), run=_unbind, icon="link-off", tone=Tone.BAD, permission="patrons.change_patron",
    confirm=lazy("解除后，这个微信号不再能查看这位读者的借阅信息。请先核实是读者本人提出。"),
    when=lambda binding: binding.unbound_at is None,
)  # fmt: skip


@screen
class Bindings(ListScreen[Binding]):
    name = "wechat.bindings"
    title = lazy("读者绑定")
    section = Section.WECHAT
    icon = "link"
    order = 52
    permission = "patrons.view_patron"
    words = (lazy("解绑"), "bangding", "binding")
    columns = (
        Column(lazy("读者"), "patron.name"),
        Column(lazy("所属馆"), "patron.home_library.label", narrow=False),
        Column(lazy("公众号"), "follower.account.name"),
        Column(lazy("方式"), "get_through_display", narrow=False),
        Column(lazy("绑定时间"), "bound_at", sort="bound_at", kind=Kind.MOMENT),
        Column(lazy("解绑时间"), "unbound_at", sort="unbound_at", kind=Kind.MOMENT, narrow=False),
    )
    filters = (
        ChoiceFilter("through", lazy("方式"), field="through", choices=BoundThrough.choices),
        FlagFilter("bound", lazy("只看绑定中的"), where=queries.STILL_BOUND),
    )
    search_fields = ("patron__name", "patron__cards__number")
    search_hint = lazy("读者姓名、卡号")
    order_by = ("-bound_at",)
    empty = lazy("还没有读者绑定。请读者在公众号里回复「绑定」，或在服务台用「发绑定码」。")
    actions = (unbind,)

    def rows(self, request: StaffRequest) -> QuerySet[Binding]:
        return queries.bindings_visible_to(staff_of(request))


@screen
class DeskCode(PageScreen):
    """A six-digit code for the reader who stands at the desk and shows a card."""

    name = "wechat.desk_code"
    title = lazy("发绑定码")
    section = Section.WECHAT
    icon = "qrcode"
    order = 50
    permission = "patrons.view_patron"
    words = (lazy("绑定码"), "bangdingma")
    template_name = "wechat/console/desk_code.html"

    def post(self, request: StaffRequest) -> HttpResponse:
        """Issue a code for a card; the page shows it once."""
        staff = staff_of(request)
        context: dict[str, object] = {"card_number": request.POST.get("card_number", "").strip()}
        try:
            patron = find_by_card(str(context["card_number"]))
            access.require(staff, "patrons.view_patron", patron.home_library_id)
            context |= {"patron": patron, "code": services.issue_code(patron=patron, by=staff)}
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return self.page(request, context, status=refusal.status)
        return self.page(request, context)
