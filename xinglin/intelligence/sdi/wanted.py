"""A reader's search in words: 卒中 或 脑梗死 康复 -动物. Pure.

Words beside each other must all be there; 「或」 (OR, |) binds the two beside it; a minus keeps papers out; quotation
marks keep words together; an asterisk leaves the ending of a Latin word open. A Chinese word also finds the English
headings that the catalogue's table gives for it: most new papers are English, most readers ask in Chinese.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from xinglin.commons.text import comparable, plain
from xinglin.intelligence.learning import Paper
from xinglin.intelligence.sdi.errors import ProfileUnfit

LONGEST, MOST_WORDS = 500, 30
HELP = _(
    "空格表示都要有，“或”表示任一，减号表示不要，例如：卒中 或 脑梗死 康复 -动物。"
    "中文词会连同对应的英文主题词一起找"
)
Headings = Callable[[str], Iterable[str]]
_PIECE = re.compile(r"[-−－]?[\"“”](?P<phrase>[^\"“”]+)[\"“”]|(?P<word>\S+)")
_OR = frozenset({"或", "or", "|", "｜"})
_AND = frozenset({"与", "并且", "and", "+"})
_ENDS = ' .,;:!?，。；：！？、《》“”"'
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Folded:
    """A paper's words as they are compared."""

    title: str
    keywords: str
    abstract: str

    @classmethod
    def of(cls, paper: Paper) -> "Folded":
        return cls(
            comparable(paper.title), comparable(" ; ".join(paper.keywords)), comparable(paper.abstract)
        )


@dataclass(frozen=True)
class Word:
    """One word as it was written, and every spelling that will do."""

    said: str
    spellings: tuple[str, ...]

    def is_in(self, text: str) -> bool:
        return any(_found(each, text) for each in self.spellings)


@dataclass(frozen=True)
class Wanted:
    """All groups must be met, each by any of its words; no word of ``without`` may be there."""

    groups: tuple[tuple[Word, ...], ...] = ()
    without: tuple[Word, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.groups)

    def fits(self, paper: Folded) -> tuple[tuple[str, str], ...]:
        """Return (where, the word) for each group that is met; nothing when the paper is not wanted."""
        places = (("title", paper.title), ("keywords", paper.keywords), ("abstract", paper.abstract))
        if any(word.is_in(text) for word in self.without for _name, text in places):
            return ()
        met: list[tuple[str, str]] = []
        for group in self.groups:
            where = next(
                ((name, word.said) for name, text in places for word in group if word.is_in(text)), None
            )
            if where is None:
                return ()
            met.append(where)
        return tuple(met)


def read(text: str, *, headings: Headings = lambda word: ()) -> Wanted:
    """Read what a reader wrote. Raises ``ProfileUnfit``."""
    said = " ".join(plain(text).split())
    if len(said) > LONGEST:
        raise ProfileUnfit(_("检索词最多 %(most)d 个字符，现在有 %(now)d 个。"), most=LONGEST, now=len(said))
    if re.search(r"[()（）\[\]]", said):
        raise ProfileUnfit(_("检索词里不能用括号：空格表示“都要有”，“或”表示任一，减号表示不要。"))
    pieces = list(_PIECE.finditer(said))
    if len(pieces) > MOST_WORDS:
        raise ProfileUnfit(_("检索词最多 %(most)d 个，现在有 %(now)d 个。"), most=MOST_WORDS, now=len(pieces))
    groups: list[list[Word]] = []
    without: list[Word] = []
    joins = False
    for piece in pieces:
        if piece["word"] and piece["word"].casefold() in _OR:
            joins = bool(groups)
            continue
        if piece["word"] and piece["word"].casefold() in _AND:
            continue
        minus = piece[0][0] in "-−－"
        word = _word((piece["phrase"] or piece["word"]).lstrip("-−－").strip(_ENDS), headings)
        if word is None:
            continue
        if minus:
            without.append(word)
        elif joins:
            groups[-1].append(word)
        else:
            groups.append([word])
        joins = False
    if without and not groups:
        raise ProfileUnfit(_("只写“不要什么”是找不到文献的；请先写想看的主题。"))
    return Wanted(tuple(map(tuple, groups)), tuple(without))


def _word(said: str, headings: Headings) -> Word | None:
    folded = comparable(said)
    if not re.sub(r"[\W_]", "", folded):
        return None
    others: Sequence[str] = [comparable(each) for each in headings(said)] if _HAN.search(said) else []
    return Word(said, tuple(dict.fromkeys([folded, *filter(None, others)])))


def _found(spelling: str, text: str) -> bool:
    """Whether a text has a word: Chinese anywhere, Latin as a whole word, its plural, or open at an asterisk."""
    if _HAN.search(spelling):
        return spelling in text
    ending = r"\w*" if spelling.endswith("*") else r"(?:s|es)?\b"
    body = r"[\s-]+".join(re.escape(each) for each in spelling.rstrip("*").split())
    return re.search(rf"\b{body}{ending}" if body[:1].isalnum() else rf"{body}{ending}", text) is not None
