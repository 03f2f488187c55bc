"""News goes up: one errand per listener, in the announcer's transaction, tried again, never lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import pytest
from django.db import transaction
from django.db.models import QuerySet
from procrastinate import JobContext
from procrastinate.contrib.django import app, models
from pytest_django import DjangoAssertNumQueries

from xinglin.commons import bulletin
from xinglin.commons.testing import apart, run_errands


@dataclass(frozen=True)
class LampLit(bulletin.Event):
    lamp_id: int


seen: list[int] = []


@pytest.fixture
def a_listener() -> Iterator[None]:
    @bulletin.listens_to(LampLit)
    def remember(event: LampLit) -> None:
        if event.lamp_id < 0:
            raise ValueError("a lamp that does not burn")
        seen.append(event.lamp_id)

    seen.clear()
    yield
    name = f"{remember.__module__}.{remember.__qualname__}"
    bulletin._listeners.pop(LampLit)
    bulletin._by_name.pop(name)


def errands() -> QuerySet[models.ProcrastinateJob]:
    return models.ProcrastinateJob.objects.filter(task_name="xinglin.errand")


@pytest.mark.django_db(transaction=True)
def test_an_announced_event_reaches_its_listener_after_the_commit(a_listener: None) -> None:
    with transaction.atomic():
        bulletin.announce(LampLit(lamp_id=7))
    assert seen == []
    run_errands()
    assert seen == [7]


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_deed_announces_nothing(a_listener: None) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        bulletin.announce(LampLit(lamp_id=7))
        raise RuntimeError
    run_errands()
    assert seen == []
    assert not errands().exists()


@pytest.mark.django_db(transaction=True)
def test_a_failing_listener_stays_on_the_board_to_be_tried_again(a_listener: None) -> None:
    bulletin.announce(LampLit(lamp_id=-1))
    run_errands()
    job = errands().get()
    assert (job.status, job.attempts) == ("todo", 1)
    assert job.scheduled_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_died_is_put_back(a_listener: None) -> None:
    bulletin.announce(LampLit(lamp_id=7))

    async def die_while_working_then_rescue() -> int:
        from xinglin.commons.tasks import rescue_stalled_jobs

        dying = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        async with dying.open_async():
            manager = dying.job_manager
            worker_id = await manager.register_worker()
            job = await manager.fetch_job(queues=None, worker_id=worker_id)
            assert job is not None
            # kill -9 leaves the row "doing" with a heartbeat that falls silent
            await dying.connector.execute_query_async(
                "update procrastinate_workers set last_heartbeat = now() - interval '5 minutes' where id = %(id)s",
                id=worker_id,
            )
            return int(await rescue_stalled_jobs.func(cast(JobContext, _Context(dying)), timestamp=0))

    assert apart(die_while_working_then_rescue()) == 1
    run_errands()
    assert seen == [7]


class _Context:
    """What the rescue task reads of procrastinate's job context."""

    def __init__(self, app: object) -> None:
        self.app = app


@pytest.mark.django_db
def test_all_listeners_of_an_event_are_told_in_one_statement(
    a_listener: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    @bulletin.listens_to(LampLit)
    def write_it_down(event: LampLit) -> None:
        seen.append(-event.lamp_id)

    with django_assert_num_queries(1):
        bulletin.announce(LampLit(lamp_id=7))
    told = {
        (job.queue_name, job.args["listener"].rsplit(".", 1)[1], job.args["news"]["lamp_id"])
        for job in errands()
    }
    assert told == {("errands", "remember", 7), ("errands", "write_it_down", 7)}
    bulletin._by_name.pop(f"{write_it_down.__module__}.{write_it_down.__qualname__}")
