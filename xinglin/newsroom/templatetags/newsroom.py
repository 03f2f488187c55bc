"""Words and marks of the newsroom's templates."""

from django import template

from xinglin.commons.deeds import in_words

register = template.Library()
register.filter("deed", in_words)


@register.filter
def lines(typed: str) -> list[str]:
    """Return the words of a text that holds one a line."""
    return typed.split()
