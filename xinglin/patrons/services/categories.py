"""Categories of readers; the same for the whole consortium."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.patrons.errors import CategoryCodeTaken
from xinglin.patrons.models import PatronCategory, Right


@transaction.atomic
def add_category(
    *, code: str, name: str, rights: Sequence[Right] = (), months_valid: int | None = None, by: Staff | None
) -> PatronCategory:
    """Add a category of readers. Raises ``CategoryCodeTaken``."""
    access.require(by, "patrons.change_category", None)
    _refuse_taken(PatronCategory(code=code, name=name))
    category = PatronCategory.objects.create(
        code=code, name=name, rights=[right.value for right in rights], months_valid=months_valid
    )
    history.record(category, "add", by=by.user if by else None, changes={"code": code, "name": name})
    return category


@transaction.atomic
def amend_category(
    *,
    category: PatronCategory,
    name: str,
    rights: Sequence[Right],
    months_valid: int | None,
    active: bool = True,
    by: Staff | None,
) -> PatronCategory:
    """Change a category; cards that were issued keep their expiry. Raises ``CategoryCodeTaken``."""
    access.require(by, "patrons.change_category", None)
    kept = PatronCategory.objects.select_for_update().get(pk=category.pk)
    new: dict[str, object] = {
        "name": name,
        "rights": [right.value for right in rights],
        "months_valid": months_valid,
        "active": active,
    }
    changes = {
        field: [getattr(kept, field), value] for field, value in new.items() if getattr(kept, field) != value
    }
    for field, value in new.items():
        setattr(kept, field, value)
    _refuse_taken(kept)
    kept.save()
    if changes:
        history.record(kept, "amend", by=by.user if by else None, changes=changes)
    return kept


def _refuse_taken(category: PatronCategory) -> None:
    others = PatronCategory.objects.exclude(pk=category.pk)
    if others.filter(code__iexact=category.code).exists() or others.filter(name=category.name).exists():
        raise CategoryCodeTaken(
            _("已有代码为「%(code)s」或名称为「%(name)s」的类别；请换一个。"),
            code=category.code,
            name=category.name,
        )
