"""The errors of OAI-PMH. Machines read them: they are the protocol's words, not a reader's."""


class OaiError(Exception):
    """One error of section 3.6: its code, and a sentence for the harvester's log."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
