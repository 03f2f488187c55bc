"""Staff of the libraries, and the roles they hold over a library and what is below it."""

from datetime import date
from functools import cached_property

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.consortium.models.libraries import Library
from xinglin.consortium.roles import ROLES


class Staff(models.Model):
    """A librarian, or another person who signs in to the console: an account with a library."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("账号"), on_delete=models.PROTECT, related_name="staff"
    )
    library = models.ForeignKey(
        Library, verbose_name=_("所属馆"), on_delete=models.PROTECT, related_name="staff"
    )
    title = models.CharField(_("岗位"), max_length=60, blank=True)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    active = models.BooleanField(_("在职"), default=True)
    medical_licence = models.CharField(_("医师执业证号"), max_length=40, blank=True)
    licence_valid_until = models.DateField(_("执业证有效期至"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("馆员")
        ordering = ["library", "user__username"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The person's name; the sign-in name where none was given."""
        return self.user.first_name or self.user.get_username()

    @cached_property
    def grants_held(self) -> tuple[tuple[str, int | None], ...]:
        """Each role held with its library (None: the whole consortium), read once for this object."""
        return tuple(self.grants.values_list("role", "library_id"))

    def is_licensed(self, on: date) -> bool:
        """Whether the medical licence covers a day; a licence without an end date does not."""
        return bool(self.medical_licence and self.licence_valid_until and self.licence_valid_until >= on)


class RoleGrant(models.Model):
    """A role given to someone over a library and all below it, or over the whole consortium."""

    staff = models.ForeignKey(Staff, verbose_name=_("馆员"), on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(_("角色"), max_length=40)
    library = models.ForeignKey(
        Library,
        verbose_name=_("范围"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("该馆及其下级馆；不填为整个联盟"),
    )

    class Meta:
        verbose_name = verbose_name_plural = _("角色授权")
        ordering = ["staff", "role", "library"]
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "role", "library"],
                nulls_distinct=False,
                name="one_grant_of_a_role_and_scope",
            ),
        ]

    def __str__(self) -> str:
        where = self.library.label if self.library else _("整个联盟")
        return f"{self.role_name} · {where}"

    @property
    def role_name(self) -> str:
        return str(ROLES[self.role].name)
