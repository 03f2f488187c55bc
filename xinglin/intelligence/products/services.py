"""Every change of products: made, worded, reviewed by another person, sent, taken back; and topics followed."""

import hashlib
from datetime import date

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.intelligence.labelling.lifecycle import FilingState
from xinglin.intelligence.labelling.queries import filings_of, studies_shown
from xinglin.intelligence.models import Finding, Topic
from xinglin.intelligence.products import content, printing
from xinglin.intelligence.products.errors import (
    ProductDeedNotPossible,
    ProductUnfit,
    ProductUnknown,
    ReviewNeedsAnother,
)
from xinglin.intelligence.products.lifecycle import PRODUCT_MOVES, ProductState
from xinglin.intelligence.products.models import Following, Product, ProductKind, ProductTemplate, Reading
from xinglin.intelligence.products.queries import REVIEW, WRITE, released_between
from xinglin.intelligence.products.templating import filled
from xinglin.intelligence.queries import article_of
from xinglin.notices import services as notices
from xinglin.patrons.models import Patron

NOTICE = "intelligence.product_sent"
MOST_PAPERS = 500


@transaction.atomic
def make(
    *,
    topic: Topic,
    kind: ProductKind | None = None,
    title: str = "",
    first: date,
    last: date,
    preface: str = "",
    template: ProductTemplate | None = None,
    by: Staff | None,
) -> Product:
    """Make a draft from what two people let through on these days; its content is frozen from now on.

    What is not said of title and preface is the template's, where there is one; so is how the papers are shown.

    Raises ``ProductUnfit`` for a period the wrong way round, without papers, or with too many.
    """
    access.require(by, WRITE, topic.library_id)
    if first > last:
        raise ProductUnfit(_("起止日期反了；请把较早的一天写在前面。"))
    if template is not None:
        if template.library_id != topic.library_id:
            raise ProductUnfit(_("模板不是这个专题所在馆的；请选本馆的模板。"))
        kind = kind or ProductKind(template.kind)
        title = title or filled(template.title, topic=topic, first=first, last=last)
        preface = preface or filled(template.preface, topic=topic, first=first, last=last)
    if kind is None or not title.strip():
        raise ProductUnfit(_("请选类型、写标题，或者选一个模板。"))
    found = list(released_between(topic, first, last)[: MOST_PAPERS + 1])
    if not found:
        raise ProductUnfit(
            _("专题「%(topic)s」在 %(first)s 到 %(last)s 没有复筛发布的文献；请先筛选，或改日期。"),
            topic=topic.name, first=first.isoformat(), last=last.isoformat(),
        )  # fmt: skip
    if len(found) > MOST_PAPERS:
        raise ProductUnfit(_("这段时间超过 %(most)d 篇；请缩短日期，分几期编制。"), most=MOST_PAPERS)
    heading = content.Heading(
        title=title.strip(), library=topic.library.name, topic=topic.name, period_from=first, period_to=last,
        preface=preface, sources=tuple(_sources(topic)),
    )  # fmt: skip
    now = clock.now()
    look = content.Look(template.grouping, template.abstracts) if template else content.Look()
    told = content.compose(kind, heading, [_entry(each) for each in found], moment=now, look=look)
    product = Product.objects.create(
        library=topic.library, topic=topic, kind=kind, title=heading.title, period_from=first, period_to=last,
        content=told, sha256=content.sha256_of(told), made_at=now, made_by=by.user if by else None,
    )  # fmt: skip
    history.record(product, "add", by=by.user if by else None, changes={"papers": len(found)})
    return product


@transaction.atomic
def reword(*, product: Product, version: int, title: str, preface: str, by: Staff | None) -> Product:
    """Change the title and the preface of a draft. Raises ``ProductDeedNotPossible``."""
    kept = _locked(product, WRITE, by)
    if kept.state != ProductState.DRAFT or kept.version != version:
        raise ProductDeedNotPossible(_("它已经交审，或您打开后别人改过；请刷新后再看。"))
    kept.title = title.strip()
    kept.content = {**kept.content, "title": kept.title, "preface": preface.strip()}
    kept.sha256 = content.sha256_of(kept.content)
    kept.version += 1
    kept.save()
    history.record(kept, "amend", by=by.user if by else None, changes={"sha256": kept.sha256})
    return kept


@transaction.atomic
def hand_in(*, product: Product, by: Staff | None) -> Product:
    """Give a draft to another person for review. Raises ``ProductDeedNotPossible``."""
    return _move(_locked(product, WRITE, by), "hand_in", by)


@transaction.atomic
def send_back(*, product: Product, remark: str, by: Staff | None) -> Product:
    """Return a product to who made it, saying why. Raises ``ProductUnfit``, ``ProductDeedNotPossible``."""
    kept = _locked(product, REVIEW, by)
    kept.remark = _said(remark)
    return _move(kept, "send_back", by, remark=kept.remark)


@transaction.atomic
def release(*, product: Product, by: Staff | None) -> Product:
    """Release what another person made: the PDF is made, hashed and kept as it is.

    Raises ``ReviewNeedsAnother``, ``ProductDeedNotPossible``, ``FontMissing``.
    """
    kept = _locked(product, REVIEW, by)
    two = kept.topic is None or kept.topic.two_people
    if two and by is not None and kept.made_by_id == by.user_id:
        raise ReviewNeedsAnother(_("这份产品是您编制的，要由另一位馆员审定。"))
    _goes_to(kept, "release_product")
    data = printing.pdf(kept.content)
    kept.pdf_sha256 = hashlib.sha256(data).hexdigest()
    kept.pdf = default_storage.save(
        f"intelligence/products/{kept.pk}-{kept.pdf_sha256[:12]}.pdf", ContentFile(data)
    )
    kept.released_at, kept.released_by, kept.remark = clock.now(), by.user if by else None, ""
    return _move(kept, "release_product", by, pdf=kept.pdf_sha256)


@transaction.atomic
def send(*, product: Product, by: Staff | None) -> int:
    """Tell everybody who follows the topic; return how many. Raises ``ProductDeedNotPossible``."""
    kept = note_sent(product=product, by=by)
    told = 0
    for following in Following.objects.filter(topic=kept.topic).select_related("patron"):
        notices.owe(
            patron=following.patron, kind=NOTICE, key=str(kept.pk), title=kept.title,
            text=str(_("%(kind)s：共 %(n)d 篇，%(library)s 编制。") % {
                "kind": kept.get_kind_display(), "n": kept.count, "library": kept.library.name,
            }),
            link=reverse("mobile:product", args=[kept.pk]), fields={"title": kept.title, "papers": kept.count},
            library=kept.library,
        )  # fmt: skip
        told += 1
    return told


@transaction.atomic
def note_sent(*, product: Product, by: Staff | None) -> Product:
    """Note that a released product goes out, by whatever way. Raises ``ProductDeedNotPossible``."""
    kept = _move(_locked(product, WRITE, by), "send_product", by)
    kept.sent_at = clock.now()
    kept.save(update_fields=["sent_at"])
    return kept


@transaction.atomic
def withdraw(*, product: Product, remark: str, by: Staff | None) -> Product:
    """Take a released product back from readers, saying why."""
    kept = _locked(product, REVIEW, by)
    kept.remark = _said(remark)
    return _move(kept, "withdraw", by, remark=kept.remark)


@transaction.atomic
def follow(*, topic: Topic, patron: Patron) -> None:
    """Let a reader be told of every product of a topic; once is enough."""
    Following.objects.get_or_create(topic=topic, patron=patron)


@transaction.atomic
def leave(*, topic: Topic, patron: Patron) -> None:
    """Let a reader no longer be told."""
    Following.objects.filter(topic=topic, patron=patron).delete()


@transaction.atomic
def note_reading(*, product: Product, patron: Patron) -> None:
    """Note that a reader opened a product; the first time counts."""
    Reading.objects.get_or_create(product=product, patron=patron)


@transaction.atomic
def forget_reader(*, patron_id: int) -> None:
    """Drop what an erased reader followed and opened."""
    Following.objects.filter(patron=patron_id).delete()
    Reading.objects.filter(patron=patron_id).delete()


def file_of(product: Product, form: str) -> tuple[bytes, str]:
    """Return a file of a product and its type: the kept PDF once released, all else made from the content.

    Raises ``ProductUnknown`` for another form, and where a kept PDF is lost or is not the one released.
    """
    if form not in printing.FORMS:
        raise ProductUnknown(_("没有这种格式；可以取 PDF、Word、Excel、RIS、BibTeX、GB/T 7714。"))
    _words, kind, made = printing.FORMS[form]
    if form != "pdf" or not product.pdf:
        return made(product.content), kind
    if default_storage.exists(product.pdf):
        with default_storage.open(product.pdf) as file:
            data = bytes(file.read())
        if hashlib.sha256(data).hexdigest() == product.pdf_sha256:
            return data, kind
    raise ProductUnknown(_("PDF 文件不在了，或与审定时的不一致；请联系管理员从备份恢复。"))


def _entry(finding: Finding) -> content.Entry:
    article = article_of(finding.publication)
    if article is None:
        raise ProductUnfit(
            _("《%(title)s》没有来源记录，不能收入；请先撤回它。"), title=finding.publication.title
        )
    looks = [each for each in finding.screenings.all() if each.deed in ("keep", "release") and each.by]
    names = dict.fromkeys(
        each.by.get_full_name() or each.by.first_name or each.by.get_username() for each in looks if each.by
    )
    return content.Entry(
        article, _source_word(article.source), finding.released_at, tuple(names),
        headings=tuple(each.label for each in filings_of(finding, FilingState.TAKEN) if each.heading_id),
        studies=studies_shown(finding, article),
    )  # fmt: skip


def _source_word(source: str) -> str:
    return {
        "pubmed": "PubMed",
        "europepmc": "Europe PMC",
        "crossref": "Crossref",
        "openalex": "OpenAlex",
    }.get(source, source)


def _sources(topic: Topic) -> list[str]:
    said = []
    for source in topic.sources.order_by("pk"):
        until = (
            f"{timezone.localtime(source.last_ok_at):%Y-%m-%d %H:%M}"
            if source.last_ok_at
            else str(_("尚未取到"))
        )
        said.append(str(_("%(kind)s：%(query)s（取到 %(until)s）") % {
            "kind": source.get_kind_display(), "query": source.query, "until": until,
        }))  # fmt: skip
    return said


def _said(remark: str) -> str:
    if not remark.strip():
        raise ProductUnfit(_("请写明原因，别人才知道要改什么。"))
    return remark.strip()[:300]


def _locked(product: Product, permission: str, by: Staff | None) -> Product:
    kept = (
        Product.objects.select_for_update(of=("self",)).select_related("topic", "library").get(pk=product.pk)
    )
    access.require(by, permission, kept.library_id)
    return kept


def _goes_to(product: Product, deed: str) -> ProductState:
    move = PRODUCT_MOVES.get((ProductState(product.state), deed))
    if move is None:
        raise ProductDeedNotPossible(
            _("它现在是“%(state)s”，不能这样做；请刷新后再看。"), state=product.get_state_display()
        )
    return move[0]


def _move(product: Product, deed: str, by: Staff | None, **changes: object) -> Product:
    product.state = _goes_to(product, deed)
    product.version += 1
    product.save()
    history.record(product, deed, by=by.user if by else None, changes={"state": product.state, **changes})
    return product
