"""A reader's search for articles: asked now, answered by a job, kept for a day."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.wechat.models import Follower


class SearchState(models.TextChoices):
    WAITING = "waiting", _("检索中")
    DONE = "done", _("有结果")
    FAILED = "failed", _("没有查到")


class ArticleSearch(models.Model):
    """One search. ``follower`` is who asked in the chat and is told there; whoever has the token reads it."""

    token = models.CharField(_("链接"), max_length=32, unique=True, editable=False)
    follower = models.ForeignKey(
        Follower, verbose_name=_("关注者"), null=True, on_delete=models.CASCADE, related_name="+"
    )
    query = models.CharField(_("检索词"), max_length=200)
    state = models.CharField(_("状态"), max_length=8, choices=SearchState, default=SearchState.WAITING)
    results = models.JSONField(_("结果"), default=list)
    trouble = models.CharField(_("原因"), max_length=400, blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("文章检索")
        ordering = ["-at"]
        indexes = [models.Index(fields=["at"], name="article_searches_by_time")]

    def __str__(self) -> str:
        return self.query
