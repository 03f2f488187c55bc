"""Numbers as addresses, forms, messages and files write them."""


def whole(text: str, *, digits: int = 18) -> int | None:
    """Return the number that up to ``digits`` ASCII digits write, ``None`` for anything else.

    ``str.isdigit`` alone also takes "²" and "٣", and a database refuses numbers that an address can hold: 18
    digits fit every key.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
