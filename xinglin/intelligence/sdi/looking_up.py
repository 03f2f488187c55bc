"""What a pasted number is: asked of the sources by a job, outside of transactions."""

from xinglin.intelligence.sdi import services
from xinglin.intelligence.sdi.models import Example
from xinglin.literature import identifiers, port


def look_up(example_id: int) -> None:
    """Ask what the number of an example is. A source that is silent raises: the job is tried again."""
    example = Example.objects.filter(pk=example_id).exclude(wanted="").first()
    if example is not None:
        article = port.find(identifiers.find(example.wanted))
        services.fill_example(example_id=example_id, article=article)
