"""What a notice says: the room's own words, or the library's wording of that kind."""

from dataclasses import dataclass
from string import Template
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from xinglin.notices.errors import WordingUnreadable
from xinglin.notices.kinds import NoticeKind

if TYPE_CHECKING:
    from xinglin.notices.models import Notice

MOST = 1000


@dataclass(frozen=True)
class Wording:
    """What is sent; ``address`` is absolute, or empty."""

    heading: str
    text: str
    address: str


def wording_of(notice: "Notice") -> Wording:
    """Return what is said of a notice, in the library's wording where there is one."""
    from xinglin.notices.models import KindSetting  # the channels are found before the models are used

    own = KindSetting.objects.filter(kind=notice.kind).values_list("wording", flat=True).first()
    text = notice.text
    if own:
        text = Template(own).safe_substitute(
            {
                **{str(name): str(value) for name, value in notice.fields.items()},
                "heading": notice.title,
                "text": notice.text,
                "reader": notice.patron.name,
                "home_library": notice.library.label,
            }
        )
    return Wording(notice.title, text, absolute(notice.link))


def absolute(link: str) -> str:
    """Return an address that opens anywhere; a link of ours is a path."""
    return urljoin(f"{settings.PUBLIC_URL}/", link) if link else ""


def check_wording(kind: NoticeKind, wording: str) -> str:
    """Return a wording that can be filled. Raises ``WordingUnreadable`` for a name that the kind has not."""
    written = wording.strip()
    if len(written) > MOST:
        raise WordingUnreadable(_("文字最多 %(most)d 个字，现在有 %(n)d 个。"), most=MOST, n=len(written))
    template = Template(written)
    if not template.is_valid():
        raise WordingUnreadable(_("文字里的 $ 后面要写要素的名称，例如 ${text}；要写美元符号请写 $$。"))
    unknown = [name for name in template.get_identifiers() if name not in kind.placeholders]
    if unknown:
        raise WordingUnreadable(
            _("「%(unknown)s」不是这种提醒的要素；可以用：%(known)s。"),
            unknown="、".join(unknown),
            known="、".join(f"${{{name}}}" for name in kind.placeholders),
        )
    return written
