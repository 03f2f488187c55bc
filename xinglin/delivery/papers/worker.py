"""The process that opens PDF files. It is given paths and limits, answers one line of JSON, and may be killed.

    python -m xinglin.delivery.papers.worker inspect IN
    python -m xinglin.delivery.papers.worker mark IN OUT MARKS.json
    python -m xinglin.delivery.papers.worker draw IN OUT PAGE WIDTH

Nothing of the house is imported here: what a file can break is this process alone.
"""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

from pypdf import PageObject, PdfReader, PdfWriter, Transformation
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, NameObject

MEMORY = 2 * 1024**3
SECONDS = 90
MOST_PAGES = 600
# PDF 1.7 (ISO 32000-1, annex C.2): a page is at least 3 and at most 14 400 units wide and high.
SMALLEST, LARGEST_SIDE = 3, 14_400
LARGEST_PICTURE = 40_000_000  # pixels
_ACTIVE = ("/JavaScript", "/JS", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/RichMedia")


class Unfit(Exception):
    """The file is not one that we take; the argument is the reason's name."""


def limit() -> None:
    """Cap what this process may use; where the system knows no such limits (Windows) the clock still does."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def _reader(path: str) -> PdfReader:
    try:
        reader = PdfReader(path, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unfit("encrypted")
        count = len(reader.pages)
    except Unfit:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise Unfit("broken") from error
    if count == 0:
        raise Unfit("empty")
    if count > MOST_PAGES:
        raise Unfit("too_many_pages")
    return reader


def inspect(path: str) -> dict[str, object]:
    """Count the pages, and return the different sizes they have in points, as they are seen."""
    reader = _reader(path)
    sizes: list[list[int]] = []
    for page in reader.pages:
        size = list(_seen_size(page))
        if size not in sizes:
            sizes.append(size)
    return {"pages": len(reader.pages), "sizes": sizes}


def _seen_size(page: PageObject) -> tuple[int, int]:
    box = page.cropbox
    width, height = round(float(box.width)), round(float(box.height))
    if not (SMALLEST <= width <= LARGEST_SIDE and SMALLEST <= height <= LARGEST_SIDE):
        raise Unfit("broken")
    turned = int(page.get("/Rotate", 0) or 0) % 180
    return (height, width) if turned else (width, height)


def mark(path: str, out: str, marks: str) -> dict[str, object]:
    """Write the file anew with a mark over every page: pages only, without scripts, forms and attachments."""
    reader = _reader(path)
    overlays = {
        tuple(each["size"]): PdfReader(io.BytesIO(bytes.fromhex(each["pdf"]))).pages[0]
        for each in json.loads(Path(marks).read_text())
    }
    writer = PdfWriter()
    for page in reader.pages:
        size = _seen_size(page)
        added = writer.add_page(page)
        if int(added.get("/Rotate", 0) or 0) % 360:
            added.transfer_rotation_to_content()
        _disarm(added)
        overlay = overlays[size]
        box = added.cropbox
        scale_x = float(box.width) / float(overlay.mediabox.width)
        scale_y = float(box.height) / float(overlay.mediabox.height)
        place = Transformation().scale(scale_x, scale_y).translate(float(box.left), float(box.bottom))
        added.merge_transformed_page(overlay, place, over=True)
    writer.compress_identical_objects()
    with open(out, "wb") as file:
        writer.write(file)
    return {"pages": len(writer.pages)}


def _disarm(page: PageObject) -> None:
    """Take from a page what acts by itself, and the links that would; plain links stay."""
    for name in ("/AA", "/Metadata", "/PieceInfo"):
        if name in page:
            del page[name]
    annotations = page.get("/Annots")
    if annotations is None:
        return
    kept = []
    for reference in annotations.get_object():
        annotation = reference.get_object()
        if "/AA" in annotation or any(word in str(annotation) for word in _ACTIVE):
            continue
        if annotation.get("/Subtype") == "/Link":
            kept.append(reference)
    page[NameObject("/Annots")] = ArrayObject(kept)


def draw(path: str, out: str, number: str, width: str) -> dict[str, object]:
    """Draw one page as a JPEG of a width."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    page = document[int(number) - 1]
    wide, high = page.get_size()
    scale = int(width) / wide
    if wide * high * scale * scale > LARGEST_PICTURE:
        scale = (LARGEST_PICTURE / (wide * high)) ** 0.5
    page.render(scale=scale).to_pil().convert("RGB").save(out, "JPEG", quality=82, optimize=True)
    return {}


def main(arguments: list[str]) -> int:
    limit()
    deeds: dict[str, Callable[..., dict[str, object]]] = {"inspect": inspect, "mark": mark, "draw": draw}
    try:
        answer = deeds[arguments[0]](*arguments[1:])
    except Unfit as unfit:
        answer = {"unfit": str(unfit)}
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
