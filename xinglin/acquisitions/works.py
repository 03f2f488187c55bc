"""What is wished: read from what a reader typed, checked, and compared with other wishes."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _
from stdnum import isbn as isbn_rules

from xinglin.acquisitions.errors import NotAnIsbn, SuggestionUnfit
from xinglin.catalog.marc import title_key
from xinglin.catalog.search.numbers import bare_number, number_in
from xinglin.commons.text import plain

LONGEST = 300


@dataclass(frozen=True)
class Wish:
    """A work as it is wished. ``isbn`` is thirteen digits, or empty."""

    isbn: str = ""
    title: str = ""
    author: str = ""
    publisher: str = ""
    year: int | None = None
    price_fen: int | None = None
    class_number: str = ""


def isbn13(written: str) -> str:
    """Return an ISBN as thirteen digits, "" for nothing. Raises ``NotAnIsbn``, telling what is wrong with it."""
    bare = bare_number(written)
    if not written.strip():
        return ""
    if len(bare) not in (10, 13):
        raise NotAnIsbn(
            _("“%(written)s”有 %(n)d 位，ISBN 是 10 位或 13 位；请看书背面条码下的数字。"),
            written=written.strip()[:40], n=len(bare),
        )  # fmt: skip
    if not isbn_rules.is_valid(bare):
        raise NotAnIsbn(
            _("ISBN %(isbn)s 的校验位不对，可能抄错了一位；请再核对。只知道书名也可以荐购。"), isbn=bare
        )
    return str(isbn_rules.to_isbn13(bare))


def checked(wish: Wish) -> Wish:
    """Return a wish cleaned and in standard form. Raises ``SuggestionUnfit``, ``NotAnIsbn``."""
    wish = replace(
        wish,
        isbn=isbn13(wish.isbn),
        title=plain(wish.title).strip().strip("《》")[:LONGEST],
        author=plain(wish.author).strip()[:200],
        publisher=plain(wish.publisher).strip()[:120],
        class_number=plain(wish.class_number).strip()[:20],
    )
    if not wish.isbn and len(title_key(wish.title)) < 2:
        raise SuggestionUnfit(_("请写书名（至少两个字）或 ISBN。"))
    if wish.year is not None and not 1000 <= wish.year <= 2100:
        raise SuggestionUnfit(_("出版年 %(year)s 不对；请写四位数字，或不填。"), year=wish.year)
    return wish


def key_of(wish: Wish) -> str:
    """Return what tells whether two wishes are for one work: the ISBN, or else title and first author."""
    if wish.isbn:
        return f"isbn:{wish.isbn}"
    return f"title:{title_key(wish.title)[:200]}|{title_key(wish.author)[:60]}"


def read_wish(text: str) -> Wish:
    """Read a wish from one line of chat: an ISBN, or 《title》 with the author behind it."""
    text = plain(text).strip()
    if number_in(text) is not None or _mostly_digits(text):
        return Wish(isbn=text)
    if text.startswith("《") and "》" in text:
        title, _mark, rest = text[1:].partition("》")
        return Wish(title=title.strip(), author=rest.strip(" ，,。/／"))
    for mark in ("／", "/", "，", ","):
        title, found, author = text.partition(mark)
        if found and author.strip():
            return Wish(title=title.strip(), author=author.strip())
    return Wish(title=text)


def _mostly_digits(text: str) -> bool:
    """Whether somebody meant a number: at least eight digits and nothing that is a word."""
    kept = [each for each in text.upper().removeprefix("ISBN") if not each.isspace() and each not in "-:：—–"]
    return len(kept) >= 8 and all(each.isdigit() or each == "X" for each in kept)
