"""Several clients at once, each with a connection of its own."""

import threading
from collections.abc import Callable

from django.db import connection

from xinglin.commons.errors import Refusal


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Run deeds in threads with connections of their own, released together; return results or refusals.

    Whatever else goes wrong (a constraint that had to save us, a deadlock) is raised here: a refusal is a
    sentence for a person, and an error of the database is none.
    """
    gate = threading.Barrier(len(deeds))
    results: list[object] = [None] * len(deeds)
    troubles: list[Exception] = []

    def run(number: int) -> None:
        gate.wait()
        try:
            results[number] = deeds[number]()
        except Refusal as refusal:
            results[number] = refusal
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    if troubles:
        raise troubles[0]
    return results
