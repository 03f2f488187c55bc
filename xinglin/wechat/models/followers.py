"""Followers, the reader each of them is, and what a chat with them remembers."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.wechat.models.accounts import Account


class Follower(models.Model):
    """Somebody of whom we know an openid. The platform gives neither name nor picture.

    After an unfollow the row stays for the count, without the openid and all that was kept with it.
    """

    account = models.ForeignKey(
        Account, verbose_name=_("公众号"), on_delete=models.CASCADE, related_name="followers"
    )
    openid = models.CharField("OpenID", max_length=128)
    unionid = models.CharField("UnionID", max_length=128, blank=True)
    is_following = models.BooleanField(_("关注中"), default=True)
    first_seen_at = models.DateTimeField(_("首次来访"), default=clock.now)
    followed_at = models.DateTimeField(_("关注时间"), null=True, blank=True)
    unfollowed_at = models.DateTimeField(_("取消关注时间"), null=True, blank=True)
    erased_at = models.DateTimeField(_("资料删除时间"), null=True, blank=True)
    scene = models.CharField(_("来源场景"), max_length=64, blank=True)
    remark = models.CharField(_("备注"), max_length=60, blank=True)
    starred = models.BooleanField(_("星标"), default=False)
    # From the synchronisation. The gateway's own statements know nothing of these: the database fills them in.
    came_by = models.CharField(_("关注方式"), max_length=40, blank=True, db_default="")
    is_blocked = models.BooleanField(_("黑名单"), db_default=False)
    known_at = models.DateTimeField(_("资料更新时间"), null=True, blank=True)
    seen_by_sync = models.BigIntegerField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("关注者")
        constraints = [
            models.UniqueConstraint(fields=["account", "openid"], name="an_openid_once_an_account"),
        ]
        indexes = [models.Index(fields=["account", "is_following"], name="followers_of_an_account")]

    def __str__(self) -> str:
        return self.remark or self.short_name

    @property
    def short_name(self) -> str:
        """A name to speak of somebody without one: the end of the openid, which differs between people."""
        return _("关注者 %(tail)s") % {"tail": self.openid[-6:]}


class BoundThrough(models.TextChoices):
    CODE = "code", _("绑定码")
    PASSWORD = "password", _("卡号与密码")
    DESK = "desk", _("馆员代办")


class Binding(models.Model):
    """A follower is a reader. One reader may have several; a follower has one at a time."""

    follower = models.ForeignKey(
        Follower, verbose_name=_("关注者"), on_delete=models.CASCADE, related_name="bindings"
    )
    patron = models.ForeignKey(
        "patrons.Patron", verbose_name=_("读者"), on_delete=models.CASCADE, related_name="wechat_bindings"
    )
    through = models.CharField(_("方式"), max_length=10, choices=BoundThrough)
    bound_at = models.DateTimeField(_("绑定时间"), default=clock.now)
    unbound_at = models.DateTimeField(_("解绑时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("读者绑定")
        ordering = ["-bound_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["follower"], condition=Q(unbound_at__isnull=True), name="one_binding_a_follower"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.follower} – {self.patron}"


class BindingCode(models.Model):
    """Six digits that a librarian or the reader's own page shows, typed into the chat once.

    Only a keyed hash is kept; the digits are seen by the one they are shown to.
    """

    digest = models.CharField(max_length=64)
    patron = models.ForeignKey("patrons.Patron", on_delete=models.CASCADE, related_name="binding_codes")
    issued_at = models.DateTimeField(default=clock.now)
    issued_by = models.ForeignKey("consortium.Staff", null=True, on_delete=models.SET_NULL, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("绑定码")
        constraints = [
            models.UniqueConstraint(
                fields=["digest"], condition=Q(used_at__isnull=True), name="one_open_code_of_a_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patron} {self.expires_at:%Y-%m-%d %H:%M}"


class PersonalLink(models.Model):
    """A link sent to one follower. The first browser that opens it keeps it; to others it is worthless."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    follower = models.ForeignKey(Follower, on_delete=models.CASCADE, related_name="links")
    path = models.CharField(max_length=500)
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    # A keyed hash of the cookie that the first browser was given.
    browser = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("个人链接")
        indexes = [models.Index(fields=["expires_at"], name="links_by_expiry")]

    def __str__(self) -> str:
        return self.path


class Conversation(models.Model):
    """Where a follower stands in a chat of several steps; forgotten by itself after some minutes."""

    follower = models.OneToOneField(
        Follower, primary_key=True, on_delete=models.CASCADE, related_name="conversation"
    )
    name = models.CharField(max_length=60)
    state = models.JSONField(default=dict)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("会话步骤")

    def __str__(self) -> str:
        return self.name
