"""Example pages over a table that the toolkit may know: groups as what a reader finds."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from django import forms
from django.contrib import messages
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.engine import Engine
from django.urls import clear_url_caches, include, path
from django.utils.translation import gettext_lazy as _
from pytest_django.fixtures import Settings

from xinglin.commons.errors import Refusal
from xinglin.mobile import identity, libraries, registry, views
from xinglin.mobile.identity import BindingGuide, Identity
from xinglin.mobile.libraries import LibraryChoice, library_of
from xinglin.mobile.paging import paged
from xinglin.mobile.registry import MyEntry, Tab, Tile

TEMPLATES = Path(__file__).parent / "templates"


class AskForm(forms.Form):
    question = forms.CharField(
        label=_("问题"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("最多 500 字。")
    )
    place = forms.ChoiceField(label=_("取书馆"), choices=(("a", _("东院分馆")), ("b", _("西院分馆"))))
    phone = forms.CharField(label=_("电话"), required=False)
    agreed = forms.BooleanField(label=_("同意馆员与我联系"))


def books(request: HttpRequest) -> HttpResponse:
    page = paged(request, Group.objects.order_by("name"), size=10)
    return render(request, "examples/books.html", {"page": page})


def loans(request: HttpRequest) -> HttpResponse:
    raise Refusal(_("您已借满 %(limit)d 册，请先还书再借。"), limit=5)


def ask(request: HttpRequest) -> HttpResponse:
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        messages.success(request, "问题已收到。")
        return redirect("mobile:home")
    return render(request, "examples/ask.html", {"form": form})


def _reader(request: HttpRequest) -> Identity | None:
    return (
        Identity("patron:7", "林晓", "心内科 · 职工读者") if request.COOKIES.get("reader") == "lin" else None
    )


def _libraries(request: HttpRequest) -> tuple[LibraryChoice, ...]:
    return (
        LibraryChoice("main", "医学院总馆"),
        LibraryChoice("east", "第一附属医院东院分馆", "东院门诊楼 3 层"),
    )


def _notice(request: HttpRequest) -> dict[str, object] | None:
    library = library_of(request)
    return {"notice": f"{library.name}国庆期间开馆时间调整。"} if library else None


@pytest.fixture
def example_pages(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the examples, and nothing but them beside the shell's own pages, into the front for one test."""
    own = {name: registry.pages[name] for name in ("home", "me", "library", "type")}
    monkeypatch.setattr(registry, "pages", own)
    monkeypatch.setattr(registry, "tabs", {url: registry.tabs[url] for url in ("mobile:home", "mobile:me")})
    for name in ("tiles", "my_entries", "panels"):
        monkeypatch.setattr(registry, name, {})
    monkeypatch.setattr(identity, "_identity_provider", _reader)
    monkeypatch.setattr(
        identity,
        "_binding_guide",
        lambda request: BindingGuide(_("绑定读者证后即可使用。"), "/m/bind/", _("去绑定")),
    )
    monkeypatch.setattr(libraries, "_library_provider", _libraries)
    registry.page("books/", name="books", title=_("检索"))(books)
    registry.page("loans/", name="loans", title=_("我的借阅"), tab="me", needs_identity=True)(loans)
    registry.page("ask/", name="ask", title=_("咨询馆员"), tab="home")(ask)
    registry.add_tab(Tab(_("检索"), icon="search", url="mobile:books", order=20))
    for order, (title, icon) in enumerate(
        (
            ("馆藏检索", "search"),
            ("数据库", "database"),
            ("我要荐购", "shopping-cart"),
            ("咨询馆员", "message-circle"),
            ("讲座", "school"),
        )
    ):
        registry.add_tile(Tile(title, icon=icon, url="mobile:books", order=order))
    registry.add_my_entry(MyEntry(_("我的借阅"), icon="book", url="mobile:loans", badge=lambda request: 3))
    registry.add_panel(template="examples/panel.html", context=_notice)
    house = ModuleType("xinglin.mobile.tests.house")
    pages = [*(entry.url for entry in registry.pages.values()), path("<path:rest>", views.nothing_here)]
    vars(house)["urlpatterns"] = [path("m/", include((pages, "mobile")))]
    sys.modules[house.__name__] = house
    settings.ROOT_URLCONF = house.__name__
    engine = Engine.get_default()
    loaders = [
        ("django.template.loaders.filesystem.Loader", [TEMPLATES]),
        "django.template.loaders.app_directories.Loader",
    ]
    monkeypatch.setattr(engine, "template_loaders", engine.get_template_loaders(loaders))
    clear_url_caches()
    yield
    del sys.modules[house.__name__]
    clear_url_caches()
