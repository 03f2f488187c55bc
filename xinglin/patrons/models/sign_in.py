"""Rows of signing in: the ticket a terminal shows, the code sent to a phone, the directories of hospitals."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.commons.secrets import seal, unseal
from xinglin.consortium.models import Library
from xinglin.patrons.models.patrons import Patron
from xinglin.patrons.sign_in.lifecycle import TicketState


class SignInTicket(models.Model):
    """What a terminal shows as a QR code and as six digits, for a minute.

    ``terminal`` is a keyed hash of a secret that the terminal's session alone holds: whoever copies the code can
    confirm it as themselves, and never collects it.
    """

    token = models.CharField(max_length=40, unique=True)
    digits = models.CharField(max_length=64)
    terminal = models.CharField(max_length=64)
    # What the code says where a room above makes it (a scene of WeChat); empty: the address of our page.
    code_text = models.CharField(max_length=300, blank=True)
    place = models.CharField(_("终端"), max_length=120, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=TicketState, default=TicketState.SHOWN)
    patron = models.ForeignKey(Patron, null=True, on_delete=models.CASCADE, related_name="+")
    shown_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("扫码登录")
        constraints = [
            models.UniqueConstraint(
                fields=["digits"],
                condition=models.Q(state__in=[TicketState.SHOWN, TicketState.SEEN]),
                name="one_open_ticket_of_some_digits",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="tickets_by_expiry")]

    def __str__(self) -> str:
        return f"{self.place} {self.get_state_display()}"


class PhoneCode(models.Model):
    """Six digits sent to the phone that a library has on file; only a keyed hash is kept."""

    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="phone_codes")
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    wrong = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("手机验证码")
        indexes = [models.Index(fields=["patron", "-sent_at"], name="phone_codes_of_a_patron")]

    def __str__(self) -> str:
        return f"{self.patron} {self.sent_at:%Y-%m-%d %H:%M}"


class DirectoryKind(models.TextChoices):
    CAS = "cas", _("CAS 统一身份认证")
    OIDC = "oidc", _("OpenID Connect")
    SAML = "saml", _("SAML 2.0")
    LDAP = "ldap", _("LDAP / 活动目录")
    WECOM = "wecom", _("企业微信")
    DINGTALK = "dingtalk", _("钉钉")


class Directory(models.Model):
    """A hospital's own directory: who signs in there is the reader with that staff number of that library."""

    library = models.ForeignKey(
        Library, verbose_name=_("馆"), on_delete=models.CASCADE, related_name="directories"
    )
    kind = models.CharField(_("种类"), max_length=10, choices=DirectoryKind)
    name = models.CharField(_("按钮文字"), max_length=40)
    address = models.CharField(_("地址"), max_length=300, blank=True)
    client_id = models.CharField(_("应用编号"), max_length=120, blank=True)
    agent_id = models.CharField(_("企业微信 AgentId"), max_length=40, blank=True)
    sealed_secret = models.TextField(blank=True, editable=False)
    # Which word of the directory's answer is the staff number; empty: what the kind usually has.
    number_from = models.CharField(_("工号字段"), max_length=60, blank=True)
    # LDAP: under which branch, and by which filter, the entry of a name is looked for.
    search_base = models.CharField(_("查找起点（Base DN）"), max_length=300, blank=True)
    search_filter = models.CharField(_("查找条件"), max_length=300, blank=True)
    # SAML: whose assertions are believed (entityID).
    issuer = models.CharField(_("对方的 EntityID"), max_length=300, blank=True)
    # PEM. SAML: what assertions are signed with; LDAP: who vouches for the server, where no public authority does.
    certificate = models.TextField(_("证书"), blank=True)
    active = models.BooleanField(_("使用中"), default=True)
    trouble = models.CharField(_("最近的问题"), max_length=300, blank=True, editable=False)
    trouble_at = models.DateTimeField(_("出问题时间"), null=True, blank=True, editable=False)
    used_at = models.DateTimeField(_("最近使用"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("统一身份认证")
        ordering = ["library__code", "name"]
        constraints = [
            models.UniqueConstraint(fields=["library", "name"], name="one_directory_of_a_name_a_library"),
        ]

    def __str__(self) -> str:
        return f"{self.library.label} · {self.name}"

    @property
    def secret(self) -> str:
        return unseal(self.sealed_secret)

    @secret.setter
    def secret(self, plain: str) -> None:
        self.sealed_secret = seal(plain)


class SamlAnswer(models.Model):
    """A checked assertion, kept until its browser collects it; afterwards the proof that it was brought already."""

    directory = models.ForeignKey(Directory, on_delete=models.CASCADE, related_name="+")
    assertion = models.CharField(max_length=64)
    in_response_to = models.CharField(max_length=100)
    number = models.CharField(max_length=100, blank=True)
    token = models.CharField(max_length=40, unique=True)
    collect_by = models.DateTimeField()
    collected_at = models.DateTimeField(null=True)
    good_until = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("SAML 断言")
        constraints = [
            models.UniqueConstraint(fields=["directory", "assertion"], name="an_assertion_is_good_once"),
        ]
        indexes = [models.Index(fields=["good_until"], name="assertions_by_expiry")]

    def __str__(self) -> str:
        return f"{self.directory} {self.collect_by:%Y-%m-%d %H:%M}"
