"""The jobs of the catalogue: preview, run and undo an import; harvest. Each goes on where it was left."""

from collections.abc import Callable

from procrastinate.contrib.django import app

from xinglin.catalog.copying.errors import SourceUnreachable
from xinglin.catalog.importing.running import import_some, preview_some
from xinglin.catalog.importing.undoing import undo_some
from xinglin.catalog.lifecycle import BATCH_MOVES, BatchState
from xinglin.catalog.missing.services import forget_old
from xinglin.catalog.models import ImportBatch
from xinglin.catalog.watching.news import tell_news
from xinglin.commons.errors import Refusal

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


@app.task(name="catalog.harvest", queue=QUEUE)
def harvest(run_id: int) -> None:
    """Harvest a source to the end of its list; what does not answer is asked again later."""
    from xinglin.catalog.harvesting import services
    from xinglin.catalog.harvesting.running import harvest_page

    try:
        while harvest_page(run_id):
            continue
    except SourceUnreachable as silence:
        asked_for = silence.facts.get("wait", 0)
        later = services.note_trouble(
            run_id=run_id, why=str(silence), wait=asked_for if isinstance(asked_for, int) else 0
        )
        if later is not None:
            harvest.configure(schedule_in={"seconds": int(later.total_seconds())}).defer(run_id=run_id)
    except Refusal as refusal:
        services.break_off(run_id=run_id, why=str(refusal))
    except Exception as error:  # a fault of ours: told to the librarian, who may go on when it is mended
        services.break_off(run_id=run_id, why=f"{type(error).__name__}: {error}")
        raise


@app.periodic(cron="0 18 * * *")  # 02:00 in Shanghai: the runner counts in UTC
@app.task(name="catalog.harvest_due", queue=QUEUE)
def harvest_what_is_due(timestamp: int) -> None:
    """Begin the harvests of the night, and go on with those that broke off."""
    from xinglin.catalog.harvesting import services

    services.harvest_what_is_due()


@app.periodic(cron="30 0 * * *")  # 08:30 in Shanghai: the runner counts in UTC
@app.task(name="catalog.tell_news", queue=QUEUE)
def tell_news_of_saved_searches(timestamp: int) -> None:
    """Tell readers what is new in the searches they keep, once a day."""
    tell_news()


@app.periodic(cron="10 20 * * *")  # 04:10 in Shanghai: the runner counts in UTC
@app.task(name="catalog.forget_missed", queue=QUEUE)
def forget_what_was_not_found(timestamp: int) -> None:
    """Forget the searches without a result of a season ago."""
    forget_old()


def start_if_nightly(batch_id: int) -> None:
    """Go on with a previewed batch that nobody is awake to look at."""
    from xinglin.catalog.services.imports import start  # services defer tasks: they cannot be named above

    batch = ImportBatch.objects.filter(pk=batch_id, is_nightly=True, state=BatchState.PREVIEWED).first()
    if batch is not None:
        start(batch=batch, by=None)


def _to_the_end(some: Callable[[int], bool], batch_id: int) -> None:
    while some(batch_id):
        continue
