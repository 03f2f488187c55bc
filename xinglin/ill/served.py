"""Where partners send their messages: POST /ill/iso18626."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from xinglin.ill import services, signing
from xinglin.ill.protocol.reading import LARGEST


@csrf_exempt
@require_POST
def iso18626(request: HttpRequest) -> HttpResponse:
    """Take one message and answer with its confirmation."""
    data = request.read(LARGEST + 1)
    taken = services.take_message(data=data, signature=request.headers.get(signing.HEADER, ""))
    return HttpResponse(taken.body, status=taken.status, content_type="application/xml; charset=utf-8")


urlpatterns = [path("ill/iso18626", iso18626)]
