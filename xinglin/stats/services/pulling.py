"""The platform's statistics, fetched every day: gaps are filled, days that may still change are asked again.

Yesterday is ready after eight in the morning, and articles go on changing for a week (protocol sheet §8.12). A series
that the account may not read is noted as refused and not asked again for a week.
"""

import logging
from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction

from xinglin.commons import clock
from xinglin.stats.models import Figure, Pull, PullState
from xinglin.wechat.calling import client_for
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.client.datacube import Series, span_of
from xinglin.wechat.client.errors import NotAuthorised, PlatformUnreachable, QuotaUsedUp, WeChatApiError
from xinglin.wechat.jsonvalue import JsonObject, as_text
from xinglin.wechat.models import Account

log = logging.getLogger(__name__)

READY_HOUR = 8
BACK_TO = 30
CHANGES_FOR = 7
ASK_REFUSED_AGAIN = timedelta(days=7)
NOT_READY = frozenset({61503})

# Both sets of article figures: the old one the platform keeps alive, the new one since November 2025.
DAILY = (
    Series.USER_SUMMARY,
    Series.USER_CUMULATE,
    Series.ARTICLE_SUMMARY,
    Series.ARTICLE_TOTAL,
    Series.USER_READ,
    Series.USER_SHARE,
    Series.ARTICLE_READ,
    Series.ARTICLE_SHARE,
    Series.ARTICLE_TOTAL_DETAIL,
    Series.BIZ_SUMMARY,
    Series.UPSTREAM_MESSAGE,
    Series.UPSTREAM_MESSAGE_DISTRIBUTION,
    Series.INTERFACE_SUMMARY,
)
CHANGING = frozenset(
    {
        Series.ARTICLE_SUMMARY,
        Series.ARTICLE_TOTAL,
        Series.ARTICLE_READ,
        Series.ARTICLE_SHARE,
        Series.ARTICLE_TOTAL_DETAIL,
    }
)
# What tells the rows of one day apart.
KEYS = ("user_source", "ref_hour", "msgid", "msg_type", "count_interval", "share_scene")


def pull(*, account: Account) -> int:
    """Fetch everything that is due of an account, and return how many rows were new or had changed."""
    if not account.may(Capability.STATISTICS):
        return 0
    changed = 0
    for series in DAILY:
        for begin, end in spans(account, series):
            outcome = _fetch(account, series, begin, end)
            if outcome is None:
                break
            changed += outcome
    return changed


def spans(account: Account, series: Series) -> list[tuple[date, date]]:
    """Return the days of a series that are to be fetched, joined into spans that one call may ask for."""
    last = clock.today() - timedelta(days=1 if clock.local(clock.now()).hour >= READY_HOUR else 2)
    first = max(
        clock.local(account.created_at).date() - timedelta(days=1), last - timedelta(days=BACK_TO - 1)
    )
    known = {pull.day: pull for pull in Pull.objects.filter(account=account, series=series, day__gte=first)}
    now = clock.now()
    if any(
        each.state == PullState.REFUSED and now - each.tried_at < ASK_REFUSED_AGAIN for each in known.values()
    ):
        return []
    wanted = [day for day in _days(first, last) if _is_due(series, day, known.get(day), last)]
    return list(_joined(wanted, span_of(series)))


def _is_due(series: Series, day: date, known: Pull | None, last: date) -> bool:
    if known is None or known.state != PullState.DONE:
        return True
    may_change = series in CHANGING and (last - day).days < CHANGES_FOR
    return may_change and clock.local(known.tried_at).date() < clock.today()


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _joined(days: list[date], longest: int) -> Iterator[tuple[date, date]]:
    begin = before = None
    for day in days:
        if begin is None or before is None:
            begin = day
        elif day != before + timedelta(days=1) or (day - begin).days >= longest:
            yield begin, before
            begin = day
        before = day
    if begin is not None and before is not None:
        yield begin, before


def _fetch(account: Account, series: Series, begin: date, end: date) -> int | None:
    """Fetch a span and keep it; None when the series is not to be asked further now."""
    try:
        rows = client_for(account).datacube.fetch(series, begin, end)
    except NotAuthorised as error:
        _note(account, series, begin, end, PullState.REFUSED, problem=str(error))
        return None
    except (QuotaUsedUp, PlatformUnreachable) as error:
        _note(account, series, begin, end, PullState.FAILED, problem=str(error))
        return None
    except WeChatApiError as error:
        state = PullState.EARLY if error.errcode in NOT_READY else PullState.FAILED
        _note(account, series, begin, end, state, problem=str(error))
        return None if state == PullState.EARLY else 0
    return _keep(account, series, begin, end, rows)


@transaction.atomic
def _keep(account: Account, series: Series, begin: date, end: date, rows: list[JsonObject]) -> int:
    """Keep rows: what differs from what is known becomes a new revision, what is the same changes nothing."""
    latest = {
        (figure.day, figure.key): figure
        for figure in Figure.objects.select_for_update().filter(
            account=account, series=series, day__range=(begin, end), is_latest=True
        )
    }
    changed = 0
    counts: dict[date, int] = {}
    for row in rows:
        try:
            day = date.fromisoformat(as_text(row.get("ref_date"))[:10])
        except ValueError:
            log.warning("a figure without a day was left out", extra={"series": str(series)})
            continue
        counts[day] = counts.get(day, 0) + 1
        key = "|".join(f"{name}={as_text(row[name])}" for name in KEYS if name in row)[:120]
        values = {name: value for name, value in row.items() if name not in (*KEYS, "ref_date")}
        before = latest.get((day, key))
        if before is not None and before.values == values:
            continue
        if before is not None:
            Figure.objects.filter(pk=before.pk).update(is_latest=False)
        latest[day, key] = Figure.objects.create(
            account=account, series=series, day=day, key=key, values=values, fetched_at=clock.now(),
            revision=before.revision + 1 if before else 1,
        )  # fmt: skip
        changed += 1
    _note(account, series, begin, end, PullState.DONE, counts=counts)
    return changed


def _note(
    account: Account, series: Series, begin: date, end: date, state: PullState, *, problem: str = "",
    counts: dict[date, int] | None = None,
) -> None:  # fmt: skip
    for day in _days(begin, end):
        known = Pull.objects.filter(account=account, series=series, day=day).first()
        if known is not None and known.state == PullState.DONE and state != PullState.DONE:
            continue  # what is there stays, although asking again failed
        kept = known or Pull(account=account, series=series, day=day, tries=0)
        kept.state, kept.problem, kept.tried_at = state, problem[:300], clock.now()
        kept.rows, kept.tries = (counts or {}).get(day, 0), min(kept.tries + 1, 30_000)
        kept.save()
