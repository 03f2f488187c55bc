"""The console's addresses; built after every room has left its screens."""

from django.urls import path

from xinglin.console import views
from xinglin.console.wiring import screen_urls

app_name = "console"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    *screen_urls(),
    path("<path:rest>", views.nothing_here),
]
