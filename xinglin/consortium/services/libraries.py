"""Changes to libraries: their profile, their place in the tree, their contacts and their map."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import history
from xinglin.consortium import access, queries
from xinglin.consortium.errors import LibraryCodeTaken, LibraryInUse, LibraryUnfit
from xinglin.consortium.fields import LARGEST_PICTURE, picture_kind
from xinglin.consortium.models import Contact, Library, Staff


class Profile(TypedDict, total=False):
    """What may be said of a library besides its code and its place in the tree."""

    name: str
    short_name: str
    kind: str
    introduction: str
    specialities: str
    rules: str
    address: str
    phone: str
    email: str
    latitude: object
    longitude: object
    network_ranges: list[str]
    floor_map_caption: str
    is_open_to_public: bool


@dataclass(frozen=True)
class ContactLine:
    """One contact as it is written down."""

    duty: str
    name: str = ""
    phone: str = ""
    email: str = ""


@transaction.atomic
def add_library(
    *, code: str, parent: Library | None = None, by: Staff | None, **profile: Unpack[Profile]
) -> Library:
    """Add a library to the consortium.

    Raises ``LibraryCodeTaken``, or ``LibraryUnfit`` with what cannot be.
    """
    access.require(by, "consortium.add_library", parent.pk if parent else None)
    code = code.strip().upper()
    if Library.objects.filter(code=code).exists():
        raise LibraryCodeTaken(_("馆代码「%(code)s」已被使用；请换一个。"), code=code)
    library = Library(code=code, parent=parent, **profile)
    _check(library)
    library.save()
    history.record(library, "add", by=by.user if by else None, changes={"code": code, **profile})
    return library


@transaction.atomic
def amend_library(*, library: Library, by: Staff | None, **profile: Unpack[Profile]) -> Library:
    """Change what is said of a library.

    Raises ``LibraryUnfit`` with what cannot be.
    """
    access.require(by, "consortium.change_library", library.pk)
    kept = Library.objects.select_for_update().get(pk=library.pk)
    changes = {
        name: [getattr(kept, name), value] for name, value in profile.items() if getattr(kept, name) != value
    }
    for name in changes:
        setattr(kept, name, profile[name])  # type: ignore[literal-required]
    if changes:
        _check(kept)
        kept.save()
        plain = {name: [str(old), str(new)] for name, (old, new) in changes.items()}
        history.record(kept, "amend", by=by.user if by else None, changes=plain)
    return kept


@transaction.atomic
def set_contacts(*, library: Library, contacts: Sequence[ContactLine], by: Staff | None) -> None:
    """Replace the contacts of a library, in this order."""
    access.require(by, "consortium.change_library", library.pk)
    Library.objects.select_for_update().get(pk=library.pk)
    before = [str(contact) for contact in library.contacts.all()]
    library.contacts.all().delete()
    rows = Contact.objects.bulk_create(
        Contact(
            library=library,
            position=position,
            duty=line.duty,
            name=line.name,
            phone=line.phone,
            email=line.email,
        )
        for position, line in enumerate(contacts)
    )
    after = [str(contact) for contact in rows]
    history.record(
        library, "set_contacts", by=by.user if by else None, changes={"before": before, "after": after}
    )


@transaction.atomic
def set_floor_map(*, library: Library, picture: "File[bytes]", by: Staff | None) -> Library:
    """Keep the picture of a library's floors. The old file stays until the change is committed.

    Raises ``LibraryUnfit`` for what is no picture by its first bytes, or is too large.
    """
    access.require(by, "consortium.change_library", library.pk)
    if picture.size > LARGEST_PICTURE:
        raise LibraryUnfit(
            _("图片有 %(mb).1f MB，最多 %(most)d MB；请压缩后再传。"),
            mb=picture.size / 1024 / 1024,
            most=LARGEST_PICTURE // 1024 // 1024,
        )
    picture.seek(0)
    kind = picture_kind(picture.read(16))
    if kind is None:
        raise LibraryUnfit(_("平面图要用 PNG、JPEG、GIF 或 WebP 图片；这个文件不是图片。"))
    picture.seek(0)
    kept = Library.objects.select_for_update().get(pk=library.pk)
    storage, old = kept.floor_map.storage, kept.floor_map.name
    kept.floor_map.save(f"{kept.code}.{kind.partition('/')[2]}", picture)
    if old:
        transaction.on_commit(lambda: storage.delete(old))
    history.record(kept, "set_floor_map", by=by.user if by else None)
    return kept


@transaction.atomic
def close_library(*, library: Library, reason: str, by: Staff | None) -> Library:
    """Take a library out of running; its rows stay, readers no longer see it.

    Raises ``LibraryInUse`` while running libraries stand below it.
    """
    access.require(by, "consortium.close_library", library.pk)
    kept = Library.objects.select_for_update().get(pk=library.pk)
    below = Library.objects.filter(pk__in=queries.below(kept) - {kept.pk}, active=True).count()
    if below:
        raise LibraryInUse(
            _("「%(name)s」下面还有 %(below)d 个运行中的馆；请先停用它们。"), name=kept.name, below=below
        )
    kept.active = False
    kept.save(update_fields=["active"])
    history.record(kept, "close", by=by.user if by else None, reason=reason)
    return kept


@transaction.atomic
def reopen_library(*, library: Library, by: Staff | None) -> Library:
    """Put a library back into running."""
    access.require(by, "consortium.close_library", library.pk)
    kept = Library.objects.select_for_update().get(pk=library.pk)
    kept.active = True
    kept.save(update_fields=["active"])
    history.record(kept, "reopen", by=by.user if by else None)
    return kept


def _check(library: Library) -> None:
    try:
        library.full_clean()
    except ValidationError as error:
        raise LibraryUnfit(_("馆的资料有误：%(why)s"), why=" ".join(error.messages)) from None
