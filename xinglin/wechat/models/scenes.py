"""QR codes that know where they hang: on a shelf, in a ward, on a poster, at an event."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.wechat.models.accounts import Account


class SceneKind(models.TextChoices):
    SHELF = "shelf", _("书架")
    WARD = "ward", _("病区")
    DEPARTMENT = "department", _("科室")
    POSTER = "poster", _("海报")
    EVENT = "event", _("活动")
    DESK = "desk", _("服务台")


def new_key() -> str:
    """Return a key nobody guesses, of letters that survive being typed."""
    return "".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _each in range(8))


class SceneCode(models.Model):
    """One code. Where the account has scene codes it is the platform's, else it opens a page of ours.

    ``scene`` is ``qr.<key>``: what the platform sends back when somebody follows or scans by it.
    """

    account = models.ForeignKey(
        Account, verbose_name=_("公众号"), on_delete=models.CASCADE, related_name="scene_codes"
    )
    key = models.SlugField(max_length=12, unique=True, default=new_key, editable=False)
    kind = models.CharField(_("用途"), max_length=12, choices=SceneKind)
    name = models.CharField(_("名称"), max_length=40, help_text=_("印在二维码下面，如“内科病区”"))
    hint = models.CharField(_("提示语"), max_length=40, blank=True, help_text=_("印在名称下面"))
    # Where a scan leads: a page of ours. Empty is the account's greeting and its home page.
    path = models.CharField(_("扫码后打开"), max_length=200, blank=True)
    ticket = models.CharField(max_length=200, blank=True, editable=False)
    url = models.CharField(_("二维码内容"), max_length=200, blank=True, editable=False)
    expires_at = models.DateTimeField(_("到期"), null=True, blank=True)
    problem = models.CharField(_("未生成原因"), max_length=200, blank=True)
    active = models.BooleanField(_("使用中"), default=True)
    created_at = models.DateTimeField(_("创建时间"), default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("场景二维码")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["account", "kind"], name="scene_codes_of_an_account")]

    def __str__(self) -> str:
        return self.name

    @property
    def scene(self) -> str:
        return f"qr.{self.key}"

    @property
    def is_of_the_platform(self) -> bool:
        """Whether a scan goes through WeChat, which then knows who scanned."""
        return bool(self.ticket)


class SceneScans(models.Model):
    """How often a code was used on a day: to follow, by followers, and as a plain link. Nobody by name."""

    code = models.ForeignKey(SceneCode, on_delete=models.CASCADE, related_name="scans")
    day = models.DateField(_("日期"))
    follows = models.PositiveIntegerField(_("新关注"), default=0)
    scans = models.PositiveIntegerField(_("扫码"), default=0)
    opens = models.PositiveIntegerField(_("打开页面"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("扫码次数")
        constraints = [models.UniqueConstraint(fields=["code", "day"], name="scans_once_a_day")]

    def __str__(self) -> str:
        return f"{self.code} {self.day}"
