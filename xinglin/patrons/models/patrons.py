"""A reader, what kind of reader, and the cards that the reader has or had.

Identity number (身份证号) is not kept: no deed of a library needs it.
"""

from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.patrons.lifecycle import State


class Right(models.TextChoices):
    """What a category of readers may do at all; how much of it is circulation's rules."""

    BORROW = "borrow", _("借书")
    HOLD = "hold", _("预约")
    SEAT = "seat", _("座位预约")
    RECOMMEND = "recommend", _("荐购")
    DELIVERY = "delivery", _("文献传递")
    ILL = "ill", _("馆际互借")
    REMOTE_ACCESS = "remote_access", _("校外访问")
    NOVELTY_SEARCH = "novelty_search", _("查新查引")


class PatronCategory(models.Model):
    """A kind of reader: doctors, nurses, students, retired staff; the same words in every library."""

    code = models.CharField(
        _("代码"),
        max_length=20,
        unique=True,
        validators=[RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9_-]*$", _("类别代码只用字母、数字和连字符。"))],
    )
    name = models.CharField(_("名称"), max_length=40, unique=True)
    rights = models.JSONField(_("权利"), default=list, blank=True)
    months_valid = models.PositiveSmallIntegerField(
        _("有效期（月）"), null=True, blank=True, help_text=_("不填为长期有效")
    )
    active = models.BooleanField(_("使用中"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("读者类别")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def may(self, right: Right) -> bool:
        return right.value in self.rights


class Patron(models.Model):
    """A reader, the person; belongs to one home library, and has at most one active card."""

    name = models.CharField(_("姓名"), max_length=60)
    # Comparable name, whole pinyin and initials, for finding; the database has no ICU to sort by.
    name_key = models.CharField(_("姓名检索键"), max_length=400, editable=False)
    category = models.ForeignKey(
        PatronCategory, verbose_name=_("类别"), on_delete=models.PROTECT, related_name="patrons"
    )
    home_library = models.ForeignKey(
        Library, verbose_name=_("所属馆"), on_delete=models.PROTECT, related_name="patrons"
    )
    department = models.CharField(_("科室/院系"), max_length=80, blank=True)
    title = models.CharField(_("职称"), max_length=60, blank=True)
    staff_number = models.CharField(_("工号/学号"), max_length=40, blank=True)
    phone = models.CharField(_("手机"), max_length=30, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    research_topics = models.TextField(_("研究方向"), blank=True)
    interests = models.TextField(_("阅读兴趣"), blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.ACTIVE)
    state_reason = models.CharField(_("状态原因"), max_length=200, blank=True)
    password = models.CharField(_("密码"), max_length=128, blank=True, editable=False)
    registered_at = models.DateTimeField(_("登记时间"), editable=False)
    erasure_asked_at = models.DateTimeField(_("申请删除资料"), null=True, blank=True, editable=False)
    # Goes up with every change: two people who amend the same reader do not overwrite each other.
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("读者")
        ordering = ["name_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["home_library", "staff_number"],
                condition=~Q(staff_number=""),
                name="staff_number_once_in_a_library",
            ),
        ]
        indexes = [
            models.Index(fields=["home_library", "state"], name="patrons_of_a_library"),
            models.Index(fields=["expires_on"], name="patrons_by_expiry"),
            models.Index(fields=["phone"], name="patrons_by_phone"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_expired(self) -> bool:
        return self.expired_by(clock.today())

    def expired_by(self, day: date) -> bool:
        """Whether the card is out of date on a day; the day named on it is still good."""
        return self.expires_on is not None and self.expires_on < day

    @property
    def is_in_good_standing(self) -> bool:
        """Whether the reader may be served at all: active, and not expired."""
        return self.state == State.ACTIVE and not self.has_expired

    def may(self, right: Right) -> bool:
        """Whether the reader may do something today: in good standing, and the category allows it."""
        return self.is_in_good_standing and self.category.may(right)

    @property
    def card_number(self) -> str:
        """The number of the active card; empty when there is none. Uses what was prefetched."""
        return next((card.number for card in self.cards.all() if card.state == CardState.ACTIVE), "")


class CardState(models.TextChoices):
    ACTIVE = "active", _("使用中")
    LOST = "lost", _("已挂失")
    REPLACED = "replaced", _("已换发")


class Card(models.Model):
    """A number that stands for a reader anywhere in the consortium; used once, never given again."""

    number = models.CharField(_("卡号"), max_length=40, unique=True)
    patron = models.ForeignKey(Patron, verbose_name=_("读者"), on_delete=models.CASCADE, related_name="cards")
    state = models.CharField(_("状态"), max_length=10, choices=CardState, default=CardState.ACTIVE)
    issued_at = models.DateTimeField(_("发卡时间"))
    ended_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("读者证")
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["patron"], condition=Q(state=CardState.ACTIVE), name="one_active_card_a_patron"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ConsentKind(models.TextChoices):
    PRIVACY = "privacy", _("个人信息处理告知")
    NOTICES = "notices", _("接收到期与到书通知")
    LOAN_HISTORY = "loan_history", _("保留借阅历史")
    RECOMMENDATIONS = "recommendations", _("按研究方向推荐文献")


class Consent(models.Model):
    """What a reader agreed to, when, by which text and over which way; withdrawn, never deleted.

    个人信息保护法 art. 14–15: consent is given knowingly for a purpose and can be withdrawn.
    """

    patron = models.ForeignKey(
        Patron, verbose_name=_("读者"), on_delete=models.CASCADE, related_name="consents"
    )
    kind = models.CharField(_("事项"), max_length=20, choices=ConsentKind)
    text_version = models.CharField(_("告知文本版本"), max_length=20)
    given_through = models.CharField(_("途径"), max_length=40)
    given_at = models.DateTimeField(_("同意时间"))
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("同意记录")
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["patron", "kind"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_standing_consent_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.given_at:%Y-%m-%d}"
