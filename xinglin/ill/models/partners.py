"""Other institutions that lend to us and borrow from us, and by which symbols we are known to them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.models import CopySource
from xinglin.commons import clock
from xinglin.commons.secrets import seal, unseal
from xinglin.consortium.models import Library
from xinglin.ill.choosing import Tier
from xinglin.patrons.models import Patron

TIERS = (
    (Tier.CONSORTIUM.value, _("联盟伙伴")),
    (Tier.RECIPROCAL.value, _("互惠")),
    (Tier.PAID.value, _("收费")),
    (Tier.LAST_RESORT.value, _("最后才问")),
)


class Symbol(models.Model):
    """A symbol under which one of our libraries is addressed; as a broker it stands for all of us."""

    library = models.ForeignKey(
        Library, verbose_name=_("图书馆"), on_delete=models.CASCADE, related_name="ill_symbols"
    )
    type = models.CharField(_("体系"), max_length=20, default="ISIL")
    value = models.CharField(_("代码"), max_length=60)
    is_broker = models.BooleanField(_("代表全联盟"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("本方机构代码")
        ordering = ["value"]
        constraints = [models.UniqueConstraint(fields=["type", "value"], name="an_ill_symbol_once")]

    def __str__(self) -> str:
        return f"{self.type}:{self.value}"


class Partner(models.Model):
    """Another institution, reached by ISO 18626. ``patron`` is its reader's card with us, for what we lend it."""

    symbol_type = models.CharField(_("体系"), max_length=20, default="ISIL")
    symbol = models.CharField(_("机构代码"), max_length=60)
    name = models.CharField(_("名称"), max_length=120)
    city = models.CharField(_("城市"), max_length=40, blank=True)
    tier = models.CharField(_("关系"), max_length=12, choices=TIERS, default=Tier.RECIPROCAL.value)
    url = models.CharField(_("接收地址"), max_length=400)
    sealed_secret = models.TextField(_("共享密钥"), blank=True, editable=False)
    accepts_unsigned = models.BooleanField(_("允许不签名"), default=False)
    lends = models.BooleanField(_("借出图书"), default=True)
    copies = models.BooleanField(_("提供复制件"), default=True)
    closed_weekdays = models.JSONField(_("不办公的星期"), default=list, blank=True)
    cost_fen = models.PositiveIntegerField(_("每件费用"), default=0)
    answer_minutes = models.PositiveIntegerField(_("答复时限（分钟）"), default=3 * 24 * 60)
    most_waiting = models.PositiveIntegerField(_("最多同时在等"), default=20)
    patron = models.ForeignKey(
        Patron,
        verbose_name=_("机构读者证"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ill_partners",
    )
    catalogue = models.ForeignKey(
        CopySource,
        verbose_name=_("联机目录"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="ill_partners",
    )
    address = models.CharField(_("邮寄地址"), max_length=300, blank=True)
    contact = models.CharField(_("联系人"), max_length=120, blank=True)
    active = models.BooleanField(_("使用中"), default=True)
    last_asked_at = models.DateTimeField(_("上次请求"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("互借伙伴")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["symbol_type", "symbol"], name="a_partner_symbol_once"),
            models.CheckConstraint(
                condition=models.Q(most_waiting__gte=1, answer_minutes__gte=1), name="a_partner_has_room"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def secret(self) -> str:
        return unseal(self.sealed_secret) if self.sealed_secret else ""

    @secret.setter
    def secret(self, written: str) -> None:
        self.sealed_secret = seal(written) if written else ""


class PartnerHolding(models.Model):
    """That a partner has what an ISBN or ISSN names; a partner without any is one of whom nothing is known."""

    partner = models.ForeignKey(
        Partner, verbose_name=_("伙伴"), on_delete=models.CASCADE, related_name="holdings"
    )
    number = models.CharField(_("ISBN/ISSN"), max_length=13)

    class Meta:
        verbose_name = verbose_name_plural = _("伙伴馆藏")
        constraints = [models.UniqueConstraint(fields=["partner", "number"], name="a_partner_holding_once")]
        indexes = [models.Index(fields=["number"], name="partners_that_hold_a_number")]

    def __str__(self) -> str:
        return f"{self.partner} {self.number}"


class PartnerAnswer(models.Model):
    """What a partner's own catalogue said of a number, some hours ago. ``holds`` is None where it did not answer."""

    partner = models.ForeignKey(
        Partner, verbose_name=_("伙伴"), on_delete=models.CASCADE, related_name="answers"
    )
    number = models.CharField(_("ISBN/ISSN"), max_length=13)
    holds = models.BooleanField(_("有收藏"), null=True)
    said = models.CharField(_("说明"), max_length=200, blank=True)
    at = models.DateTimeField(_("查询时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("伙伴目录的答复")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["partner", "number"], name="a_partner_answers_once")]

    def __str__(self) -> str:
        return f"{self.partner} {self.number} {self.holds}"
