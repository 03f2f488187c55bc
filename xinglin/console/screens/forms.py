"""Form pages: a Django form in, one service called, a refusal shown above what was typed."""

from typing import Any, ClassVar

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from xinglin.commons.errors import Conflict, Refusal
from xinglin.commons.onscreen import Words
from xinglin.console.access import StaffRequest
from xinglin.console.screens.pages import RowsScreen, address_of
from xinglin.console.values import M, follow

VERSION = "_version"


class FormScreen(RowsScreen[M]):
    """A page that makes a row, or changes one when ``edits`` is set."""

    template_name: ClassVar[str] = "console/form.html"
    edits: ClassVar[bool] = False
    form: ClassVar[type[Form]] = Form
    detail: ClassVar[str] = ""
    done: ClassVar[Words] = _("已保存。")
    button: ClassVar[Words] = _("保存")
    hint: ClassVar[Words] = ""
    version_field: ClassVar[str] = ""

    def initial(self, request: StaffRequest, row: M | None) -> dict[str, object]:
        """Return what stands in the form before anything is typed."""
        if row is None:
            return {}
        names = {field.name for field in row._meta.get_fields()}
        return {name: getattr(row, name) for name in self.form.base_fields if name in names}

    def make_form(
        self,
        request: StaffRequest,
        row: M | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> Form:
        """Return the form; override it where its choices depend on who asks."""
        return self.form(data, files, initial=self.initial(request, row))

    def save(self, request: StaffRequest, form: Form, row: M | None) -> M | HttpResponse:
        """Call one service with what the form cleaned, and return the row, or where to go instead."""
        raise NotImplementedError

    def heading(self, row: M | None) -> str:
        """Return the page's title."""
        return f"{self.title} · {row}" if row is not None else str(self.title)

    def urls(self) -> list[URLPattern]:
        return [self.route(self.row_address if self.edits else self.address, self._answer)]

    def _answer(self, request: StaffRequest, pk: object = None) -> HttpResponse:
        row = self.row(request, pk) if self.edits else None
        sent = request.method == "POST"
        form = self.make_form(request, row, request.POST if sent else None, request.FILES if sent else None)
        refusal: Refusal | None = None
        if sent and form.is_valid():
            try:
                self._compare(request, row)
                saved = self.save(request, form, row)
            except Refusal as refused:
                refusal = refused
            else:
                return saved if isinstance(saved, HttpResponse) else self._lead_on(request, saved)
        context: dict[str, object] = {
            "form": form,
            "row": row,
            "title": self.heading(row),
            "refusal": refusal,
            "version": self._version(row),
            "back": self._back(request, row),
        }
        return self.page(request, context, status=refusal.status if refusal else 422 if form.errors else 200)

    def _version(self, row: M | None) -> str:
        return str(follow(row, self.version_field)) if row is not None and self.version_field else ""

    def _compare(self, request: StaffRequest, row: M | None) -> None:
        """Refuse to overwrite what someone else saved since the form was opened.

        A service that takes the version and checks it under a lock closes the last gap.
        """
        if self._version(row) != request.POST.get(VERSION, ""):
            raise Conflict(
                _(
                    "您打开表单之后，这条记录已被别人修改；您填写的内容还在，请另开一页核对，确认无误后再次保存。"
                )
            )

    def _lead_on(self, request: StaffRequest, row: M) -> HttpResponse:
        messages.success(request, str(self.done))
        return redirect(self._back(request, row))

    def _back(self, request: StaffRequest, row: M | None) -> str:
        """Return the row's page, or its list, whichever there is and the user may open."""
        there = address_of(request, self.detail, row.pk) if self.detail and row is not None else ""
        return there or address_of(request, self.listing) or reverse("console:home")
