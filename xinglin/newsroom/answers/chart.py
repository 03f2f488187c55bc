"""The result of a poll as a picture, to be shown in the next article."""

import io

from PIL import Image, ImageDraw, ImageFont

from xinglin.commons.typesetting import chinese_font_file
from xinglin.newsroom.answers.queries import Result

WIDTH, ROW, MARGIN = 900, 96, 48


def as_picture(result: Result, *, accent: str) -> bytes:
    """Return a bar chart as PNG, with the numbers in words. Raises ``FontMissing``."""
    path, face = chinese_font_file()
    title, small = (ImageFont.truetype(str(path), size, index=face) for size in (36, 26))
    heading = result.question.question
    a_line = (WIDTH - 2 * MARGIN) // 36
    heads = [heading[at : at + a_line] for at in range(0, len(heading), a_line)]
    top = MARGIN + 50 * len(heads) + 20
    picture = Image.new("RGB", (WIDTH, top + ROW * len(result.counts) + MARGIN + 30), "#ffffff")
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(heads):
        draw.text((MARGIN, MARGIN + 50 * number), line, font=title, fill="#191919")
    for number, (option, count, percent) in enumerate(result.lines):
        y = top + ROW * number
        draw.text((MARGIN, y), f"{option}　{count} 人（{percent}%）", font=small, fill="#333333")
        draw.rounded_rectangle((MARGIN, y + 42, WIDTH - MARGIN, y + 66), 12, fill="#eef1ef")
        full = round((WIDTH - 2 * MARGIN) * percent / 100)
        if full >= 24:
            draw.rounded_rectangle((MARGIN, y + 42, MARGIN + full, y + 66), 12, fill=accent)
    draw.text(
        (MARGIN, picture.height - MARGIN - 10), f"共 {result.people} 人回答", font=small, fill="#777777"
    )
    kept = io.BytesIO()
    picture.save(kept, "PNG", optimize=True)
    return kept.getvalue()
