"""What readers ask for: one request is one document; what is asked in one coming is one visit."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Lower
from django.utils.translation import gettext_lazy as _

from xinglin.consortium.models import Library, Staff
from xinglin.delivery.lifecycle import OPEN, OURS, FeeState, State
from xinglin.patrons.models import Patron


class Source(models.TextChoices):
    CHAT = "chat", _("微信对话")
    H5 = "h5", _("手机页面")
    DESK = "desk", _("服务台")
    PARTNER = "partner", _("外馆")
    IMPORT = "import", _("导入")


class Urgency(models.TextChoices):
    NORMAL = "normal", _("普通")
    URGENT = "urgent", _("加急")
    CLINICAL = "clinical", _("临床急用")


class DocumentKind(models.TextChoices):
    ARTICLE = "article", _("期刊论文")
    CHAPTER = "chapter", _("图书章节")
    CONFERENCE = "conference", _("会议论文")
    THESIS = "thesis", _("学位论文")
    STANDARD = "standard", _("标准")
    PATENT = "patent", _("专利")
    OTHER = "other", _("其他")


class Visit(models.Model):
    """One coming of a reader, at the desk, on the phone or in the chat: the 人次 of the yearly table."""

    patron = models.ForeignKey(
        Patron, verbose_name=_("读者"), null=True, on_delete=models.SET_NULL, related_name="delivery_visits"
    )
    library = models.ForeignKey(
        Library, verbose_name=_("读者所属馆"), on_delete=models.PROTECT, related_name="delivery_visits"
    )
    source = models.CharField(_("来源"), max_length=8, choices=Source)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("接待")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["patron", "-at"], name="delivery_visits_of_a_patron")]

    def __str__(self) -> str:
        return f"{self.library_id} {self.at:%Y-%m-%d}"


class DocumentRequest(models.Model):
    """One document that a reader asks for.

    ``library`` works on it; ``home_library`` is the reader's own, for which copyright is counted.
    ``work_key`` compares documents: a DOI, a PMID, or the words of the title and the year.
    """

    number = models.CharField(_("编号"), max_length=20, blank=True, db_index=True)
    visit = models.ForeignKey(
        Visit, verbose_name=_("接待"), on_delete=models.PROTECT, related_name="requests"
    )
    patron = models.ForeignKey(
        Patron,
        verbose_name=_("读者"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="document_requests",
    )
    library = models.ForeignKey(
        Library, verbose_name=_("受理馆"), on_delete=models.PROTECT, related_name="document_requests"
    )
    home_library = models.ForeignKey(
        Library, verbose_name=_("读者所属馆"), on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.SUBMITTED)
    urgency = models.CharField(_("等级"), max_length=10, choices=Urgency, default=Urgency.NORMAL)
    source = models.CharField(_("来源"), max_length=8, choices=Source)

    kind = models.CharField(_("文献类型"), max_length=10, choices=DocumentKind, default=DocumentKind.ARTICLE)
    title = models.TextField(_("题名"), blank=True)
    authors = models.TextField(_("作者"), blank=True)
    container = models.CharField(_("刊名/书名"), max_length=400, blank=True)
    year = models.PositiveSmallIntegerField(_("年"), null=True, blank=True)
    volume = models.CharField(_("卷"), max_length=40, blank=True)
    issue = models.CharField(_("期"), max_length=40, blank=True)
    page_range = models.CharField(_("页码"), max_length=60, blank=True)
    doi = models.CharField("DOI", max_length=300, blank=True)
    pmid = models.CharField("PMID", max_length=10, blank=True)
    isbn = models.CharField("ISBN", max_length=13, blank=True)
    issn = models.CharField("ISSN", max_length=9, blank=True)
    asked_as = models.TextField(_("读者原文"), blank=True)
    picture = models.FileField(_("图片"), upload_to="delivery/asked/%Y/%m/", blank=True)
    work_key = models.CharField(_("查重键"), max_length=300, blank=True)
    is_retracted = models.BooleanField(_("已撤稿"), default=False)
    # What was found before a person worked on it: [{"kind", "words", "url"}].
    found = models.JSONField(_("现成版本"), default=list, blank=True)
    note = models.CharField(_("读者说明"), max_length=400, blank=True)
    wants_email = models.BooleanField(_("同时发邮件"), default=False)

    assigned_to = models.ForeignKey(
        Staff,
        verbose_name=_("处理人"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="document_requests",
    )
    asked_at = models.DateTimeField(_("申请时间"))
    taken_at = models.DateTimeField(_("受理时间"), null=True, blank=True)
    due_at = models.DateTimeField(_("应完成"))
    promised_at = models.DateTimeField(_("告知读者的时间"))
    escalation = models.PositiveSmallIntegerField(_("升级"), default=0)
    told_escalation = models.PositiveSmallIntegerField(_("已通知的升级"), default=0)
    question = models.CharField(_("需要补充"), max_length=400, blank=True)
    answer = models.CharField(_("读者补充"), max_length=1000, blank=True)
    elsewhere = models.CharField(_("转往"), max_length=120, blank=True)

    delivered_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    closing_reason = models.CharField(_("结束原因"), max_length=400, blank=True)
    link = models.CharField(_("可读地址"), max_length=1000, blank=True)
    items = models.PositiveSmallIntegerField(_("篇数"), default=1)
    pages = models.PositiveIntegerField(_("页数"), default=0)
    fee_fen = models.PositiveIntegerField(_("费用"), default=0)
    fee_state = models.CharField(_("费用状态"), max_length=8, choices=FeeState, default=FeeState.NONE)
    stars = models.PositiveSmallIntegerField(_("满意度"), null=True, blank=True)
    praise = models.CharField(_("评价"), max_length=400, blank=True)
    rated_at = models.DateTimeField(_("评价时间"), null=True, blank=True)
    # Everything that a librarian looks a request up by, in one text: one comparison a row instead of six.
    sought = models.GeneratedField(
        expression=Lower(
            Concat(
                "title", Value(" "), "number", Value(" "), "doi", Value(" "), "pmid", Value(" "), "container",
                Value(" "), "asked_as", output_field=models.TextField(),
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = _("文献传递申请")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["patron", "work_key"],
                condition=Q(state__in=OPEN) & ~Q(work_key=""),
                name="a_reader_asks_once_for_a_work",
            ),
            models.CheckConstraint(
                condition=Q(stars__isnull=True) | Q(stars__gte=1, stars__lte=5), name="one_to_five_stars"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DELIVERED) | Q(delivered_at__isnull=False),
                name="what_is_delivered_has_its_moment",
            ),
        ]
        indexes = [
            # The work list: what is open, what is due first at the top.
            models.Index(fields=["due_at", "id"], condition=Q(state__in=OPEN), name="open_requests_by_due"),
            # The same list whole: what is open first (no closing is the latest), then what was closed last.
            models.Index(fields=["-closed_at", "due_at", "-id"], name="requests_in_working_order"),
            models.Index(fields=["library", "state", "due_at"], name="requests_of_a_library"),
            models.Index(fields=["home_library", "state"], name="requests_of_a_home_library"),
            models.Index(fields=["patron", "-asked_at"], name="requests_of_a_patron"),
            models.Index(
                fields=["assigned_to"], condition=Q(state__in=OURS), name="open_requests_of_a_handler"
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(escalation__gt=F("told_escalation")),
                name="late_requests_to_tell_of",
            ),
            models.Index(fields=["work_key"], name="requests_for_a_work"),
            models.Index(
                fields=["delivered_at"],
                condition=Q(delivered_at__isnull=False),
                name="requests_by_delivery",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.label}"

    @property
    def label(self) -> str:
        """What it is called where space is short."""
        return self.title or self.asked_as[:60] or str(_("（见图片）"))

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def citation(self) -> str:
        """The document in one line, as a librarian would note it down."""
        place = "".join(
            (
                f"{self.year}" if self.year else "",
                f";{self.volume}" if self.volume else "",
                f"({self.issue})" if self.issue else "",
                f":{self.page_range}" if self.page_range else "",
            )
        )
        parts = (self.authors, self.title or self.asked_as, self.container, place)
        return ". ".join(part.rstrip(". ") for part in parts if part)
