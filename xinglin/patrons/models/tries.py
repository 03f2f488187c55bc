"""How often something was guessed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tries(models.Model):
    """Wrong guesses about one thing within one window; written by ``attempts.py`` only.

    The key is a keyed hash: the table says neither which card nor from where.
    """

    key = models.CharField(_("键"), max_length=64, primary_key=True)
    wrong = models.PositiveIntegerField(_("错误次数"))
    since = models.DateTimeField(_("自"))
    last = models.DateTimeField(_("最近一次"))

    class Meta:
        verbose_name = verbose_name_plural = _("猜测记录")
        indexes = [models.Index(fields=["last"], name="tries_by_age")]

    def __str__(self) -> str:
        return f"{self.key[:8]}… {self.wrong}"
