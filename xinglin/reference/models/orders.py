"""An order: what a client wants to have proved, what was agreed, and who works on it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.models import Library, Staff
from xinglin.patrons.models import Patron
from xinglin.reference.lifecycle import State


class OrderKind(models.TextChoices):
    NOVELTY = "novelty", _("科技查新")
    CITATION = "citation", _("查收查引")


class Purpose(models.TextChoices):
    PROPOSAL = "proposal", _("立项")
    MIDTERM = "midterm", _("中期与结题")
    ACHIEVEMENT = "achievement", _("成果评价")
    AWARD = "award", _("报奖")
    PATENT = "patent", _("申请专利")
    PROMOTION = "promotion", _("职称与人才评审")
    THESIS = "thesis", _("学位论文开题")
    OTHER = "other", _("其他")


class Scope(models.TextChoices):
    DOMESTIC = "domestic", _("国内")
    WORLD = "world", _("国内外")


class SelfCitationRule(models.TextChoices):
    """What counts as a self-citation; the report states which."""

    ANY_AUTHOR = "any_author", _("施引文献与被引文献有任一作者相同即为自引")
    CLIENT_ONLY = "client_only", _("委托人本人为施引文献的作者即为自引")


class Order(models.Model):
    """One commission. ``library`` is the agency that answers for the report.

    ``patron`` is empty for a client who came to the desk, and after an erasure; what the contract
    names stays, as the archive must keep it.
    """

    number = models.CharField(_("委托编号"), max_length=30, unique=True)
    kind = models.CharField(_("类型"), max_length=10, choices=OrderKind)
    library = models.ForeignKey(
        Library, verbose_name=_("受理馆"), on_delete=models.PROTECT, related_name="orders"
    )
    patron = models.ForeignKey(
        Patron,
        verbose_name=_("读者"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="orders",
    )
    client_name = models.CharField(_("委托人"), max_length=60)
    client_unit = models.CharField(_("委托单位"), max_length=120, blank=True)
    client_phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    client_email = models.CharField(_("邮箱"), max_length=254, blank=True)
    title = models.CharField(_("项目名称"), max_length=300)
    title_foreign = models.CharField(_("英文名称"), max_length=500, blank=True)
    purpose = models.CharField(_("目的"), max_length=12, choices=Purpose)
    scope = models.CharField(_("范围"), max_length=10, choices=Scope, default=Scope.WORLD)
    content = models.TextField(_("科学技术要点"), blank=True)
    points = models.JSONField(_("查新点"), default=list, blank=True)
    keywords = models.JSONField(_("检索词"), default=list, blank=True)
    # Members of the project, or the author whose articles are counted: they neither search nor review.
    members = models.JSONField(_("项目组成员"), default=list, blank=True)
    self_rule = models.CharField(
        _("自引规则"), max_length=12, choices=SelfCitationRule, default=SelfCitationRule.ANY_AUTHOR
    )
    wanted_by = models.DateField(_("希望完成日"), null=True, blank=True)

    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.DRAFT)
    contract_number = models.CharField(_("合同编号"), max_length=40, blank=True)
    fee_fen = models.PositiveIntegerField(_("费用（分）"), null=True, blank=True)
    promised_on = models.DateField(_("约定完成日"), null=True, blank=True)
    searcher = models.ForeignKey(
        Staff, verbose_name=_("查新员"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewer = models.ForeignKey(
        Staff, verbose_name=_("审核员"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    findings = models.TextField(_("检索结果"), blank=True)
    conclusion = models.TextField(_("结论"), blank=True)
    created_at = models.DateTimeField(_("创建时间"), default=clock.now)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    agreed_at = models.DateTimeField(_("委托确认时间"), null=True, blank=True)
    issued_at = models.DateTimeField(_("出具时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("查新查引委托")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(searcher__isnull=True) | Q(reviewer__isnull=True) | ~Q(searcher=F("reviewer")),
                name="another_person_reviews",
            ),
        ]
        indexes = [
            models.Index(fields=["library", "state", "promised_on"], name="orders_by_work"),
            models.Index(fields=["patron", "-created_at"], name="orders_of_a_reader"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_late(self) -> bool:
        """Whether the promised day has passed without a report."""
        waiting = self.state in (State.ACCEPTED, State.SEARCHING, State.DRAFTING, State.IN_REVIEW)
        return bool(waiting and self.promised_on and self.promised_on < clock.today())


class Remark(models.Model):
    """What was said about an order: why it came back, what the reviewer asks, what the client disputes."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="remarks")
    at = models.DateTimeField(_("时间"), default=clock.now)
    who = models.CharField(_("谁"), max_length=60)
    deed = models.CharField(_("事项"), max_length=20)
    text = models.TextField(_("意见"))

    class Meta:
        verbose_name = verbose_name_plural = _("意见")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.text
