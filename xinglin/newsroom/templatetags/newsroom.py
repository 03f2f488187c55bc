"""Words and marks of the newsroom's templates."""

from django import template

from xinglin.commons.deeds import in_words

register = template.Library()
register.filter("deed", in_words)
