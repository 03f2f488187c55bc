"""An article's pictures at the platform: made fit, uploaded once for an account, and a cover where there is none."""

import io
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from django.core.files.storage import default_storage
from PIL import Image, ImageDraw, ImageFont, ImageOps

from xinglin.commons.typesetting import chinese_font_file
from xinglin.newsroom.models import PlatformPicture, StoredFile
from xinglin.wechat.calling import client_for
from xinglin.wechat.client import File
from xinglin.wechat.models import Account

# media/uploadimg takes JPEG and PNG under 1 MB (protocol sheet §8.8).
LARGEST = 1024 * 1024
WIDEST = 1440
COVER_SIZE = (900, 383)
# A bomb of a picture is refused before it is unpacked.
Image.MAX_IMAGE_PIXELS = 40_000_000


def address_of(account: Account, file: str) -> str:
    """Return the platform's address of a stored picture, uploading it when it is not there yet."""
    known = PlatformPicture.objects.filter(account=account, file=file, purpose="body").first()
    if known is not None:
        return known.address
    client, data = client_for(account), _bytes_of(file)
    if file.endswith(".gif"):
        # A moving picture is taken as a permanent material only; its address works inside WeChat.
        address = client.material.add("image", File(file, data)).url
    else:
        address = client.media.upload_article_image(_fit(file, data))
    PlatformPicture.objects.get_or_create(
        account=account, file=file, purpose="body", defaults={"address": address}
    )
    return address


def cover_of(account: Account, file: str, *, title: str, accent: str) -> str:
    """Return the material of a cover; without a picture one is drawn with the title on it."""
    name = file or f"drawn:{accent}:{title}"[:80]
    known = PlatformPicture.objects.filter(account=account, file=name, purpose="cover").first()
    if known is not None:
        return known.media_id
    sent = _fit(file, _bytes_of(file)) if file else File("cover.png", drawn_cover(title, accent))
    media_id = client_for(account).material.add("image", sent).media_id
    PlatformPicture.objects.get_or_create(
        account=account, file=name, purpose="cover", defaults={"media_id": media_id}
    )
    return media_id


def drawn_cover(title: str, accent: str) -> bytes:
    """Return a plain cover: the title in white on the library's colour. Raises ``FontMissing``."""
    path, face = chinese_font_file()
    picture = Image.new("RGB", COVER_SIZE, accent)
    draw = ImageDraw.Draw(picture)
    size = 64 if len(title) <= 24 else 48
    font = ImageFont.truetype(str(path), size, index=face)
    a_line = (COVER_SIZE[0] - 120) // size
    lines = [title[at : at + a_line] for at in range(0, min(len(title), a_line * 4), a_line)] or [""]
    top = (COVER_SIZE[1] - len(lines) * int(size * 1.4)) // 2
    for number, line in enumerate(lines):
        draw.text((60, top + number * int(size * 1.4)), line, font=font, fill="#ffffff")
    kept = io.BytesIO()
    picture.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _bytes_of(file: str) -> bytes:
    stored = StoredFile.objects.get(name=file)
    with default_storage.open(stored.path) as source:
        data: bytes = source.read()
    return data


def _fit(name: str, data: bytes) -> File:
    """Return a picture as the platform takes it: JPEG or PNG, not wider than a phone needs, under 1 MB."""
    is_plain = name.endswith((".png", ".jpg"))
    if is_plain and len(data) < LARGEST:
        return File(name, data)
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    if picture.width > WIDEST:
        picture = picture.resize((WIDEST, round(picture.height * WIDEST / picture.width)))
    for quality in (88, 75, 60, 40):
        kept = io.BytesIO()
        picture.save(kept, "JPEG", quality=quality, optimize=True)
        if kept.tell() < LARGEST:
            break
    return File(f"{PurePath(name).stem}.jpg", kept.getvalue())


def cover_variants(
    file: str, title: str, accent: str, sizes: Sequence[tuple[str, int, int]]
) -> Iterator[tuple[str, bytes]]:
    """Return the cover cut to each size, from its middle; a drawn one where there is no picture."""
    data = _bytes_of(file) if file else drawn_cover(title, accent)
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    for label, width, height in sizes:
        kept = io.BytesIO()
        if file:
            ImageOps.fit(picture, (width, height)).save(kept, "PNG")
        else:
            ground = Image.new("RGB", (width, height), accent)
            drawn = ImageOps.contain(picture, (width, height))
            ground.paste(drawn, ((width - drawn.width) // 2, (height - drawn.height) // 2))
            ground.save(kept, "PNG")
        yield label, kept.getvalue()
