"""Tags: dimensions and their values, who carries which and on whose word; the sensitive ones are sealed."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.wechat.models import Follower


class Dimension(models.Model):
    """One way to look at people: age, department, disease they follow. The same for the whole consortium."""

    code = models.CharField(
        _("代码"),
        max_length=30,
        unique=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*$", _("代码只用小写字母、数字和下划线。"))],
    )
    name = models.CharField(_("名称"), max_length=30, unique=True)
    question = models.CharField(
        _("问读者的话"), max_length=60, blank=True, help_text=_("读者在“我的标签”页看到的问题")
    )
    # Health and the like (个人信息保护法 art. 28): sealed, by consent only, every look written down.
    is_sensitive = models.BooleanField(_("敏感"), default=False)
    is_exclusive = models.BooleanField(_("只取一个"), default=False, help_text=_("一人只有一个值，如年龄段"))
    is_declared = models.BooleanField(_("读者自选"), default=True)
    days_valid = models.PositiveSmallIntegerField(
        _("有效天数"), null=True, blank=True, help_text=_("不填为长期有效")
    )
    position = models.PositiveSmallIntegerField(_("顺序"), default=50)
    active = models.BooleanField(_("使用中"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("标签维度")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """One value of a dimension."""

    dimension = models.ForeignKey(
        Dimension, verbose_name=_("维度"), on_delete=models.PROTECT, related_name="tags"
    )
    name = models.CharField(_("名称"), max_length=30)
    position = models.PositiveSmallIntegerField(_("顺序"), default=50)
    active = models.BooleanField(_("使用中"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("标签")
        ordering = ["dimension__position", "dimension", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dimension", "name"], name="a_tag_once_a_dimension"),
        ]

    def __str__(self) -> str:
        return f"{self.dimension.name}：{self.name}"


class Source(models.IntegerChoices):
    """On whose word. A higher one is not overwritten by a lower one."""

    BEHAVIOUR = 1, _("行为")
    RULE = 2, _("规则")
    IMPORT = 3, _("导入")
    LIBRARIAN = 4, _("馆员")
    DECLARED = 5, _("读者自选")


class FollowerTag(models.Model):
    """One follower carries one tag. Eight million rows are usual, so: no key of its own, no foreign keys.

    ``patron_id`` stands where the tag was taken from a reader's file: it goes when that file is erased. A
    database trigger (migration 0002) keeps ``Profile.tags`` in step with these rows.
    """

    pk = models.CompositePrimaryKey("tag", "follower")
    tag = models.ForeignKey(
        Tag, verbose_name=_("标签"), on_delete=models.DO_NOTHING, db_constraint=False, db_index=False,
        related_name="carried",
    )  # fmt: skip
    follower = models.ForeignKey(
        Follower,
        verbose_name=_("关注者"),
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="tags",
    )
    source = models.PositiveSmallIntegerField(_("来源"), choices=Source)
    weight = models.PositiveSmallIntegerField(_("权重"), default=100)
    evidence = models.CharField(_("依据"), max_length=200, blank=True)
    since = models.DateTimeField(_("自"), default=clock.now)
    expires_at = models.DateTimeField(_("到期"), null=True, blank=True)
    patron_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("关注者标签")
        constraints = [
            models.CheckConstraint(condition=Q(weight__lte=100), name="a_weight_is_a_percentage"),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(expires_at__isnull=False), name="tags_that_expire"
            ),
            models.Index(fields=["patron_id"], condition=Q(patron_id__isnull=False), name="tags_from_a_file"),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} {self.tag_id}"


class SealedTags(models.Model):
    """The sensitive tags of one follower, encrypted as one text: {"<tag>": {source, weight, evidence …}}."""

    follower = models.OneToOneField(
        Follower, primary_key=True, on_delete=models.CASCADE, related_name="sealed_tags"
    )
    sealed = models.TextField()
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("敏感标签")

    def __str__(self) -> str:
        return f"{self.follower_id}"


class ConsentKind(models.TextChoices):
    HEALTH = "health", _("处理健康类敏感信息")


class AudienceConsent(models.Model):
    """A follower's separate consent (个人信息保护法 art. 29), with the text they saw; withdrawn, never changed."""

    follower = models.ForeignKey(
        Follower, verbose_name=_("关注者"), on_delete=models.CASCADE, related_name="audience_consents"
    )
    kind = models.CharField(_("事项"), max_length=10, choices=ConsentKind)
    text_version = models.CharField(_("告知文本版本"), max_length=20)
    given_through = models.CharField(_("途径"), max_length=20)
    given_at = models.DateTimeField(_("同意时间"), default=clock.now)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("受众同意记录")
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["follower", "kind"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_standing_audience_consent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.given_at:%Y-%m-%d}"


class SensitiveAccess(models.Model):
    """Somebody, or something, looked at sealed tags: who, for what, at whose. What was seen is not kept."""

    at = models.DateTimeField(_("时间"), default=clock.now)
    staff = models.ForeignKey(
        "consortium.Staff", verbose_name=_("操作人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor_name = models.CharField(_("操作人姓名"), max_length=60)
    purpose = models.CharField(_("用途"), max_length=100)
    library = models.ForeignKey(
        "consortium.Library", verbose_name=_("馆"), on_delete=models.PROTECT, related_name="+"
    )
    dimensions = models.CharField(_("涉及"), max_length=100, blank=True)
    # One follower, or how many at once. The key is emptied when the follower is erased.
    follower_id = models.BigIntegerField(_("关注者"), null=True, blank=True)
    opened = models.PositiveIntegerField(_("打开份数"))

    class Meta:
        verbose_name = verbose_name_plural = _("敏感标签访问记录")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["library", "-at"], name="sensitive_accesses")]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.purpose}"
