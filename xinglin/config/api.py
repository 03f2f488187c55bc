"""The interface for programs: every room's ``api.py`` hangs its routes in here. Described at /api/v1/openapi.json.

No page for trying it out is served: the usual ones fetch their scripts from other people's servers.
"""

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from xinglin.catalog.api import router as catalog
from xinglin.commons.errors import Refusal
from xinglin.commons.web import show_refusal

api = NinjaAPI(title="Xinglin 杏林", version="1", urls_namespace="api", docs_url=None)
api.add_router("", catalog)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer a refusal with its code and its sentence."""
    return show_refusal(request, refusal)
