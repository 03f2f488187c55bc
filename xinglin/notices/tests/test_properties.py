"""Whatever happens in whatever order: a notice reaches the reader at most once, and never in the quiet hours."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from xinglin.commons.clock import SHANGHAI
from xinglin.consortium.tests.factories import a_library
from xinglin.notices import channels, services
from xinglin.notices.channels import Fate, Outcome
from xinglin.notices.errors import NotInThisState
from xinglin.notices.kinds import Topic
from xinglin.notices.lifecycle import LIVE, AttemptState, State
from xinglin.notices.models import Attempt, Notice
from xinglin.notices.quiet import told_from
from xinglin.notices.tests.conftest import KIND, Wire
from xinglin.patrons.tests.factories import a_patron

MINUTES = st.integers(0, 24 * 60 - 1).map(lambda n: time(n // 60, n % 60))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda m: m.replace(tzinfo=SHANGHAI))


@given(MOMENTS, MINUTES, MINUTES)
def test_what_waits_is_told_at_the_first_moment_that_is_not_quiet(
    moment: datetime, begins: time, ends: time
) -> None:
    told = told_from(moment, begins, ends)
    assert moment <= told < moment + timedelta(days=1)
    assert told_from(told, begins, ends) == told
    if told > moment:
        here = told.astimezone(SHANGHAI)
        assert (here.hour, here.minute, here.second) == (ends.hour, ends.minute, 0)
        just_before = told - timedelta(microseconds=1)
        assert told_from(just_before, begins, ends) == told


FATES = st.sampled_from(list(Fate))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("deliver"), FATES),
        st.tuples(st.just("owe"), st.none()),
        st.tuples(st.just("report"), st.sampled_from([Fate.SENT, Fate.REFUSED, Fate.UNSURE, Fate.KEPT])),
        st.tuples(st.just("send_again"), st.none()),
        st.tuples(st.just("tell_by_hand"), st.none()),
        st.tuples(st.just("withdraw"), st.none()),
        st.tuples(st.just("choose"), st.booleans()),
        st.tuples(st.just("sweep"), st.none()),
    ),
    max_size=14,
)


class NeverTwice(TestCase):
    """The ledger of what went over the wires against what people decided."""

    @settings(max_examples=40)
    @given(STEPS)
    def test_in_any_order_it_arrives_once_unless_a_person_says_so(
        self, steps: list[tuple[str, object]]
    ) -> None:
        wire = Wire("wire", 1)
        table, channels._channels = channels._channels, {"wire": wire.channel()}
        try:
            self._walk(wire, steps)
        finally:
            channels._channels = table

    def _walk(self, wire: Wire, steps: list[tuple[str, object]]) -> None:
        patron = a_patron(a_library())
        decided = 0
        refused_later = 0
        for name, what in steps:
            notice = services.owe(patron=patron, kind=KIND, key="k", title="t", text="x")
            before = State(notice.state)
            attempt = notice.attempts.filter(state__in=LIVE).first()
            if name == "deliver":
                assert isinstance(what, Fate)
                wire.outcomes = [Outcome(what)]
                Notice.objects.filter(pk=notice.pk, state=State.WAITING).update(due_at=notice.owed_at)
                services.deliver(notice_id=notice.pk)
            elif name == "report" and attempt is not None:
                assert isinstance(what, Fate)
                services.settle(attempt_id=attempt.pk, outcome=Outcome(what))
                attempt.refresh_from_db()
                refused_later += attempt.state == AttemptState.REFUSED
            elif name in ("send_again", "tell_by_hand"):
                try:
                    if name == "send_again":
                        services.send_again(notice=notice, by=None)
                        decided += 1
                    else:
                        services.tell_by_hand(notice=notice, how="电话", by=None)
                except NotInThisState:
                    assert before not in (State.UNSURE, State.UNREACHABLE)
            elif name == "withdraw":
                services.withdraw_owed(patron=patron, kind=KIND, key="k")
            elif name == "choose":
                services.choose(patron=patron, topic=Topic.HOLDS, wechat=bool(what), email=False)
            elif name == "sweep":
                services.sweep()
            notice.refresh_from_db()
            assert Notice.objects.filter(patron=patron).count() == 1
            assert Attempt.objects.filter(notice=notice, state__in=LIVE).count() <= 1
            assert (notice.due_at is not None) == (notice.state in (State.WAITING, State.TRYING)) or (
                notice.state == State.TRYING
            )
        # Each carrying beyond the first needs a person's word, or the other side's that the last did not arrive.
        assert len(wire.carried) <= 1 + decided + refused_later


@pytest.mark.django_db
def test_the_database_itself_allows_no_second_attempt_that_may_have_arrived() -> None:
    from django.db import IntegrityError

    notice = services.owe(patron=a_patron(a_library()), kind=KIND, key="k", title="t", text="x")
    Attempt.objects.create(notice=notice, channel="wire", state=AttemptState.UNSURE)
    with pytest.raises(IntegrityError):
        Attempt.objects.create(notice=notice, channel="wire")
