"""The check-up of an article (体检): everything that may be said of its quality, at one look."""

from dataclasses import dataclass
from functools import cached_property

from xinglin.newsroom.blocks import Content, Link, Live, Text, as_plain
from xinglin.newsroom.models import Article
from xinglin.newsroom.quality import links, readability, similar, terms, wording


@dataclass(frozen=True)
class Checkup:
    """What was found in one text. The costly parts are worked out when they are asked for."""

    content: Content
    article: Article

    @cached_property
    def text(self) -> str:
        return as_plain(self.content.blocks)

    @cached_property
    def findings(self) -> list[wording.Finding]:
        return wording.findings_in(self.content)

    @property
    def stops(self) -> list[wording.Finding]:
        return [finding for finding in self.findings if finding.weight is wording.Weight.STOP]

    @cached_property
    def terms(self) -> list[terms.Found]:
        return terms.found_in(self.text, self.article.library)

    @property
    def terms_once(self) -> dict[str, str]:
        """Each term with its plain words, in the order in which they come."""
        return {found.term: found.plain for found in self.terms}

    @cached_property
    def title_terms(self) -> list[str]:
        """Terms in the title: they keep readers away."""
        return [found.term for found in terms.found_in(self.content.title, self.article.library)]

    @cached_property
    def readability(self) -> readability.Readability:
        return readability.measure(self.text, [(found.begin, found.end) for found in self.terms])

    @cached_property
    def matches(self) -> list[similar.Match]:
        return similar.matches_for(self.text, without=self.article)

    @cached_property
    def addresses(self) -> list[str]:
        """The links of the text, to be tried."""
        found = [block.address for block in self.content.blocks if isinstance(block, Link | Live)]
        for block in self.content.blocks:
            if isinstance(block, Text):
                found += links.addresses_in(block.html)
        return list(dict.fromkeys(filter(None, found)))


def checkup_of(article: Article) -> Checkup | None:
    """Return the check-up of an article's newest text."""
    return Checkup(article.newest.content, article) if article.newest else None
