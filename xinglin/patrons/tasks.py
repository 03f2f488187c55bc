"""Jobs of the room of readers: imports, and the sweeping of old guesses."""

from procrastinate.contrib.django import app

from xinglin.consortium.models import Staff
from xinglin.patrons import attempts
from xinglin.patrons.imports import batches
from xinglin.patrons.models import ImportBatch
from xinglin.patrons.sign_in import tickets
from xinglin.patrons.sign_in.directories import saml


@app.task(name="xinglin.patrons.run_import", queue="imports", retry=3)
def run_import(batch_id: int, staff_id: int | None) -> None:
    """Take the rows of an import; a second run goes on where the first was killed."""
    by = Staff.objects.select_related("user").get(pk=staff_id) if staff_id is not None else None
    batches.run(batch=ImportBatch.objects.get(pk=batch_id), by=by)


@app.periodic(cron="17 19 * * *")  # 03:17 in Shanghai: the runner counts in UTC
@app.task(name="xinglin.patrons.sweep_tries", queueing_lock="sweep_tries")
def sweep_tries(timestamp: int) -> int:
    """Delete the guesses of the days before."""
    return attempts.sweep()


@app.periodic(cron="19 19 * * *")  # 03:19 in Shanghai: the runner counts in UTC
@app.task(name="xinglin.patrons.sweep_tickets", queueing_lock="sweep_tickets")
def sweep_tickets(timestamp: int) -> int:
    """Delete the sign-ins of the days before: by scanning, and by the assertions of a directory."""
    return tickets.sweep() + saml.sweep()
