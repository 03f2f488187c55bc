"""What is watched: topics, and the sources that are asked for each."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.intelligence.lifecycle import SourceState


class Topic(models.Model):
    """One subject that a library follows."""

    library = models.ForeignKey(
        Library, verbose_name=_("图书馆"), on_delete=models.PROTECT, related_name="intelligence_topics"
    )
    code = models.CharField(
        _("代码"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$", _("代码只用小写字母、数字和连字符。"))],
        help_text=_("公开网页的地址里用它，例如 influenza"),
    )
    name = models.CharField(_("名称"), max_length=80)
    description = models.TextField(_("介绍"), blank=True, help_text=_("写给读者看"))
    public = models.BooleanField(_("对读者公开"), default=True)
    two_people = models.BooleanField(
        _("初筛和复筛须是两个人"), default=True, help_text=_("只有一位情报馆员的馆可以取消")
    )
    made_at = models.DateTimeField(_("建立时间"), default=clock.now)
    ordered_at = models.DateTimeField(_("上次排次序"), null=True, blank=True, editable=False)
    learned_at = models.DateTimeField(_("上次学习归类"), null=True, blank=True, editable=False)
    learned_note = models.TextField(_("学习情况"), blank=True, editable=False)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("专题")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SourceKind(models.TextChoices):
    PUBMED = "pubmed", _("PubMed")
    EUROPE_PMC = "europepmc", _("Europe PMC")
    CROSSREF = "crossref", _("Crossref")
    OPENALEX = "openalex", _("OpenAlex")
    OAI = "oai", _("OAI-PMH 仓储")
    FEED = "feed", _("RSS/Atom")
    WEB = "web", _("网页")
    BY_HAND = "by_hand", _("人工来源")


STORY_KINDS = (SourceKind.FEED, SourceKind.WEB)
ADDRESS_KINDS = (SourceKind.FEED, SourceKind.WEB, SourceKind.OAI)
# The rest tell of new and revised records in one window, or do not tell revisions apart.
REVISED_KINDS = (SourceKind.PUBMED, SourceKind.EUROPE_PMC, SourceKind.CROSSREF)


class Source(models.Model):
    """One place that is asked for a topic, with its words and its health.

    ``asked_until`` is the day up to which new records are known: it moves only when a run is whole. ``look_every`` is
    how often, in days, a person is asked to look where the machine does not.
    """

    topic = models.ForeignKey(Topic, verbose_name=_("专题"), on_delete=models.CASCADE, related_name="sources")
    kind = models.CharField(_("种类"), max_length=12, choices=SourceKind)
    query = models.TextField(_("检索式或网址"))
    query_version = models.PositiveIntegerField(_("检索式版本"), default=1)
    state = models.CharField(_("状态"), max_length=10, choices=SourceState, default=SourceState.ACTIVE)
    since = models.DateField(_("从哪天起追踪"), default=clock.today)
    look_every = models.PositiveSmallIntegerField(_("每几天看一次"), default=7)
    asked_until = models.DateField(_("新文献已取到"), null=True, blank=True)
    revised_until = models.DateField(_("修订已取到"), null=True, blank=True)
    etag = models.CharField(max_length=200, blank=True, editable=False)
    modified = models.CharField(max_length=80, blank=True, editable=False)
    last_ok_at = models.DateTimeField(_("上次成功"), null=True, blank=True)
    failing_since = models.DateTimeField(_("失败自"), null=True, blank=True)
    failure = models.CharField(_("失败原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("来源")
        ordering = ["topic", "pk"]

    def __str__(self) -> str:
        return f"{self.topic.name} · {self.get_kind_display()}"

    @property
    def brings_stories(self) -> bool:
        """Whether it brings news of the day rather than papers: a watch counts them."""
        return self.kind in STORY_KINDS

    @property
    def record_name(self) -> str:
        """The source under which the records of a feed or a page are kept: each has numbers of its own."""
        return f"{self.kind}:{self.pk}"
