"""Papers that say what is wanted: pasted by number or title, taken from what was released, looked up, dropped."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from xinglin.commons import history
from xinglin.commons.text import plain, shortened
from xinglin.consortium.models import Staff
from xinglin.intelligence.models import Publication
from xinglin.intelligence.queries import article_of
from xinglin.intelligence.sdi.errors import ProfileDeedNotPossible, ProfileUnfit
from xinglin.intelligence.sdi.models import Example, Profile
from xinglin.intelligence.sdi.queries import require_care
from xinglin.literature import identifiers
from xinglin.literature.articles import Article
from xinglin.patrons.models import Patron

MOST, LONGEST = 50, 500
LOOK_UP = "intelligence.look_up_example"


@transaction.atomic
def add_examples(
    *, profile: Profile, papers: str, by: Staff | None = None, reader: Patron | None = None
) -> int:
    """Add liked papers, one a line: a DOI, a PMID, or a title; return how many were not there yet.

    Raises ``ProfileUnfit``, ``ProfileDeedNotPossible``.
    """
    may_change(profile, by, reader)
    if not papers.strip():
        raise ProfileUnfit(_("请写 DOI、PMID 或题名，一行一篇。"))
    return write_examples(profile, papers, by)


@transaction.atomic
def take_example(
    *, profile: Profile, publication: Publication, by: Staff | None = None, reader: Patron | None = None
) -> None:
    """Take a paper of ours as one that says what is wanted."""
    may_change(profile, by, reader)
    _room_for(profile, 1)
    _keep(profile, publication, by)


@transaction.atomic
def drop_example(*, example: Example, by: Staff | None = None, reader: Patron | None = None) -> None:
    """Let a paper no longer say what is wanted. Raises ``ProfileUnfit`` where nothing else does."""
    profile = example.profile
    may_change(profile, by, reader)
    if not profile.words and profile.examples.count() == 1:
        raise ProfileUnfit(_("这是最后一篇，又没有检索词；请先写检索词，或关闭这项推送。"))
    told: dict[str, object] = {} if profile.owner_id else {"example": [example.title, None]}
    history.record(profile, "amend", by=by.user if by else str(_("读者")), changes=told)
    example.delete()


@transaction.atomic
def fill_example(*, example_id: int, article: Article | None, trouble: str = "") -> None:
    """Write down what a source told of a number, or that it is not known."""
    kept = Example.objects.select_for_update().filter(pk=example_id).exclude(wanted="").first()
    if kept is None:
        return
    if article is None or not (article.title or article.other_title):
        kept.trouble = (trouble or str(_("文献库里没有这个编号；请改写题名")))[:200]
        kept.save(update_fields=["trouble"])
        return
    kept.title = shortened(article.title or article.other_title, characters=LONGEST)
    kept.article, kept.wanted, kept.trouble = article.as_plain(), "", ""
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError:  # the same paper stands there under its title
        kept.delete()


def may_change(profile: Profile, by: Staff | None, reader: Patron | None) -> None:
    """Let the reader whose own it is, or the liaison, go on."""
    if reader is None:
        require_care(by, profile.library_id, profile.department)
    elif profile.owner_id != reader.pk:
        raise ProfileDeedNotPossible(_("这项推送是学科馆员维护的，您可以暂停或关闭，不能修改内容。"))


def write_examples(profile: Profile, papers: str, by: Staff | None) -> int:
    """Keep pasted papers; a number that we do not have is asked of the sources by a job."""
    lines = list(dict.fromkeys(" ".join(plain(line).split()) for line in papers.splitlines() if line.strip()))
    _room_for(profile, len(lines))
    return sum(_write(profile, line, by) for line in lines)


def _room_for(profile: Profile, more: int) -> None:
    held = profile.examples.count()
    if held + more > MOST:
        raise ProfileUnfit(
            _("喜欢的文献最多 %(most)d 篇，已有 %(held)d 篇；多了反而不准。"), most=MOST, held=held
        )


def _write(profile: Profile, line: str, by: Staff | None) -> bool:
    named = identifiers.find(line)
    known = None
    if named.pmid:
        known = Publication.objects.filter(pmid=named.pmid).first()
    if known is None and named.doi:
        known = Publication.objects.filter(doi__iexact=named.doi).first()
    if known is None and not named:
        known = Publication.objects.filter(title__iexact=line).first()
    if known is not None:
        return _keep(profile, known, by)
    example, made = Example.objects.get_or_create(
        profile=profile, title=shortened(line, characters=LONGEST),
        defaults={"wanted": line[:300] if named else "", "added_by": by.user if by else None},
    )  # fmt: skip
    if made and named:
        app.configure_task(LOOK_UP, queue="harvest").defer(example_id=example.pk)
    return made


def _keep(profile: Profile, publication: Publication, by: Staff | None) -> bool:
    article = article_of(publication) or Article(title=publication.title)
    _example, made = Example.objects.get_or_create(
        profile=profile, title=shortened(publication.title, characters=LONGEST),
        defaults={
            "publication": publication, "article": article.as_plain(), "added_by": by.user if by else None,
        },
    )  # fmt: skip
    return made
