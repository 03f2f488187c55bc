"""Rows of publishing: outlets, postings, style kits, pictures at the platform, and rechecks of health articles."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.models import Library, Staff
from xinglin.newsroom.models.articles import Article
from xinglin.newsroom.publishing.lifecycle import OutletKind, PostingState, Way
from xinglin.newsroom.publishing.looks import Look
from xinglin.wechat.models import Account


class StyleKit(models.Model):
    """How a library's articles look in WeChat, so that anybody's article looks like the library's."""

    library = models.OneToOneField(
        Library, verbose_name=_("图书馆"), on_delete=models.CASCADE, related_name="style_kit"
    )
    accent = models.CharField(
        _("主色"),
        max_length=7,
        default="#0a7842",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("主色写成 #0a7842 这样的六位色值。"))],
    )
    heading = models.CharField(
        _("小标题样式"),
        max_length=5,
        default="bar",
        choices=[("bar", _("左侧竖条")), ("box", _("色块")), ("line", _("下划线")), ("plain", _("只用颜色"))],
    )
    size = models.PositiveSmallIntegerField(
        _("正文字号"), default=16, choices=[(size, f"{size}px") for size in (15, 16, 17)]
    )
    lead = models.CharField(_("文前一句"), max_length=100, blank=True)
    foot = models.CharField(_("文末一句"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("版式")

    def __str__(self) -> str:
        return self.library.label

    @property
    def look(self) -> Look:
        """The kit as the style sheet takes it."""
        return Look(self.accent, self.heading, self.size, self.lead, self.foot)


class Outlet(models.Model):
    """A channel of a library, or of one of its doctors who writes under their own name."""

    library = models.ForeignKey(
        Library, verbose_name=_("图书馆"), on_delete=models.PROTECT, related_name="outlets"
    )
    kind = models.CharField(_("平台"), max_length=10, choices=OutletKind)
    name = models.CharField(_("账号名称"), max_length=60)
    account = models.ForeignKey(
        Account,
        verbose_name=_("公众号"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="outlets",
    )
    doctor = models.CharField(
        _("个人账号的医生"), max_length=60, blank=True, help_text=_("本馆自己的账号不填")
    )
    doctor_agreed_on = models.DateField(_("本人同意日期"), null=True, blank=True)
    keeps_one_send = models.BooleanField(
        _("留一次群发给应急"), default=True, help_text=_("平常的群发用不到最后一次")
    )
    active = models.BooleanField(_("使用中"), default=True)
    # What the office found on the platform; empty: the number that comes with the system holds.
    most_title = models.PositiveIntegerField(_("标题最多（字）"), null=True, blank=True)
    most_text = models.PositiveIntegerField(_("正文最多（字）"), null=True, blank=True)
    most_pictures = models.PositiveIntegerField(_("图片最多（张）"), null=True, blank=True)
    most_tags = models.PositiveIntegerField(_("话题标签最多（个）"), null=True, blank=True)
    form_checked_on = models.DateField(_("核对平台要求的日期"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("发布渠道")
        ordering = ["library", "kind", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    most_title__isnull=True,
                    most_text__isnull=True,
                    most_pictures__isnull=True,
                    most_tags__isnull=True,
                )
                | Q(form_checked_on__isnull=False),
                name="a_limit_found_has_its_day",
            ),
            models.UniqueConstraint(fields=["library", "kind", "name"], name="one_outlet_a_name"),
            models.CheckConstraint(
                condition=Q(doctor="") | Q(doctor_agreed_on__isnull=False), name="a_doctor_agreed_to_post"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.name}"


class Posting(models.Model):
    """One article on its way to one outlet: which text, how, when, and what came of it."""

    article = models.ForeignKey(
        Article, verbose_name=_("文章"), on_delete=models.PROTECT, related_name="postings"
    )
    # Empty: our own pages. Everything else goes out only after these show the same text.
    outlet = models.ForeignKey(
        Outlet, verbose_name=_("渠道"), null=True, on_delete=models.PROTECT, related_name="postings"
    )
    sha256 = models.CharField(_("内容指纹"), max_length=64)
    way = models.CharField(_("方式"), max_length=10, choices=Way)
    title = models.CharField(_("平台标题"), max_length=100, blank=True)
    digest = models.CharField(_("平台摘要"), max_length=300, blank=True)
    tags = models.CharField(_("话题标签"), max_length=200, blank=True)
    tag_id = models.PositiveIntegerField(_("粉丝标签"), null=True, blank=True)
    # Followers by number: who leaves is on no list any more.
    people = models.JSONField(_("名单"), default=list, blank=True)
    comments = models.BooleanField(_("开放留言"), default=True)
    due_at = models.DateTimeField(_("发布时间"))
    state = models.CharField(_("状态"), max_length=12, choices=PostingState, default=PostingState.PLANNED)
    tries = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    error = models.TextField(_("原因"), blank=True)
    media_id = models.CharField(max_length=128, blank=True)
    job_id = models.CharField(max_length=64, blank=True)
    data_id = models.CharField(max_length=64, blank=True)
    published_id = models.CharField(max_length=128, blank=True)
    url = models.URLField(_("链接"), max_length=1000, blank=True)
    planned_by = models.ForeignKey(
        Staff, verbose_name=_("安排人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    planned_at = models.DateTimeField(_("安排时间"), default=clock.now)
    sent_at = models.DateTimeField(_("提交时间"), null=True)
    out_at = models.DateTimeField(_("发出时间"), null=True)
    result = models.JSONField(_("平台结果"), default=dict, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("发布任务")
        ordering = ["-due_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "outlet", "sha256"],
                condition=~Q(state__in=[PostingState.CANCELLED, PostingState.WITHDRAWN]),
                nulls_distinct=False,
                name="a_text_once_an_outlet",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state=PostingState.PLANNED), name="postings_due"),
            models.Index(fields=["outlet", "sent_at"], name="postings_of_an_outlet"),
        ]

    def __str__(self) -> str:
        return f"{self.article} → {self.outlet or _('网页')}"


class PlatformPicture(models.Model):
    """A stored picture as an account's platform knows it, uploaded once."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    file = models.CharField(max_length=80)
    # "body": an address for the text; "cover": a permanent material.
    purpose = models.CharField(max_length=5)
    address = models.CharField(max_length=1000, blank=True)
    media_id = models.CharField(max_length=128, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("平台图片")
        constraints = [
            models.UniqueConstraint(fields=["account", "file", "purpose"], name="a_picture_once_a_purpose"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.file[:12]}"


class RecheckOutcome(models.TextChoices):
    KEPT = "kept", _("内容仍然适用，延期")
    REWRITTEN = "rewritten", _("要改写")
    WITHDRAWN = "withdrawn", _("撤下")


class Recheck(models.Model):
    """A health article comes to its expiry date: somebody says whether it still holds."""

    article = models.ForeignKey(
        Article, verbose_name=_("文章"), on_delete=models.PROTECT, related_name="rechecks"
    )
    expires_on = models.DateField(_("有效期至"))
    made_at = models.DateTimeField(_("提醒时间"), default=clock.now)
    outcome = models.CharField(_("结论"), max_length=10, choices=RecheckOutcome, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    done_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    done_by = models.ForeignKey(
        Staff, verbose_name=_("复核人"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("复核任务")
        ordering = ["expires_on"]
        constraints = [
            models.UniqueConstraint(fields=["article", "expires_on"], name="one_recheck_a_date"),
        ]

    def __str__(self) -> str:
        return str(self.article)


class DigestSubscription(models.Model):
    """An address that asked for the weekly digest of a library; it counts once it is confirmed."""

    library = models.ForeignKey(Library, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField(_("邮箱"), max_length=254)
    digest = models.CharField(max_length=64, unique=True)
    # Kept after confirmation, for the link that ends the subscription in every letter.
    token = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField(_("申请时间"))
    confirmed_at = models.DateTimeField(_("确认时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("邮件摘要订阅")
        constraints = [
            models.UniqueConstraint(fields=["library", "email"], name="an_address_once_a_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.library} {self.pk}"


class DigestLetter(models.Model):
    """A letter that was sent, or may have been: one a week and subscription."""

    subscription = models.ForeignKey(DigestSubscription, on_delete=models.CASCADE, related_name="letters")
    week = models.PositiveIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = _("邮件摘要")
        constraints = [
            models.UniqueConstraint(fields=["subscription", "week"], name="one_letter_a_week"),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.week}"
