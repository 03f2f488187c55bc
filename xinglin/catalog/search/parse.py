"""The one search box: what a reader types becomes a query node, whatever it is.

心电图 诊断              both words
"心电图诊断"  《心电图》   as it stands; as it stands in a title
作者:王吉耀              in one field
A OR B  A | B  A 或者 B  either
-儿科  NOT 儿科          without
( … )                   groups
cardi*                  any word that goes on
^内科                   begins with it (前方一致)
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from .numbers import number_in
from .query import And, Field, Mode, Node, Not, Or, Term

_LONGEST_TEXT = 400
_DEEPEST_GROUP = 12

_FIELDS = {
    Field.ANY: ("any", "全部", "任意"),
    Field.TITLE: ("title", "ti", "题名", "书名", "标题", "刊名"),
    Field.AUTHOR: ("author", "au", "作者", "著者", "责任者", "编者"),
    Field.SUBJECT: ("subject", "su", "主题", "主题词", "关键词", "关键字"),
    Field.PUBLISHER: ("publisher", "pb", "出版社", "出版者"),
    Field.SERIES: ("series", "丛书", "丛编"),
    Field.NUMBER: ("isbn", "issn", "书号", "刊号"),
    Field.CLASS: ("class", "clc", "分类", "分类号", "中图法"),
}
_FIELD_OF = {label: field for field, labels in _FIELDS.items() for label in labels}

_QUOTES = {'"': '"', "“": "”", "”": "”", "「": "」", "『": "』", "《": "》", "＂": "＂"}
_OPENS = "".join(_QUOTES)
_TOKEN = re.compile(
    rf"(?P<space>\s+)"
    rf"|(?P<quoted>[{_OPENS}])"
    r"|(?P<open>[(（])|(?P<close>[)）])"
    r"|(?P<or>\|{1,2})|(?P<and>&{1,2})"
    rf"|(?P<label>(?:{'|'.join(sorted(map(re.escape, _FIELD_OF), key=len, reverse=True))})\s*[:：]\s*)"
    rf"|(?P<word>[^\s{_OPENS}()（）|&]+)",
    re.IGNORECASE,
)
_OPERATORS = {"AND": "and", "并且": "and", "OR": "or", "或者": "or", "NOT": "not", "不含": "not"}


class _Token(NamedTuple):
    kind: str
    text: str
    #: Whether a space or the beginning stands before it: only then is "-" an operator.
    apart: bool
    title: bool = False


def parse(text: str) -> Node | None:
    """Return what a reader asks for, or None when there is nothing to look for.

    Nothing typed is an error: an operator with nothing to work on is dropped, an open bracket or quote
    ends with the text, an unknown label is a word.
    """
    short = text[:_LONGEST_TEXT]
    number = number_in(short)
    if number is not None:
        return Term(number, Field.NUMBER)
    return _Parser(_tokens(short)).everything()


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    place, apart = 0, True
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            place, apart = place + 1, True
            continue
        kind, place = found.lastgroup or "", found.end()
        if kind == "quoted":
            closing = text.find(_QUOTES[found.group()], place)
            end = len(text) if closing < 0 else closing
            tokens.append(_Token("phrase", text[place:end], apart, title=found.group() == "《"))
            place, apart = end + 1, True
            continue
        if kind == "word":
            tokens.extend(_word_tokens(found.group(), apart=apart, followed=text[place : place + 1].strip()))
        elif kind == "label":
            tokens.append(_Token("label", re.sub(r"\s*[:：]\s*$", "", found.group()).lower(), apart))
        elif kind != "space":
            tokens.append(_Token(kind, found.group(), apart))
        apart = kind != "word"
    return tokens


def _word_tokens(word: str, *, apart: bool, followed: str) -> list[_Token]:
    if word in _OPERATORS:
        return [_Token(_OPERATORS[word], word, apart)]
    if apart and word[0] in "-－" and (word[1:] or followed):
        return [_Token("not", word[0], apart), *(_labelled(word[1:]) if word[1:] else [])]
    return [_Token("word", word, apart)]


def _labelled(word: str) -> list[_Token]:
    label, colon, rest = word.replace("：", ":").partition(":")
    if colon and label.lower() in _FIELD_OF:
        return [_Token("label", label.lower(), True), *([_Token("word", rest, True)] if rest else [])]
    return [_Token("word", word, True)]


class _Parser:
    """Reads tokens by descent: or < and < not < one thing."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def everything(self) -> Node | None:
        parts = []
        while self._place < len(self._tokens):
            part = self._either(Field.ANY)
            if part is not None:
                parts.append(part)
            self._take("close")
        return _joined(And, parts)

    def _take(self, *kinds: str) -> _Token | None:
        if self._place < len(self._tokens) and self._tokens[self._place].kind in kinds:
            self._place += 1
            return self._tokens[self._place - 1]
        return None

    def _either(self, field: Field) -> Node | None:
        parts = [self._all(field)]
        while self._take("or"):
            parts.append(self._all(field))
        return _joined(Or, [part for part in parts if part is not None])

    def _all(self, field: Field) -> Node | None:
        parts: list[Node] = []
        while self._place < len(self._tokens) and self._tokens[self._place].kind not in ("or", "close"):
            if self._take("and"):
                continue
            part = self._one(field)
            if part is not None:
                parts.append(part)
        return _joined(And, parts)

    def _one(self, field: Field) -> Node | None:
        negations = 0
        while self._take("not"):
            negations += 1
        part = self._thing(field)
        return Not(part) if part is not None and negations % 2 else part

    def _thing(self, field: Field) -> Node | None:
        while label := self._take("label"):
            field = _FIELD_OF[label.text]
        if self._take("open"):
            return self._group(field)
        if phrase := self._take("phrase"):
            where = Field.TITLE if phrase.title and field is Field.ANY else field
            return Term(phrase.text.strip(), where, Mode.PHRASE) if phrase.text.strip() else None
        if word := self._take("word"):
            return _term(word.text, field)
        return None

    def _group(self, field: Field) -> Node | None:
        if self._depth >= _DEEPEST_GROUP:
            return None
        self._depth += 1
        part = self._either(field)
        self._take("close")
        self._depth -= 1
        return part


def _term(word: str, field: Field) -> Term | None:
    if field is Field.ANY and (number := number_in(word)) is not None:
        return Term(number, Field.NUMBER)
    bare = word.strip("^*＊")
    if not any(character.isalnum() for character in bare):
        return None
    if word[0] == "^":
        return Term(bare, field, Mode.BEGINNING)
    return Term(bare, field, Mode.PREFIX) if word[-1] in "*＊" else Term(word, field)


def _joined(group: Callable[[tuple[Node, ...]], Node], parts: list[Node]) -> Node | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return group(tuple(parts))
