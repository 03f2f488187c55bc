"""Accounts of the installation, and the tokens kept for them."""

import secrets

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.commons.secrets import seal, unseal
from xinglin.wechat.capabilities import AccountKind, Capability, allows


class CallbackMode(models.TextChoices):
    """How the platform sends pushes; the same three words stand on its own page."""

    PLAIN = "plain", _("明文模式")
    COMPATIBLE = "compatible", _("兼容模式")
    SAFE = "safe", _("安全模式")


def new_path() -> str:
    """Return a callback path nobody guesses: it is the first thing that keeps strangers out."""
    return secrets.token_hex(8)


def new_token() -> str:
    """Return a callback token; the platform takes 3 to 32 letters and digits."""
    return secrets.token_hex(12)


class Account(models.Model):
    """An official account or mini program that belongs to a library.

    Secret, token and AES keys are sealed: a dump of the database does not open the account.
    """

    library = models.ForeignKey(
        "consortium.Library",
        verbose_name=_("所属馆"),
        on_delete=models.PROTECT,
        related_name="wechat_accounts",
    )
    name = models.CharField(_("公众号名称"), max_length=60)
    kind = models.CharField(_("类型"), max_length=4, choices=AccountKind)
    appid = models.CharField(
        "AppID",
        max_length=32,
        unique=True,
        validators=[RegexValidator(r"^wx[0-9a-zA-Z]{4,30}$", _("AppID 以 wx 开头，由字母和数字组成。"))],
    )
    gh_id = models.CharField(
        _("原始 ID"),
        max_length=40,
        blank=True,
        validators=[RegexValidator(r"^gh_[0-9a-zA-Z]+$", _("原始 ID 以 gh_ 开头。"))],
    )
    path = models.SlugField(_("回调路径"), max_length=40, unique=True, default=new_path)
    mode = models.CharField(
        _("消息加解密方式"), max_length=10, choices=CallbackMode, default=CallbackMode.SAFE
    )
    # Off: the full service without a callback, by H5 links and texts that are pasted by hand.
    takes_callbacks = models.BooleanField(_("启用服务器配置"), default=True)
    sealed_secret = models.TextField(blank=True, editable=False)
    sealed_token = models.TextField(blank=True, editable=False)
    sealed_aes_key = models.TextField(blank=True, editable=False)
    sealed_previous_aes_key = models.TextField(blank=True, editable=False)
    api_base_url = models.URLField(
        _("接口地址"), blank=True, help_text=_("不填为微信官方接口或本系统的统一设置")
    )
    # What a probe found for each capability, and the account's own menu and replies before we took over.
    probed = models.JSONField(_("能力探测结果"), default=dict, blank=True)
    probed_at = models.DateTimeField(_("探测时间"), null=True, blank=True)
    kept_menu = models.JSONField(_("接入前的菜单与自动回复"), default=dict, blank=True)
    active = models.BooleanField(_("使用中"), default=True)
    created_at = models.DateTimeField(_("接入时间"), default=clock.now, editable=False)
    # Goes up with every change of the account or its rules: the gateway looks at this and nothing else.
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("公众号")
        ordering = ["library", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def secret(self) -> str:
        return unseal(self.sealed_secret)

    @secret.setter
    def secret(self, plain: str) -> None:
        self.sealed_secret = seal(plain)

    @property
    def token(self) -> str:
        return unseal(self.sealed_token)

    @token.setter
    def token(self, plain: str) -> None:
        self.sealed_token = seal(plain)

    @property
    def aes_key(self) -> str:
        return unseal(self.sealed_aes_key)

    @aes_key.setter
    def aes_key(self, plain: str) -> None:
        """Take a new key and keep the one it replaces: the platform may use that a while longer."""
        if self.sealed_aes_key and plain != self.aes_key:
            self.sealed_previous_aes_key = self.sealed_aes_key
        self.sealed_aes_key = seal(plain)

    @property
    def aes_keys(self) -> list[str]:
        """The keys that a push may be encrypted with, the present one first."""
        return [key for key in (self.aes_key, unseal(self.sealed_previous_aes_key)) if key]

    @property
    def callback_url(self) -> str:
        """What is entered on the platform's page."""
        return f"{settings.PUBLIC_URL}/wechat/callback/{self.path}"

    @property
    def base_url(self) -> str:
        return self.api_base_url or settings.WECHAT_API_URL

    def may(self, capability: Capability) -> bool:
        """Whether this account may use a capability, by the table and its own probe."""
        return allows(self.kind, capability, self.probed)


class TokenPurpose(models.TextChoices):
    ACCESS = "access", _("接口调用凭证")
    JSAPI = "jsapi", _("网页 JS-SDK 凭证")


class AccessToken(models.Model):
    """What the keeper holds for an account; written by ``keeper.py`` only."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    purpose = models.CharField(max_length=10, choices=TokenPurpose)
    sealed = models.TextField(blank=True)
    issued_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    forced_at = models.DateTimeField(null=True)
    # How often it was fetched, for the doctor: a number that runs away tells of a second user of the secret.
    generation = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("访问凭证")
        constraints = [
            models.UniqueConstraint(fields=["account", "purpose"], name="one_token_of_a_purpose"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.get_purpose_display()}"

    @property
    def value(self) -> str:
        return unseal(self.sealed)
