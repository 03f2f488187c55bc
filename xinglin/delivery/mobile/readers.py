"""Whose page it is."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from xinglin.commons.errors import NotAllowed
from xinglin.patrons.models import Patron
from xinglin.wechat.links import patron_of


def reader_of(request: HttpRequest) -> Patron:
    """Return the reader who looks at their own pages. Raises ``NotAllowed``."""
    patron = patron_of(request)
    if patron is None:
        raise NotAllowed(_("请先绑定读者证，再使用文献传递。"))
    return patron
