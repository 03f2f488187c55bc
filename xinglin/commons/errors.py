"""Refusals: what the system will not do, said so that a person can act on it.

    Refusal
    ├── NotAllowed       the person may not do this               403
    ├── NotFound         there is no such thing, or not for them  404
    ├── Conflict         someone was faster; look again           409
    └── TooManyTries     guessing is stopped for a while          429

A subclass has a stable ``code`` for programs and is raised with one whole, translatable sentence
whose placeholders are named: ``raise HoldLimitReached(_("…%(held)d…"), held=held)``.
"""

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Refusal(Exception):
    """Something that was asked for and is refused: what happened, with numbers, and what to do next."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 422

    def __init__(self, sentence: "str | _StrPromise", **facts: object) -> None:
        super().__init__(sentence, facts)
        self.sentence = sentence
        self.facts = facts

    def __str__(self) -> str:
        return str(self.sentence) % self.facts if self.facts else str(self.sentence)


class NotAllowed(Refusal):
    """The person who asks may not do this; nothing was changed."""

    code = "not_allowed"
    status = 403


class NotFound(Refusal):
    """There is no such thing, or it is another library's: the two are told in the same words."""

    code = "not_found"
    status = 404


class Conflict(Refusal):
    """Someone else changed it first; nothing was overwritten."""

    code = "conflict"
    status = 409


class TooManyTries(Refusal):
    """A guess too many: further ones are not even looked at for a while."""

    code = "too_many_tries"
    status = 429
