"""Self-check machines and gates, and what they said."""

from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.fields import validate_network_ranges
from xinglin.consortium.models import Library
from xinglin.patrons.models import Patron


class Charset(models.TextChoices):
    UTF8 = "utf-8", "UTF-8"
    GBK = "gb18030", "GBK"
    LATIN1 = "latin-1", "ISO-8859-1"


class ChecksumUse(models.TextChoices):
    AUTO = "auto", _("随设备：带校验的才校验")
    ALWAYS = "always", _("总要校验")
    NEVER = "never", _("不校验")


class Terminator(models.TextChoices):
    CR = "\\r", "CR"
    CRLF = "\\r\\n", "CR LF"
    LF = "\\n", "LF"


class DueForm(models.TextChoices):
    """How a machine wants to read the date due (AH): the document leaves that to the two sides."""

    DAY = "day", "2026-12-01"
    MOMENT = "moment", "2026-12-01 23:59:59"
    SIP = "sip", "20261201    235959"


class DeviceRight(models.TextChoices):
    LEND = "lend", _("借书")
    CHECK_IN = "check_in", _("还书")
    RENEW = "renew", _("续借")
    HOLD = "hold", _("预约")
    PATRON = "patron", _("查读者")
    PAY = "pay", _("缴费")
    BLOCK = "block", _("停用与恢复读者证")


class Device(models.Model):
    """A machine that speaks SIP2: where it stands, how it signs in, what it may do, and its dialect."""

    name = models.CharField(_("名称"), max_length=60)
    library = models.ForeignKey(Library, verbose_name=_("所在馆"), on_delete=models.PROTECT, related_name="+")
    place = models.CharField(_("位置"), max_length=60, blank=True)
    login = models.CharField(_("登录名"), max_length=60, blank=True)
    password = models.CharField(max_length=128, blank=True, editable=False)
    # Addresses it may come from; without any it may come from anywhere, and then it must sign in.
    networks = models.JSONField(
        _("网络地址段"), default=list, blank=True, validators=[validate_network_ranges]
    )
    rights = models.JSONField(_("可以办理"), default=list)
    needs_password = models.BooleanField(_("读者须输密码"), default=False)
    charset = models.CharField(_("字符集"), max_length=10, choices=Charset, default=Charset.UTF8)
    checksum = models.CharField(_("校验"), max_length=8, choices=ChecksumUse, default=ChecksumUse.AUTO)
    terminator = models.CharField(_("行尾"), max_length=6, choices=Terminator, default=Terminator.CR)
    due_form = models.CharField(_("应还日期写法"), max_length=8, choices=DueForm, default=DueForm.DAY)
    active = models.BooleanField(_("使用中"), default=True)
    added_at = models.DateTimeField(_("登记时间"), default=clock.now, editable=False)
    last_seen_at = models.DateTimeField(_("最近活动"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("自助设备")
        ordering = ["library__code", "name"]
        constraints = [
            models.UniqueConstraint(fields=["login"], condition=~Q(login=""), name="one_device_a_login"),
            models.CheckConstraint(
                condition=~Q(login="") | ~Q(networks=[]), name="a_device_signs_in_or_has_an_address"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def may(self, right: DeviceRight) -> bool:
        return right.value in self.rights

    def take_password(self, plain: str) -> None:
        self.password = make_password(plain)

    def has_password(self, plain: str) -> bool:
        return bool(self.password) and check_password(plain, self.password)

    @property
    def line_end(self) -> bytes:
        return self.terminator.replace("\\r", "\r").replace("\\n", "\n").encode()


class DeviceSession(models.Model):
    """One connection of a machine."""

    device = models.ForeignKey(Device, null=True, on_delete=models.CASCADE, related_name="sessions")
    server = models.CharField(_("服务进程"), max_length=80)
    peer = models.CharField(_("来自"), max_length=60)
    opened_at = models.DateTimeField(_("连上"), default=clock.now)
    last_at = models.DateTimeField(_("最近消息"), default=clock.now)
    closed_at = models.DateTimeField(_("断开"), null=True, blank=True)
    messages = models.PositiveIntegerField(_("消息数"), default=0)
    why_closed = models.CharField(_("断开原因"), max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("设备连接")
        ordering = ["-opened_at", "-pk"]
        indexes = [models.Index(fields=["device", "-opened_at"], name="sessions_of_a_device")]

    def __str__(self) -> str:
        return f"{self.peer} {clock.local(self.opened_at):%m-%d %H:%M}"


class DeviceMessage(models.Model):
    """What a machine asked and what it was told, passwords starred before they are written."""

    session = models.ForeignKey(DeviceSession, on_delete=models.CASCADE, related_name="exchanges")
    device = models.ForeignKey(Device, null=True, on_delete=models.CASCADE, related_name="exchanges")
    at = models.DateTimeField(_("时间"), default=clock.now)
    request = models.TextField(_("请求"))
    answer = models.TextField(_("应答"))
    refused = models.CharField(_("未办理的原因"), max_length=300, blank=True)
    # What a machine did without us and we could not take over: a person looks into it.
    needs_person = models.BooleanField(_("待馆员处理"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("设备消息")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["device", "-at"], name="messages_of_a_device"),
            models.Index(fields=["at"], name="device_messages_by_age"),
            models.Index(fields=["device"], condition=Q(needs_person=True), name="device_messages_to_do"),
        ]

    def __str__(self) -> str:
        return self.request[:40]


class DevicePayment(models.Model):
    """Money that a machine took, by its own number of it: said twice it is taken once."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="payments")
    transaction = models.CharField(_("交易号"), max_length=60)
    patron = models.ForeignKey(Patron, on_delete=models.PROTECT, related_name="+")
    amount_fen = models.PositiveIntegerField(_("金额"))
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("设备收款")
        constraints = [
            models.UniqueConstraint(fields=["device", "transaction"], name="a_payment_of_a_device_once"),
        ]

    def __str__(self) -> str:
        return self.transaction
