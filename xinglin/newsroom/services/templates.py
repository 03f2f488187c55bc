"""Templates of articles: blocks to begin with."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.newsroom.errors import ContentUnfit
from xinglin.newsroom.models import Article, ArticleTemplate

_FIRST = (
    (
        "科普：一病一讲",
        [
            {"kind": "text", "html": "<p>一句话说清这篇讲什么、写给谁看。</p>"},
            {"kind": "heading", "text": "是怎么回事", "level": 2},
            {"kind": "text", "html": "<p>用打比方的话讲，不超过三段。</p>"},
            {"kind": "heading", "text": "自己能做什么", "level": 2},
            {"kind": "list", "items": ["第一件", "第二件", "第三件"], "ordered": True},
            {"kind": "heading", "text": "什么时候必须去医院", "level": 2},
            {"kind": "list", "items": ["出现……", "超过……天没有好转"], "ordered": False},
        ],
    ),
    (
        "讲座预告",
        [
            {"kind": "text", "html": "<p>谁来讲、讲什么、适合谁听。</p>"},
            {"kind": "heading", "text": "时间和地点", "level": 2},
            {"kind": "list", "items": ["时间：", "地点：", "怎样报名："], "ordered": False},
        ],
    ),
    (
        "数据库使用指南",
        [
            {"kind": "text", "html": "<p>这个数据库能查什么。</p>"},
            {"kind": "heading", "text": "三步查到全文", "level": 2},
            {"kind": "list", "items": ["第一步", "第二步", "第三步"], "ordered": True},
            {"kind": "heading", "text": "校外怎么用", "level": 2},
            {"kind": "text", "html": "<p>登录方法和常见问题。</p>"},
        ],
    ),
)


@transaction.atomic
def lay_out_templates() -> None:
    """Put the first templates where there is none."""
    if ArticleTemplate.objects.exists():
        return
    ArticleTemplate.objects.bulk_create(
        (ArticleTemplate(name=name, blocks=blocks) for name, blocks in _FIRST), ignore_conflicts=True
    )


@transaction.atomic
def keep_as_template(*, article: Article, name: str, by: Staff | None) -> ArticleTemplate:
    """Keep the blocks of an article as a template of its library. Raises ``ContentUnfit``."""
    access.require(by, "newsroom.publish_article", article.library_id)
    newest = article.newest
    if newest is None or not name.strip():
        raise ContentUnfit(_("请给模板起个名字。"))
    try:
        with transaction.atomic():
            template = ArticleTemplate.objects.create(
                name=name.strip()[:60], library=article.library, column=article.column, blocks=newest.blocks
            )
    except IntegrityError:
        raise ContentUnfit(_("本馆已经有一个叫「%(name)s」的模板。"), name=name.strip()[:60]) from None
    history.record(template, "add", by=by.user if by else None, changes={"name": template.name})
    return template
