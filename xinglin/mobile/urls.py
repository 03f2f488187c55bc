"""The reader's addresses; built after every room has left its pages."""

from django.urls import path

from xinglin.mobile import registry, views

registry.discover()

app_name = "mobile"
urlpatterns = [
    *(entry.url for entry in registry.pages.values()),
    path("<path:rest>", views.nothing_here),
]
