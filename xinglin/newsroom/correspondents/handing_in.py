"""A correspondent's piece from the phone: words and pictures in, an article handed in for review out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from secrets import token_hex

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.consortium.models import Staff
from xinglin.newsroom import services
from xinglin.newsroom.blocks import About, Block, Content, Picture, Poll, Text, from_plain
from xinglin.newsroom.errors import FileUnfit
from xinglin.newsroom.models import Article, Column, Review
from xinglin.newsroom.review import services as review
from xinglin.newsroom.services import Arrangement

MOST_PICTURES = 9


@dataclass(frozen=True, kw_only=True)
class PieceFile:
    """What is typed on the phone. Pictures come with one sentence about all of them."""

    column: Column
    title: str
    text: str
    about: About
    pictures: "Sequence[UploadedFile[bytes]]" = field(default_factory=tuple)
    pictures_show: str = ""
    licence: str = ""
    picture_source: str = ""
    patient: bool = False
    consent: str = ""
    question: str = ""
    options: Sequence[str] = ()
    expires_on: date | None = None


@transaction.atomic
def hand_in(*, file: PieceFile, by: Staff, submit: bool = True) -> tuple[Article, Review | None]:
    """Write an article from the phone and hand it in; everything or nothing.

    Raises ``NotReady`` with what is missing, ``FileUnfit``, ``ContentUnfit``.
    """
    if len(file.pictures) > MOST_PICTURES:
        raise FileUnfit(
            _("一次最多 %(most)d 张图片，您选了 %(n)d 张。"), most=MOST_PICTURES, n=len(file.pictures)
        )
    blocks: list[Block] = [Text(from_plain(file.text))]
    for number, upload in enumerate(file.pictures, start=1):
        stored = services.keep_file(library=by.library, file=upload, name=upload.name or "", by=by)
        if stored.sort != "picture":
            raise FileUnfit(_("「%(name)s」不是图片；手机投稿只收图片，文件请在工作台上传。"), name=stored)
        said = f"{file.pictures_show}（{number}）" if len(file.pictures) > 1 else file.pictures_show
        blocks.append(
            Picture(
                stored.name, said if file.pictures_show else "", file.pictures_show, file.picture_source,
                file.licence, file.patient, file.consent,
            )
        )  # fmt: skip
    if file.question:
        blocks.append(Poll(token_hex(4), file.question, tuple(file.options)))
    article = services.write(
        library=by.library,
        content=Content(title=file.title, blocks=tuple(blocks), about=file.about),
        arrangement=Arrangement(file.column, expires_on=file.expires_on),
        by=by,
    )
    if not submit:
        return article, None
    return article, review.submit(article=article, version=article.version, by=by)
