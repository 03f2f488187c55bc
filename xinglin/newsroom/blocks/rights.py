"""What must be known of a picture or film before others may see it: the licence, and a patient's consent."""

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.newsroom.blocks.fields import Fields
from xinglin.newsroom.errors import ContentUnfit

LICENCES = {
    "own": gettext_lazy("本馆（院）自己拍摄、绘制"),
    "licensed": gettext_lazy("已购买或获授权"),
    "cc": gettext_lazy("知识共享（CC）许可"),
    "public": gettext_lazy("公有领域"),
}


class Rights(NamedTuple):
    """The licence, whether a patient can be recognised, and the number of the consent."""

    licence: str
    patient: bool
    consent: str


def read(fields: Fields) -> Rights:
    """Take the three fields. Raises ``ContentUnfit`` for a licence that is not in the list."""
    licence = fields.text("licence", most=20)
    if licence and licence not in LICENCES:
        raise ContentUnfit(gettext_lazy("版权「%(licence)s」不在列表里，请重新选择。"), licence=licence)
    return Rights(licence, fields.flag("patient"), fields.text("consent", most=100))


def missing(licence: str, source: str, patient: bool, consent: str) -> Iterator[str]:
    """Say what is missing of the rights."""
    if not licence:
        yield _("没有说明版权（自己拍的，还是获了授权）")
    elif licence != "own" and not source:
        yield _("不是自己的作品，要写来源")
    if patient and not consent:
        yield _("能认出患者，要写知情同意书编号")
