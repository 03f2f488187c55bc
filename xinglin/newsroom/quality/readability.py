"""How hard a Chinese text is to read, by a published measure, and which sentences make it so.

The measure is that of Jing Hsi-yu (荆溪昱): length, mean length of sentences, share of common characters.
Its coefficients come from school books, so the number is shown with its parts and never as a school year.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

# Coefficients as published; the common characters are level 1 of GB/T 2312 (3 755 of them).
_CONSTANT, _LENGTH, _SENTENCE, _COMMON = 17.52547988, 0.00242523, 0.04414527, -18.33435443
_ENDS = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")
_PAUSES = re.compile(r"[，、,：:]")
_PASSIVE = re.compile(r"被|受到|予以|给予|进行|实施")
_NOT = re.compile(r"不得|不能|不应|不可|无法|未|非|勿|否")
LONG, VERY_LONG = 40, 60
_LEVEL_1 = range(0xB0, 0xD8)


@dataclass(frozen=True)
class HardSentence:
    """A sentence that is hard to read, and why."""

    text: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class Readability:
    """The measure with its parts."""

    score: float
    characters: int
    sentences: int
    mean_length: float
    rare_share: float
    terms_per_hundred: float
    hard: tuple[HardSentence, ...]

    @property
    def words(self) -> str:
        """The parts in a sentence, as an editor reads them."""
        return _(
            "共 %(characters)d 字 %(sentences)d 句，平均每句 %(mean).0f 字；生僻字 %(rare).1f%%，"
            "每百字 %(terms).1f 个医学术语；难度 %(score).1f（越大越难）。"
        ) % {
            "characters": self.characters,
            "sentences": self.sentences,
            "mean": self.mean_length,
            "rare": 100 * self.rare_share,
            "terms": self.terms_per_hundred,
            "score": self.score,
        }


def measure(text: str, terms: Sequence[tuple[int, int]] = ()) -> Readability:
    """Measure a text; ``terms`` are the places of medical terms in it, as begin and end."""
    sentences = [match for match in _ENDS.finditer(text) if match.group().strip()]
    characters = [letter for letter in text if "\u4e00" <= letter <= "\u9fff"]
    count = max(len(sentences), 1)
    common = sum(is_common(letter) for letter in characters)
    share = common / len(characters) if characters else 1.0
    mean = len(characters) / count
    score = _CONSTANT + _LENGTH * len(characters) + _SENTENCE * mean + _COMMON * share
    hard = tuple(_hard(sentences, terms))
    return Readability(
        score=score,
        characters=len(characters),
        sentences=len(sentences),
        mean_length=mean,
        rare_share=1 - share,
        terms_per_hundred=100 * len(terms) / max(len(characters), 1),
        hard=hard,
    )


def is_common(letter: str) -> bool:
    """Whether a character is of level 1 of GB/T 2312."""
    try:
        return letter.encode("gb2312")[0] in _LEVEL_1
    except UnicodeEncodeError:
        return False


def _hard(sentences: Sequence["re.Match[str]"], terms: Sequence[tuple[int, int]]) -> Iterator[HardSentence]:
    places = sorted(begin for begin, _end in terms)
    for sentence in sentences:
        why = tuple(_why(sentence, places))
        if why:
            yield HardSentence(sentence.group().strip(), why)


def _why(sentence: "re.Match[str]", terms: Sequence[int]) -> Iterator[str]:
    text = sentence.group()
    length = sum("\u4e00" <= letter <= "\u9fff" for letter in text)
    if length > VERY_LONG:
        yield _("%(n)d 字，请分成几句") % {"n": length}
    elif length > LONG and len(_PAUSES.findall(text)) < 2:
        yield _("%(n)d 字没有停顿") % {"n": length}
    inside = sum(sentence.start() <= place < sentence.end() for place in terms)
    if inside >= 3:
        yield _("一句里有 %(n)d 个术语") % {"n": inside}
    rare = [letter for letter in text if "\u4e00" <= letter <= "\u9fff" and not is_common(letter)]
    if len(rare) >= 4:
        yield _("生僻字多：%(letters)s") % {"letters": "".join(dict.fromkeys(rare))[:8]}
    if len(_NOT.findall(text)) >= 3:
        yield _("否定词多，容易读反")
    if length > LONG and len(_PASSIVE.findall(text)) >= 3:
        yield _("“被、予以、进行”一类的词多")
