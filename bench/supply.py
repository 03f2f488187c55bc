"""How soon the work list of document delivery answers over HTTP with 50 000 open requests, beside its bare query.

    python -m bench supply                 50 000 open requests and as many closed ones
    REQUESTS=5000 python -m bench supply   fewer; QUICK=1 is 5 000

Our web server runs in a process of its own; a manager of the whole consortium asks for the list as it is used: the
first page, what is late, one state, one library, one class, a page far back, a word of a title. The bare query is the
same twenty rows asked of PostgreSQL by psycopg, without the page around them.
"""

import os
import random
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

import httpx

from bench import report
from bench.installation import installation
from bench.processes import free_port, running

SEED = 8
FULL, QUICK = 50_000, 5_000
ROUNDS = 5 if report.is_quick() else 30
BAR = {"work list p95 ms": 200.0}
PATH = "/console/delivery/requests/"
_WORDS = ("心房颤动", "抗凝", "心力衰竭", "肺栓塞", "糖尿病", "肾移植", "卒中", "免疫治疗", "护理", "影像")


def put_requests(count: int) -> int:
    """Put open requests, and as many closed ones, into four libraries; return the id of one library."""
    from xinglin.commons import clock
    from xinglin.consortium import services as consortium
    from xinglin.delivery.lifecycle import OPEN, State
    from xinglin.delivery.models import DocumentKind, DocumentRequest, Source, Urgency, Visit
    from xinglin.patrons import services as patrons
    from xinglin.patrons.models import Right

    pick = random.Random(SEED)
    libraries = [
        consortium.add_library(code=f"L{n}", name=f"第 {n} 附属医院图书馆", by=None) for n in range(4)
    ]
    category = patrons.add_category(
        code="DOCTOR", name="医师", rights=tuple(Right), months_valid=None, by=None
    )
    readers = [
        patrons.register(
            home_library=pick.choice(libraries),
            card_number=f"C{n:05d}",
            name=f"读者{n}",
            category=category,
            by=None,
        )
        for n in range(200)
    ]
    now = clock.now()
    visits = Visit.objects.bulk_create(
        Visit(patron=reader, library=reader.home_library, source=Source.H5, at=now) for reader in readers
    )

    def made(number: int, state: State) -> DocumentRequest:
        visit = pick.choice(visits)
        asked = now - timedelta(minutes=pick.randrange(60 * 24 * 30))
        closed = None if state in OPEN else asked + timedelta(hours=pick.randrange(1, 60))
        return DocumentRequest(
            number=f"WX2026{number:06d}", visit=visit, patron=visit.patron, library=pick.choice(libraries),
            home_library=visit.library, state=state, source=Source.H5, kind=DocumentKind.ARTICLE,
            urgency=pick.choices(list(Urgency), (80, 15, 5))[0],
            title=f"{pick.choice(_WORDS)}与{pick.choice(_WORDS)}的研究 {number}", container="中华医学杂志", year=2020,
            work_key=f"bench:{number}", asked_at=asked, due_at=asked + timedelta(hours=pick.randrange(2, 72)),
            promised_at=asked, closed_at=closed, delivered_at=closed,
        )  # fmt: skip

    states = [State(state) for state in OPEN]
    rows = (made(n, pick.choice(states) if n < count else State.DELIVERED) for n in range(2 * count))
    DocumentRequest.objects.bulk_create(rows, batch_size=5000)
    return libraries[0].pk


def signed_in() -> tuple[str, object]:
    """Appoint a manager of the whole consortium; return the session's cookie and the person."""
    from django.conf import settings
    from django.test import Client

    from xinglin.consortium import roles
    from xinglin.consortium import services as consortium
    from xinglin.consortium.models import Library

    staff = consortium.appoint_staff(
        library=Library.objects.order_by("pk")[0], sign_in_name="bench", name="测量", password=os.urandom(12).hex(),
        by=None,
    )  # fmt: skip
    consortium.grant_role(staff=staff, role=roles.CONSORTIUM_MANAGER, library=None, by=None)
    client = Client()
    client.force_login(staff.user, backend="xinglin.consortium.access.StaffBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value, staff


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def bare_query(staff: object) -> Callable[[], object]:
    """Return the list's first page as one statement, asked of PostgreSQL directly."""
    from typing import cast

    import psycopg
    from django.db import connection

    from xinglin.consortium.models import Staff
    from xinglin.delivery import queries
    from xinglin.delivery.lifecycle import OPEN

    rows = queries.requests_visible_to(cast(Staff, staff)).filter(state__in=OPEN)
    statement, parameters = rows.order_by("-closed_at", "due_at", "-pk")[:20].query.sql_with_params()
    told = connection.settings_dict
    server = psycopg.connect(
        host=told["HOST"], port=told["PORT"] or None, user=told["USER"], dbname=told["NAME"],
        password=told["PASSWORD"] or None,
    )  # fmt: skip
    return lambda: server.execute(
        statement, [list(p) if isinstance(p, tuple) else p for p in parameters]
    ).fetchall()


def measure(library: int, cookie: str, bare: Callable[[], object]) -> dict[str, list[float]]:
    """Ask for every view of the list and for the bare query in turn, round by round; the first round warms."""
    from django.conf import settings

    views = {
        "open requests": {"open": "1"},
        "all requests": {},
        "late ones": {"open": "1", "late": "1"},
        "one state": {"state": "submitted"},
        "one library": {"open": "1", "library": str(library)},
        "clinical ones": {"open": "1", "urgency": "clinical"},
        "a page far back": {"open": "1", "page": "900"},
        "a word of a title": {"open": "1", "q": "肺栓塞"},
    }
    times: dict[str, list[float]] = {"bare query": [], **{name: [] for name in views}}
    port = free_port()
    command = [sys.executable, "-m", "xinglin", "serve", "--only", "web", "--port", str(port)]
    with (
        running(command, os.environ, port),
        httpx.Client(
            base_url=f"http://127.0.0.1:{port}", timeout=60, cookies={settings.SESSION_COOKIE_NAME: cookie}
        ) as client,
    ):

        def ask(view: dict[str, str]) -> None:
            answer = client.get(f"{PATH}?{urlencode(view)}")
            if answer.status_code != httpx.codes.OK or 'class="chip' not in answer.text:
                raise RuntimeError(f"the work list answered {answer.status_code} to {view}")

        for number in range(ROUNDS + 1):
            taken = {"bare query": _milliseconds(bare)}
            for name, view in views.items():
                taken[name] = _milliseconds(lambda view=view: ask(view))  # type: ignore[misc]
            if number:
                for name, value in taken.items():
                    times[name].append(value)
    return times


def main() -> int:
    """Print the table and, as the last line, the figures as JSON."""
    count = int(os.environ.get("REQUESTS", QUICK if report.is_quick() else FULL))
    with installation("supply"):
        from django.db import connection

        library = put_requests(count)
        cookie, staff = signed_in()
        with connection.cursor() as cursor:
            cursor.execute("analyze")
        times = measure(library, cookie, bare_query(staff))
    everything = [value for name, taken in times.items() if name != "bare query" for value in taken]
    rows = [
        [name, f"{report.median(taken):.1f}", f"{report.share_of(0.95, taken):.1f}", f"{max(taken):.1f}"]
        for name, taken in times.items()
    ]
    print(f"{count:,} open requests and as many closed ones, {ROUNDS} rounds")
    report.print_table(["view", "p50 ms", "p95 ms", "max ms"], rows)
    p95, bare = report.share_of(0.95, everything), report.share_of(0.95, times["bare query"])
    report.print_last_line(
        "supply",
        figures={"open requests": count, "work list p95 ms": p95, "bare query p95 ms": bare},
        ratios={"page over bare query": p95 / bare},
        bar=BAR,
        holds=p95 <= BAR["work list p95 ms"],
    )
    return 0
