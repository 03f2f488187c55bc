"""Reading a delivered file inside WeChat: page by page as pictures, on any phone; and taking it along."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from xinglin.delivery import queries, services
from xinglin.delivery.errors import NoSuchPage
from xinglin.delivery.mobile.readers import reader_of
from xinglin.delivery.models import DeliveredFile
from xinglin.delivery.papers.running import drawn
from xinglin.delivery.services.files import page_path
from xinglin.mobile.registry import page


@page(
    "delivery/read/<str:token>/",
    name="delivery.read",
    title=gettext_lazy("阅读文献"),
    tab="me",
    needs_identity=True,
)
def read(request: HttpRequest, token: str) -> HttpResponse:
    """Show the pages of a file to its reader, with the notice of what may be done with it."""
    file = queries.file_for(reader_of(request), token)
    services.note_reading(file=file)
    context = {"file": file, "row": file.request, "numbers": range(1, file.pages + 1)}
    return render(request, "delivery/mobile/read.html", context)


@page(
    "delivery/read/<str:token>/<int:number>.jpg",
    name="delivery.page",
    title=gettext_lazy("阅读文献"),
    tab="me",
    needs_identity=True,
)
def one_page(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """Return one page as a picture; drawn when first looked at, kept as long as the link."""
    file = queries.file_for(reader_of(request), token)
    return HttpResponse(page_picture(file, number), content_type="image/jpeg")


@page(
    "delivery/read/<str:token>/file/",
    name="delivery.download",
    title=gettext_lazy("下载文献"),
    tab="me",
    needs_identity=True,
)
@require_POST
def download(request: HttpRequest, token: str) -> HttpResponse:
    """Hand out the PDF, counted."""
    file = queries.file_for(reader_of(request), token)
    answer = HttpResponse(services.count_download(file=file), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{file.request.number}.pdf"'
    return answer


def page_picture(file: DeliveredFile, number: int) -> bytes:
    """Return a page of a delivered file as a JPEG. Raises ``NoSuchPage``, ``PdfUnfit``."""
    if not 1 <= number <= file.pages:
        raise NoSuchPage(_("这份文献只有 %(pages)d 页。"), pages=file.pages)
    path = page_path(file, number)
    if default_storage.exists(path):
        with default_storage.open(path) as kept:
            picture: bytes = kept.read()
        return picture
    made = drawn(default_storage.path(file.file), number)
    default_storage.save(path, ContentFile(made))
    return made
