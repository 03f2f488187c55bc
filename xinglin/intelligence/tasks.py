"""The jobs of intelligence: sources asked twice a day, revisions once, the last sixty days once a week.

NCBI asks for big jobs outside of 5 to 21 o'clock Eastern time: 10:30 and 16:45 in Beijing are both within.
"""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from xinglin.intelligence.harvest.running import harvest
from xinglin.intelligence.labelling import teaching
from xinglin.intelligence.lifecycle import FindingState, SourceState
from xinglin.intelligence.models import RunKind, Source, SourceKind, Topic
from xinglin.intelligence.models.topics import REVISED_KINDS
from xinglin.intelligence.sdi import looking_up, running
from xinglin.intelligence.sdi import services as sdi
from xinglin.intelligence.services.ordering import has_changed, order_waiting
from xinglin.intelligence.services.topics import ask_people
from xinglin.intelligence.watching.services import find_words_everywhere
from xinglin.intelligence.watching.services.briefs import draft_daily_briefs, remind_everybody

QUEUE = "harvest"


@app.task(
    name="intelligence.harvest_source",
    queue=QUEUE,
    pass_context=False,
    retry=RetryStrategy(max_attempts=3, wait=300),
)
def harvest_source(source_id: int, kind: str) -> None:
    """Ask one source."""
    source = Source.objects.filter(pk=source_id).first()
    if source is not None:
        harvest(source, RunKind(kind))


def ask_soon(source: Source, kind: RunKind) -> None:
    """Let a source be asked by the next free worker; one that waits already is not asked twice."""
    lock = f"harvest-{source.pk}-{kind}"
    harvest_source.configure(lock=f"harvest-{source.pk}", queueing_lock=lock).defer(
        source_id=source.pk, kind=str(kind)
    )


@app.periodic(cron="30 2 * * *")
@app.task(name="intelligence.ask_in_the_morning", queueing_lock="intelligence.ask_in_the_morning")
def ask_in_the_morning(timestamp: int) -> None:
    """Ask every source for what is new, at 10:30 in Beijing."""
    _ask_everyone()


@app.periodic(cron="45 8 * * *")
@app.task(name="intelligence.ask_in_the_afternoon", queueing_lock="intelligence.ask_in_the_afternoon")
def ask_in_the_afternoon(timestamp: int) -> None:
    """Ask every source for what is new, at 16:45 in Beijing."""
    _ask_everyone()


def _ask_everyone() -> None:
    for source in Source.objects.filter(state=SourceState.ACTIVE):
        _unless_waiting(source, RunKind.NEW)


@app.periodic(cron="0 3 * * *")
@app.task(name="intelligence.ask_for_revisions", queueing_lock="intelligence.ask_for_revisions")
def ask_for_revisions(timestamp: int) -> None:
    """Ask for what was revised, retracted or indexed, at 11:00 in Beijing."""
    for source in Source.objects.filter(state=SourceState.ACTIVE, kind__in=REVISED_KINDS):
        _unless_waiting(source, RunKind.REVISED)


@app.periodic(cron="0 4 * * 6")
@app.task(name="intelligence.reconcile", queueing_lock="intelligence.reconcile")
def reconcile(timestamp: int) -> None:
    """Compare the last sixty days with what PubMed lists now, on Saturdays at noon in Beijing."""
    for source in Source.objects.filter(state=SourceState.ACTIVE, kind=SourceKind.PUBMED):
        _unless_waiting(source, RunKind.RECONCILE)


@app.periodic(cron="30 0 * * *")
@app.task(name="intelligence.ask_people", queueing_lock="intelligence.ask_people")
def ask_people_to_look(timestamp: int) -> None:
    """Ask people to look at the sources that keep machines out, at 8:30 in Beijing."""
    ask_people()


def _unless_waiting(source: Source, kind: RunKind) -> None:
    from procrastinate.exceptions import AlreadyEnqueued

    try:
        ask_soon(source, kind)
    except AlreadyEnqueued:
        return


@app.periodic(cron="0 20,5,9 * * *")
@app.task(name="intelligence.order_what_waits", queueing_lock="intelligence.order_what_waits")
def order_what_waits(timestamp: int) -> None:
    """Order what waits by the decisions so far, where either has changed, at 4, 13 and 17 o'clock in Beijing."""
    for topic in Topic.objects.filter(findings__state=FindingState.FOUND).distinct():
        if has_changed(topic):
            order_waiting(topic=topic)


LEARN = "intelligence.learn_headings"


@app.task(name=LEARN, queue=QUEUE, pass_context=False, retry=RetryStrategy(max_attempts=2, wait=600))
def learn_headings(topic_id: int) -> None:
    """Learn the headings and study types of one topic, and suggest them for papers that nobody has filed."""
    topic = Topic.objects.filter(pk=topic_id).first()
    if topic is not None:
        teaching.learn(topic)


def learn_soon(topic: Topic, *, after: int = 0) -> None:
    """Let a topic be learned after so many seconds by a free worker; one that waits already is not learned twice."""
    from procrastinate.exceptions import AlreadyEnqueued

    try:
        learn_headings.configure(
            lock=LEARN, queueing_lock=f"{LEARN}-{topic.pk}", schedule_in={"seconds": after}
        ).defer(topic_id=topic.pk)
    except AlreadyEnqueued:
        return


@app.periodic(cron="15 20,5,9 * * *")
@app.task(name="intelligence.learn_what_was_filed", queueing_lock="intelligence.learn_what_was_filed")
def learn_what_was_filed(timestamp: int) -> None:
    """Learn every topic anew in which papers came or were filed, at 4:15, 13:15 and 17:15 in Beijing."""
    for topic in Topic.objects.all():
        if teaching.has_news(topic):
            learn_soon(topic)


@app.periodic(cron="*/10 * * * *")
@app.task(name="intelligence.push_what_is_due", queueing_lock="intelligence.push_what_is_due")
def push_what_is_due(timestamp: int) -> int:
    """Bring readers what fits their profiles, at the times that they chose; tell of retractions."""
    sdi.follow_readers()
    return running.run_due() + running.tell_retractions()


@app.task(
    name=sdi.LOOK_UP, queue=QUEUE, pass_context=False, retry=RetryStrategy(max_attempts=4, exponential_wait=6)
)
def look_up_example(example_id: int) -> None:
    """Ask the sources what a number is that a reader pasted."""
    looking_up.look_up(example_id)


@app.periodic(cron="0 23 * * *")
@app.task(name="intelligence.find_words", queueing_lock="intelligence.find_words")
def find_words(timestamp: int) -> None:
    """Look in the stories of every watch for words that the dictionary cuts, at 7 in Beijing, before the briefs."""
    find_words_everywhere()


@app.periodic(cron="30 23 * * *")
@app.task(name="intelligence.draft_daily_briefs", queueing_lock="intelligence.draft_daily_briefs")
def draft_briefs(timestamp: int) -> None:
    """Draft yesterday's briefs of the standing commissions, at 7:30 in Beijing."""
    draft_daily_briefs()


@app.periodic(cron="0 1,7 * * *")
@app.task(name="intelligence.remind_of_briefs", queueing_lock="intelligence.remind_of_briefs")
def remind_of_briefs(timestamp: int) -> None:
    """Remind leaders who have not confirmed a brief within a day, at 9 and 15 o'clock in Beijing."""
    remind_everybody()
