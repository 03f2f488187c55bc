"""Rows of what readers answer. A person is kept as a key of ours, "p12" or "f34", never by name or openid."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.models import Staff
from xinglin.newsroom.models.articles import Article
from xinglin.newsroom.models.publishing import Posting


class Answer(models.Model):
    """One person's answer to one poll or quiz of an article; once in each asking."""

    article = models.ForeignKey(
        Article, verbose_name=_("文章"), on_delete=models.CASCADE, related_name="answers"
    )
    key = models.CharField(_("题"), max_length=8)
    person = models.CharField(max_length=24)
    # Which asking of the same question: "" where it stands in the article, else a survey's own name of its wave.
    wave = models.CharField(max_length=16, blank=True, default="")
    # Places of the options, from 0.
    choices = models.JSONField(_("选择"), default=list)
    words = models.CharField(_("回答"), max_length=500, blank=True)
    right = models.BooleanField(_("答对"), null=True)
    via = models.CharField(_("途径"), max_length=6, default="page")
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("回答")
        constraints = [
            models.UniqueConstraint(fields=["article", "key", "person", "wave"], name="one_answer_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.key}"


class Rating(models.Model):
    """Whether an article was of use to one person."""

    article = models.ForeignKey(
        Article, verbose_name=_("文章"), on_delete=models.CASCADE, related_name="ratings"
    )
    person = models.CharField(max_length=24)
    useful = models.BooleanField(_("有用"))
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("有用没用")
        constraints = [models.UniqueConstraint(fields=["article", "person"], name="one_rating_a_person")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.useful}"


class CommentState(models.TextChoices):
    """``answers/lifecycle.py`` says which may follow which."""

    WAITING = "waiting", _("待审")
    SHOWN = "shown", _("已显示")
    HIDDEN = "hidden", _("已隐藏")


class Comment(models.Model):
    """What a reader wrote under an article, on our page or in WeChat."""

    article = models.ForeignKey(
        Article, verbose_name=_("文章"), on_delete=models.CASCADE, related_name="comments"
    )
    # Where it was written: empty on our own page; else the posting whose comments were fetched.
    posting = models.ForeignKey(
        Posting, verbose_name=_("发布任务"), null=True, on_delete=models.CASCADE, related_name="written"
    )
    remote_id = models.BigIntegerField(null=True)
    person = models.CharField(max_length=24, blank=True)
    text = models.CharField(_("留言"), max_length=600)
    state = models.CharField(_("状态"), max_length=8, choices=CommentState, default=CommentState.WAITING)
    featured = models.BooleanField(_("精选"), default=False)
    reply = models.CharField(_("回复"), max_length=600, blank=True)
    replied_by = models.ForeignKey(
        Staff, verbose_name=_("回复人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("留言")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["posting", "remote_id"], name="a_fetched_comment_once"),
        ]
        indexes = [models.Index(fields=["article", "state"], name="comments_of_an_article")]

    def __str__(self) -> str:
        return self.text[:40]


class Share(models.Model):
    """A link that somebody passed on, and the link by which it had come to them. Of the person nothing is kept."""

    article = models.ForeignKey(
        Article, verbose_name=_("文章"), on_delete=models.CASCADE, related_name="shares"
    )
    code = models.CharField(max_length=16, unique=True)
    parent = models.ForeignKey(
        "self", verbose_name=_("上一环"), null=True, on_delete=models.SET_NULL, related_name="children"
    )
    depth = models.PositiveSmallIntegerField(_("第几层"), default=1)
    opens = models.PositiveIntegerField(_("打开次数"), default=0)
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("转发")
        indexes = [models.Index(fields=["article", "depth"], name="shares_of_an_article")]

    def __str__(self) -> str:
        return self.code
