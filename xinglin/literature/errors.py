"""What the room of literature refuses: sources that do not answer as they should."""

from typing import ClassVar

from xinglin.commons.errors import Refusal


class SourceTrouble(Refusal):
    """A source did not give what it was asked for; ``is_passing`` says whether to ask again soon."""

    code = "literature_source_trouble"
    status = 502
    is_passing: ClassVar[bool] = True


class SourceBusy(SourceTrouble):
    """The source asks us to slow down."""

    code = "literature_source_busy"

    def __init__(self, sentence: object, *, seconds: float = 0.0, **facts: object) -> None:
        super().__init__(sentence, seconds=seconds, **facts)  # type: ignore[arg-type]
        self.seconds = seconds


class SourceDown(SourceTrouble):
    """The source could not be reached, or broke off."""

    code = "literature_source_down"


class AnswerBroken(SourceTrouble):
    """The answer is cut, is no answer of this interface, or does not hold what was asked for."""

    code = "literature_answer_broken"


class SourceSaysNo(SourceTrouble):
    """The source understood and refused: the query is wrong, or the address."""

    code = "literature_source_says_no"
    is_passing = False


class WordsUnknown(Refusal):
    """Chinese words for which no heading is known; foreign sources would find nothing by them."""

    code = "literature_words_unknown"
