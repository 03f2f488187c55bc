"""The button that makes a newsroom's draft of a product, and where that article stands now."""

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xinglin.commons.onscreen import Words
from xinglin.console.access import StaffRequest
from xinglin.console.screens import Action
from xinglin.console.screens.actions import Answers
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of
from xinglin.intelligence.products import queries
from xinglin.intelligence.products.articles import draft_article
from xinglin.intelligence.products.models import Product
from xinglin.newsroom.lifecycle import State as ArticleState
from xinglin.newsroom.queries import columns
from xinglin.newsroom.review.gate import open_review_of


class ArticleForm(forms.Form):
    column = forms.ModelChoiceField(
        label=_("栏目"), queryset=columns(),
        help_text=_("草稿归宣传编辑接着办：送审、把关、发布到网页和公众号都在“宣传”里"),
    )  # fmt: skip


def _draft_article(request: StaffRequest, row: Product, answers: Answers) -> Words:
    made = draft_article(product=row, column=answers["column"], by=staff_of(request))
    return _("已作成文章草稿《%(title)s》，来源都列在文末；到“宣传 → 文章”里送审。") % {"title": made.title}


def article_stands(product: Product) -> str:
    """Tell where the article is: its state, and the step of its review while one is open."""
    article = product.article
    if article is None:
        return ""
    review = open_review_of(article)
    step = (review or article).get_state_display()
    return f"《{article.title}》 {step}"


def article_page(product: Product) -> str:
    return reverse("console:newsroom.article", args=[product.article_id]) if product.article_id else ""


ARTICLE_ACTION: Action[Product] = Action(
        "draft_article", _("作成文章草稿"), _draft_article, form=ArticleForm, permission=queries.WRITE, icon="article",
        when=lambda row: row.is_readable and (row.article is None or row.article.state == ArticleState.DISCARDED),
        tone=Tone.QUIET,
    )  # fmt: skip
