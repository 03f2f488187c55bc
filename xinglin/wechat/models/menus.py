"""Custom menus: every version that was published is kept, so that any can be put back."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.wechat.models.accounts import Account


class MenuState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("使用中")
    REPLACED = "replaced", _("历史版本")


class Menu(models.Model):
    """The buttons of an account, for everybody or (personalised) for those with one of its tags."""

    account = models.ForeignKey(
        Account, verbose_name=_("公众号"), on_delete=models.CASCADE, related_name="menus"
    )
    name = models.CharField(_("名称"), max_length=40, blank=True)
    # The platform's own shape: [{"name": …, "type": …, "key": …, "sub_button": […]}].
    buttons = models.JSONField(_("按钮"), default=list)
    tag_id = models.PositiveIntegerField(_("标签编号"), null=True, blank=True)
    platform_id = models.CharField(_("微信菜单编号"), max_length=40, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=MenuState, default=MenuState.DRAFT)
    created_at = models.DateTimeField(_("创建时间"), default=clock.now, editable=False)
    created_by = models.ForeignKey(
        "consortium.Staff", verbose_name=_("创建人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("自定义菜单")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "tag_id"],
                condition=Q(state=MenuState.PUBLISHED),
                nulls_distinct=False,
                name="one_published_menu_a_tag",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.get_state_display())


class MaterialKind(models.TextChoices):
    IMAGE = "image", _("图片")
    VOICE = "voice", _("语音")
    VIDEO = "video", _("视频")
    THUMB = "thumb", _("缩略图")


class Material(models.Model):
    """A file for replies and articles: our copy is the original, the platform's ids come and go.

    A temporary one is uploaded anew before its three days are over.
    """

    account = models.ForeignKey(
        Account, verbose_name=_("公众号"), on_delete=models.CASCADE, related_name="materials"
    )
    kind = models.CharField(_("类型"), max_length=10, choices=MaterialKind)
    title = models.CharField(_("标题"), max_length=64)
    introduction = models.CharField(_("说明"), max_length=200, blank=True)
    file = models.FileField(_("文件"), upload_to="wechat/materials/%Y/%m/")
    size = models.PositiveIntegerField(_("大小"))
    is_permanent = models.BooleanField(_("永久素材"), default=False)
    media_id = models.CharField(_("素材编号"), max_length=128, blank=True)
    url = models.TextField(_("微信内地址"), blank=True)
    uploaded_at = models.DateTimeField(_("上传时间"), null=True, blank=True)
    expires_at = models.DateTimeField(_("到期时间"), null=True, blank=True)
    error = models.TextField(_("上传失败原因"), blank=True)
    created_at = models.DateTimeField(_("创建时间"), default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("素材")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["expires_at"], name="materials_by_expiry")]

    def __str__(self) -> str:
        return self.title
