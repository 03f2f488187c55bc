"""A branch's own library system, asked by SIP2 about its readers' loans (a branch need not switch to take part)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.circulation.models.devices import Charset, Terminator
from xinglin.commons.secrets import seal, unseal
from xinglin.consortium.models import Library


class KnownBy(models.TextChoices):
    """By which number the other system knows a reader."""

    CARD = "card", _("读者证号")
    STAFF_NUMBER = "staff_number", _("工号/学号")


class BranchSystem(models.Model):
    """How the system of one library is reached; its passwords are sealed."""

    library = models.OneToOneField(
        Library, verbose_name=_("馆"), on_delete=models.PROTECT, related_name="own_system"
    )
    product = models.CharField(_("系统"), max_length=60, blank=True)
    host = models.CharField(_("地址"), max_length=120)
    port = models.PositiveIntegerField(
        _("端口"), default=6001, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    login = models.CharField(_("登录名"), max_length=60, blank=True)
    sealed_password = models.TextField(blank=True, editable=False)
    sealed_terminal_password = models.TextField(blank=True, editable=False)
    institution = models.CharField(_("馆代码（AO）"), max_length=40, blank=True)
    location = models.CharField(_("位置（CP）"), max_length=40, blank=True)
    charset = models.CharField(_("字符集"), max_length=10, choices=Charset, default=Charset.UTF8)
    with_checksum = models.BooleanField(_("带校验"), default=True)
    terminator = models.CharField(_("行尾"), max_length=6, choices=Terminator, default=Terminator.CR)
    known_by = models.CharField(_("读者以什么号码登记"), max_length=14, choices=KnownBy, default=KnownBy.CARD)
    may_renew = models.BooleanField(_("可以续借"), default=True)
    active = models.BooleanField(_("使用中"), default=True)
    answered_at = models.DateTimeField(_("最近答复"), null=True, blank=True, editable=False)
    trouble = models.CharField(_("最近的问题"), max_length=300, blank=True, editable=False)
    trouble_at = models.DateTimeField(_("出问题时间"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("分馆自有系统")
        ordering = ["library__code"]

    def __str__(self) -> str:
        return f"{self.library.label} {self.product}".strip()

    @property
    def password(self) -> str:
        return unseal(self.sealed_password)

    @property
    def terminal_password(self) -> str:
        return unseal(self.sealed_terminal_password)

    def take_passwords(self, *, password: str, terminal_password: str) -> None:
        """Keep new passwords; an empty one leaves what there is."""
        if password:
            self.sealed_password = seal(password)
        if terminal_password:
            self.sealed_terminal_password = seal(terminal_password)

    @property
    def line_end(self) -> bytes:
        return self.terminator.replace("\\r", "\r").replace("\\n", "\n").encode()
