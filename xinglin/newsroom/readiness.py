"""What an article must have before it is reviewed or published."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.newsroom.errors import NotReady
from xinglin.newsroom.models import Article
from xinglin.newsroom.planning.experts import unagreed
from xinglin.newsroom.quality.wording import Weight, findings_in

_TOLD_AT_MOST = 4


def missing_of(article: Article) -> list[str]:
    """Return everything that is still missing of the newest text, in words."""
    missing = article.newest.content.missing() if article.newest else [_("还没有内容")]
    column = article.column
    if article.newest:
        missing += article.newest.content.undeclared(
            reviewed=column.needs_review, medical=column.needs_gatekeeper
        )
        missing += [
            _("第 %(n)d 块“%(quote)s”：%(why)s") % {"n": found.block, "quote": found.quote, "why": found.why}
            for found in findings_in(article.newest.content)
            if found.weight is Weight.STOP and (column.needs_review or found.is_personal)
        ]
    missing += unagreed(article)
    if column.needs_gatekeeper and article.expires_on is None:
        missing.append(_("健康内容要写有效期（到期前会提醒复核）"))
    if article.expires_on is not None and article.has_expired:
        missing.append(_("有效期 %(day)s 已过") % {"day": article.expires_on})
    return missing


def refuse_unready(article: Article) -> None:
    """Hold back what is not complete. Raises ``NotReady``."""
    missing = missing_of(article)
    if missing:
        raise NotReady(
            gettext_lazy("还不能发布，有 %(n)d 处要补：%(what)s。"),
            n=len(missing),
            what="；".join(missing[:_TOLD_AT_MOST]),
        )
