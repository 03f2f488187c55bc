"""The caretaker: jobs of workers that died are found by their silent heartbeat and run again."""

import logging
from datetime import timedelta

from procrastinate import JobContext
from procrastinate.contrib.django import app

from xinglin.commons import bulletin

# Importing the bulletin here registers its errand before procrastinate closes its list of tasks.
ERRAND = bulletin.run_errand

log = logging.getLogger(__name__)

# Workers report every ten seconds (procrastinate's default); three missed reports mean dead.
SILENT_FOR = 30.0


# Long enough to look back at a bad week; what failed stays until a person has dealt with it.
KEPT_FOR = timedelta(days=14)


@app.periodic(cron="40 19 * * *")  # 03:40 in Shanghai: the runner counts in UTC
@app.task(name="xinglin.sweep_finished_jobs", queueing_lock="sweep_finished_jobs", pass_context=True)
async def sweep_finished_jobs(context: JobContext, timestamp: int) -> None:
    """Delete the jobs that were done a fortnight ago, so that the board does not grow for ever."""
    await context.app.job_manager.delete_old_jobs(nb_hours=int(KEPT_FOR.total_seconds() // 3600))


@app.periodic(cron="* * * * *")
@app.task(name="xinglin.rescue_stalled_jobs", queueing_lock="rescue_stalled_jobs", pass_context=True)
async def rescue_stalled_jobs(context: JobContext, timestamp: int) -> int:
    """Put back every job whose worker stopped reporting, and return how many there were.

    Listeners and tasks may run twice by their contract, so a job that had in fact finished its work
    before the worker died does no harm.
    """
    manager = context.app.job_manager
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_FOR))
    for job in stalled:
        await manager.retry_job(job)
        log.warning("a stalled job was put back", extra={"job": job.id, "task": job.task_name})
    return len(stalled)
