"""A product as a draft of the newsroom: from there on the newsroom's own review leads it to WeChat."""

from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from xinglin.commons import history
from xinglin.commons.text import shortened
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.intelligence.products.errors import ProductDeedNotPossible
from xinglin.intelligence.products.lifecycle import READABLE
from xinglin.intelligence.products.models import Product
from xinglin.intelligence.products.queries import WRITE
from xinglin.newsroom import services as newsroom
from xinglin.newsroom.blocks import About, Block, Content, Heading, Link, Text, from_plain
from xinglin.newsroom.lifecycle import State as ArticleState
from xinglin.newsroom.models import Article, Column
from xinglin.newsroom.services.articles import WRITE as WRITE_ARTICLE

# An article is read on a phone: more than this is left to the product's own page.
MOST_PAPERS, LONGEST_ABSTRACT, MOST_SOURCES = 20, 300, 30


@transaction.atomic
def draft_article(*, product: Product, column: Column, by: Staff | None) -> Article:
    """Make a draft of a released product for the newsroom, its papers named as sources; nothing is shown to readers.

    Whoever has no right to write there leaves the draft to those who have. Raises ``ProductDeedNotPossible`` for a
    product that is not released, or whose draft is still at work.
    """
    kept = (
        Product.objects.select_for_update(of=("self",))
        .select_related("library", "topic", "article")
        .get(pk=product.pk)
    )
    access.require(by, WRITE, kept.library_id)
    if kept.state not in READABLE:
        raise ProductDeedNotPossible(
            _("审定以后才能作成文章；它现在是“%(state)s”。"), state=kept.get_state_display()
        )
    if kept.article is not None and kept.article.state != ArticleState.DISCARDED:
        raise ProductDeedNotPossible(
            _("已有文章《%(title)s》（%(state)s）；请在“宣传 → 文章”里接着办，或先废弃它。"),
            title=kept.article.title, state=kept.article.get_state_display(),
        )  # fmt: skip
    writes = by is not None and kept.library_id in access.libraries_of(by, WRITE_ARTICLE)
    kept.article = newsroom.write(
        library=kept.library, content=content_of(kept), arrangement=newsroom.Arrangement(column=column),
        by=by if writes else None,
    )  # fmt: skip
    kept.save(update_fields=["article"])
    history.record(kept, "draft", by=by.user if by else None, changes={"article": kept.article.pk})
    return kept.article


def content_of(product: Product) -> Content:
    """Return what the article says: the preface, each paper with its reference, and where the whole is read."""
    told = product.content
    entries = list(told.get("entries", ()))
    blocks: list[Block] = []
    if told.get("preface"):
        blocks.append(Text(from_plain(str(told["preface"]))))
    for entry in entries[:MOST_PAPERS]:
        marks = "".join(f"【{mark}】" for mark in entry["marks"])
        blocks.append(
            Heading(shortened(f"{entry['number']}. {marks}{entry['title']}", characters=300), level=3)
        )
        lines = [shortened(str(entry["abstract"]), characters=LONGEST_ABSTRACT), str(entry["citation"])]
        if entry["studies"]:
            lines.append(_("研究类型：%(studies)s") % {"studies": "、".join(entry["studies"])})
        blocks.append(Text(from_plain("\n".join(filter(None, lines)))))
    if len(entries) > MOST_PAPERS:
        rest = _("本期共 %(n)d 篇，这里是前 %(shown)d 篇。") % {"n": len(entries), "shown": MOST_PAPERS}
        blocks.append(Text(from_plain(rest)))
    page = urljoin(f"{settings.PUBLIC_URL}/", reverse("mobile:product", args=[product.pk]))
    blocks.append(Link(_("看全文书目、下载 PDF"), page))
    about = About(
        author=shortened(str(told["library"]), characters=60), origin="original", ai="none",
        sources=tuple(shortened(str(each["citation"]), characters=300) for each in entries[:MOST_SOURCES]),
    )  # fmt: skip
    digest = _("%(kind)s：%(topic)s，%(first)s 至 %(last)s，共 %(n)d 篇。") % {
        "kind": told["kind_word"], "topic": told["topic"], "first": told["period"][0], "last": told["period"][1],
        "n": len(entries),
    }  # fmt: skip
    return Content(
        title=shortened(product.title, characters=100), blocks=tuple(blocks), digest=shortened(digest, characters=128),
        about=about,
    )  # fmt: skip
