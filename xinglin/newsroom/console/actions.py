"""What may be done to an article in the console, each by one form and one service."""

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.screens import Action, Answers, offered
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of
from xinglin.newsroom import services
from xinglin.newsroom.lifecycle import DEEDS, MOVES, State
from xinglin.newsroom.models import Article
from xinglin.newsroom.review import services as review
from xinglin.newsroom.review.gate import objections_to, open_review_of
from xinglin.newsroom.review.lifecycle import Hand, Lane
from xinglin.newsroom.services.articles import PUBLISH, WRITE
from xinglin.newsroom.services.templates import keep_as_template


class SeenForm(forms.Form):
    """What was before the person's eyes when they decided."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(SeenForm):
    """Why an article is taken from readers' sight."""

    reason = forms.CharField(
        label=gettext_lazy("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


def _seen(
    request: StaffRequest, row: Article, data: QueryDict | None, files: "MultiValueDict[str, object] | None"
) -> forms.Form:
    return SeenForm(data, initial={"version": row.version})


def _seen_and_why(
    request: StaffRequest, row: Article, data: QueryDict | None, files: "MultiValueDict[str, object] | None"
) -> forms.Form:
    return ReasonForm(data, initial={"version": row.version})


class FastLaneForm(SeenForm):
    """Why an article must go out at once."""

    reason = forms.CharField(
        label=gettext_lazy("紧急情况"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("两个人审：正在值班的医学把关人，再加一位审核人"),
    )


def _seen_and_urgent(
    request: StaffRequest, row: Article, data: QueryDict | None, files: "MultiValueDict[str, object] | None"
) -> forms.Form:
    return FastLaneForm(data, initial={"version": row.version})


def _submit(request: StaffRequest, article: Article, answers: Answers) -> str:
    round_ = review.submit(article=article, version=answers["version"], by=staff_of(request))
    return _("已送审，现在轮到“%(hand)s”。") % {"hand": Hand(round_.hand).label}


def _submit_fast(request: StaffRequest, article: Article, answers: Answers) -> str:
    review.submit(
        article=article,
        version=answers["version"],
        by=staff_of(request),
        lane=Lane.FAST,
        reason=answers["reason"],
    )
    return _("已送应急快审，先由值班的医学把关人审。")


class TemplateForm(forms.Form):
    """What the template is called."""

    name = forms.CharField(label=gettext_lazy("模板名称"), max_length=60)


def _keep_as_template(request: StaffRequest, article: Article, answers: Answers) -> str:
    keep_as_template(article=article, name=answers["name"], by=staff_of(request))
    return _("已存为模板，写文章时可以从它开始。")


def _can_submit(article: Article) -> bool:
    """Whether there is a text that nobody reviews yet."""
    waits = article.state != State.DISCARDED and (
        article.state != State.PUBLISHED or article.has_unpublished_changes
    )
    return waits and open_review_of(article) is None


def _publish(request: StaffRequest, article: Article, answers: Answers) -> str:
    services.publish(article=article, version=answers["version"], by=staff_of(request))
    return _("已发布，读者现在就能看到。")


def _withdraw(request: StaffRequest, article: Article, answers: Answers) -> str:
    services.withdraw(
        article=article, version=answers["version"], reason=answers["reason"], by=staff_of(request)
    )
    return _("已撤下，读者不再看到这篇文章。")


def _pin(request: StaffRequest, article: Article, answers: Answers) -> str:
    services.pin(article=article, version=article.version, by=staff_of(request))
    return _("已置顶。")


def _unpin(request: StaffRequest, article: Article, answers: Answers) -> str:
    services.unpin(article=article, version=article.version, by=staff_of(request))
    return _("已取消置顶。")


def _discard(request: StaffRequest, article: Article, answers: Answers) -> str:
    services.discard(article=article, version=answers["version"], by=staff_of(request))
    return _("草稿已废弃，需要时可以恢复。")


def _restore(request: StaffRequest, article: Article, answers: Answers) -> str:
    services.restore(article=article, version=article.version, by=staff_of(request))
    return _("已恢复为草稿。")


def _can_publish(article: Article) -> bool:
    """Whether there is something to publish that has passed whatever its column asks."""
    waits = article.state != State.PUBLISHED or article.has_unpublished_changes
    return waits and offered(MOVES, "publish")(article) and not objections_to(article)


ACTIONS = (
    Action(
        "submit",
        gettext_lazy("送审"),
        run=_submit,
        form=_seen,
        confirm=gettext_lazy("送审的就是现在这一稿；之后改动文字、标题或封面，要重新送审。"),
        permission=review.SUBMIT,
        icon="send-2",
        when=_can_submit,
    ),
    Action(
        "fast",
        gettext_lazy("应急快审"),
        run=_submit_fast,
        form=_seen_and_urgent,
        permission=review.SUBMIT,
        icon="bolt",
        when=_can_submit,
    ),
    Action(
        "publish",
        DEEDS["publish"],
        run=_publish,
        form=_seen,
        confirm=gettext_lazy("发布后，读者马上能在公众号和网页里看到最新稿。"),
        permission=PUBLISH,
        icon="send",
        tone=Tone.GOOD,
        when=_can_publish,
    ),
    Action(
        "pin",
        DEEDS["pin"],
        run=_pin,
        permission=PUBLISH,
        icon="pin",
        when=lambda article: offered(MOVES, "pin")(article) and not article.pinned,
    ),
    Action(
        "unpin",
        DEEDS["unpin"],
        run=_unpin,
        permission=PUBLISH,
        icon="pinned-off",
        when=lambda article: offered(MOVES, "unpin")(article) and article.pinned,
    ),
    Action(
        "withdraw",
        DEEDS["withdraw"],
        run=_withdraw,
        form=_seen_and_why,
        confirm=gettext_lazy("撤下后，读者打开链接会看到“已撤下”。文章和各稿都会保留。"),
        permission=PUBLISH,
        icon="eye-off",
        tone=Tone.BAD,
        when=offered(MOVES, "withdraw"),
    ),
    Action(
        "template",
        gettext_lazy("存为模板"),
        run=_keep_as_template,
        form=TemplateForm,
        permission=PUBLISH,
        icon="template",
    ),
    Action(
        "discard",
        DEEDS["discard"],
        run=_discard,
        form=_seen,
        confirm=gettext_lazy("草稿会移到“已废弃”，需要时可以恢复。"),
        permission=WRITE,
        icon="trash",
        tone=Tone.BAD,
        when=offered(MOVES, "discard"),
    ),
    Action(
        "restore",
        DEEDS["restore"],
        run=_restore,
        permission=WRITE,
        icon="arrow-back-up",
        when=offered(MOVES, "restore"),
    ),
)
