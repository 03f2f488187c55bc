"""Readers' pages of products: read, take along, follow a topic."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from xinglin.commons.errors import NotFound
from xinglin.intelligence.products import printing, queries, services
from xinglin.intelligence.products.screens import answer
from xinglin.intelligence.queries import topics_for_readers
from xinglin.mobile.identity import identity_of
from xinglin.mobile.registry import page
from xinglin.patrons.mobile import patron_of


@page("products/<int:pk>/", name="product", title=gettext_lazy("情报产品"))
def product(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a released product, and note that the reader, where known, opened it."""
    shown = queries.product_for_readers(pk)
    if identity_of(request) is not None:
        services.note_reading(product=shown, patron=patron_of(request))
    content = shown.content
    groups = content["groups"] or [{"name": "", "numbers": [each["number"] for each in content["entries"]]}]
    by_number = {each["number"]: each for each in content["entries"]}
    told = [(group["name"], [by_number[number] for number in group["numbers"]]) for group in groups]
    forms = [(form, words) for form, (words, _type, _make) in printing.FORMS.items()]
    return render(
        request,
        "intelligence/mobile/product.html",
        {"product": shown, "content": content, "groups": told, "forms": forms},
    )


@page("products/<int:pk>/<slug:form>/", name="product.file", title=gettext_lazy("情报产品"))
def product_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Hand out a file of a released product."""
    return answer(queries.product_for_readers(pk), form)


@page("topics/<slug:code>/follow/", name="topic.follow", title=gettext_lazy("订阅专题"), needs_identity=True)
@require_POST
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Follow a topic, or no longer."""
    topic = topics_for_readers().filter(code=code).first()
    if topic is None:
        raise NotFound(_("没有这个专题，或者它没有对读者公开。"))
    patron = patron_of(request)
    if queries.follows(patron, topic):
        services.leave(topic=topic, patron=patron)
        messages.success(request, _("已退订。"))
    else:
        services.follow(topic=topic, patron=patron)
        messages.success(request, _("已订阅，有新的情报产品会告诉您。"))
    return redirect("mobile:topic", code=code)
