"""Rows of the console itself: sign-ins that failed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FailedSignIn(models.Model):
    """One failed try to sign in; several of them stop the guessing for a while."""

    username = models.CharField(_("用户名"), max_length=150)
    address = models.GenericIPAddressField(_("网络地址"), null=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("登录失败记录")
        indexes = [
            models.Index(fields=["username", "at"], name="failed_sign_ins_by_name"),
            models.Index(fields=["address", "at"], name="failed_sign_ins_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.username} {self.at:%Y-%m-%d %H:%M}"
