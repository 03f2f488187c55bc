"""The addresses of the house: readers' pages, the console, health."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import include, path

from xinglin.config import health
from xinglin.config.api import api


def front_door(request: HttpRequest) -> HttpResponse:
    """Send a visitor without a path to the readers' home page."""
    return redirect("mobile:home")


def is_alive(request: HttpRequest) -> JsonResponse:
    """Say that this process answers; asks nothing of anyone."""
    return JsonResponse({"alive": True})


handler404 = "xinglin.commons.web.nothing_here"
handler500 = "xinglin.commons.web.went_wrong"

urlpatterns = [
    path("", front_door),
    path("health/alive", is_alive),
    path("health/ready", health.is_ready),
    path("console/", include("xinglin.console.urls")),
    path("m/", include("xinglin.mobile.urls")),
    path("", include("xinglin.catalog.served.urls")),
    path("", include("xinglin.ill.served")),
    path("api/v1/", api.urls),
]
