"""Copies that stay where they are brought back (浮动馆藏): by which rule, and whose they are."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.models import Item, ItemType
from xinglin.commons import clock
from xinglin.consortium.models import Library, Staff


class FloatingRule(models.Model):
    """Copies of a kind, of one library, stay in another one when they are brought back there; empty means any.

    What a library gives out of its shelves is its own to say: its staff make its rules, the consortium's those for
    the copies of all libraries.
    """

    owner = models.ForeignKey(
        Library, verbose_name=_("原属馆"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    stays_in = models.ForeignKey(
        Library, verbose_name=_("还书馆"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    item_type = models.CharField(_("单册类型"), max_length=12, choices=ItemType, blank=True)
    made_at = models.DateTimeField(_("登记时间"), default=clock.now)
    made_by = models.ForeignKey(
        Staff, verbose_name=_("登记人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    retired_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("浮动规则")
        ordering = ["owner__code", "stays_in__code", "item_type", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "stays_in", "item_type"],
                condition=Q(retired_at__isnull=True),
                nulls_distinct=False,
                name="one_floating_rule_for_a_case",
            ),
        ]

    def __str__(self) -> str:
        owner = self.owner.label if self.owner else _("所有馆")
        there = self.stays_in.label if self.stays_in else _("任一馆")
        kind = self.get_item_type_display() if self.item_type else _("所有类型")
        return str(_("%(owner)s的%(kind)s还到%(there)s")) % {"owner": owner, "kind": kind, "there": there}


class FloatingCopy(models.Model):
    """A copy that stands in another library than the one it belongs to, since it was brought back there.

    In the catalogue it is the library's where it stands: there it is fetched, lent and counted. ``location`` is the
    shelf of its owner where it goes when it comes home.
    """

    item = models.OneToOneField(
        Item, verbose_name=_("单册"), on_delete=models.CASCADE, primary_key=True, related_name="floating"
    )
    owner = models.ForeignKey(
        Library, verbose_name=_("原属馆"), on_delete=models.PROTECT, related_name="floating_copies"
    )
    location = models.CharField(_("原馆藏地点"), max_length=120, blank=True)
    since = models.DateTimeField(_("自"))

    class Meta:
        verbose_name = verbose_name_plural = _("浮动馆藏")
        ordering = ["-since", "-pk"]

    def __str__(self) -> str:
        return f"{self.item} · {self.owner.label}"
