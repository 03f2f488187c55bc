"""The jobs of the catalogue: preview, run and undo an import. Each goes on where it was left."""

from collections.abc import Callable

from procrastinate.contrib.django import app

from xinglin.catalog.importing.running import import_some, preview_some
from xinglin.catalog.importing.undoing import undo_some
from xinglin.catalog.lifecycle import BATCH_MOVES, BatchState
from xinglin.catalog.models import ImportBatch
from xinglin.catalog.watching.news import tell_news

QUEUE = "imports"


@app.task(name="catalog.preview_import", queue=QUEUE)
def preview_import(batch_id: int) -> None:
    """Foresee what an import would do."""
    _to_the_end(preview_some, batch_id)
    start_if_nightly(batch_id)


@app.task(name="catalog.run_import", queue=QUEUE)
def run_import(batch_id: int) -> None:
    """Take a batch into the catalogue. What breaks it off is told to the librarian, who may go on."""
    try:
        _to_the_end(import_some, batch_id)
    except Exception as error:
        move = BATCH_MOVES[BatchState.RUNNING, "fail"]
        ImportBatch.objects.filter(pk=batch_id, state=BatchState.RUNNING).update(
            state=move[0], failure=f"{type(error).__name__}: {error}"
        )
        raise


@app.task(name="catalog.undo_import", queue=QUEUE)
def undo_import(batch_id: int) -> None:
    """Take a batch back."""
    _to_the_end(undo_some, batch_id)


@app.periodic(cron="30 17 * * *")  # 01:30 in Shanghai: the runner counts in UTC
@app.task(name="catalog.take_in_drops", queue=QUEUE)
def take_in_what_was_dropped(timestamp: int) -> None:
    """Take in what other library systems left in the drop folder, once a night."""
    from xinglin.catalog.nightly.dropping import take_in_drops

    take_in_drops()


@app.periodic(cron="30 0 * * *")  # 08:30 in Shanghai: the runner counts in UTC
@app.task(name="catalog.tell_news", queue=QUEUE)
def tell_news_of_saved_searches(timestamp: int) -> None:
    """Tell readers what is new in the searches they keep, once a day."""
    tell_news()


def start_if_nightly(batch_id: int) -> None:
    """Go on with a previewed batch that nobody is awake to look at."""
    from xinglin.catalog.services.imports import start  # services defer tasks: they cannot be named above

    batch = ImportBatch.objects.filter(pk=batch_id, is_nightly=True, state=BatchState.PREVIEWED).first()
    if batch is not None:
        start(batch=batch, by=None)


def _to_the_end(some: Callable[[int], bool], batch_id: int) -> None:
    while some(batch_id):
        continue
