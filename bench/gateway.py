"""Durable messages a second through our gateway, beside wechatpy + Flask and WeRoBot without any storage.

    python -m bench gateway             five interleaved rounds, latency at half load, a gateway killed
    QUICK=1 python -m bench gateway     the same in short

Ours: ``xinglin serve --only gateway``, one process, encrypted mode, 10 000 rules, every message committed to
PostgreSQL (fsync on) before its answer. Theirs: gunicorn gthread, one worker, eight threads, nothing kept.
wechatpy's rules are a table of compiled patterns tried in order, and once more the cheapest loop (``as strings``).
Sixteen connections; each message unique, signed and encrypted; the load is a process of its own.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import report
from bench.gateway_load import Order, Outcome
from bench.gateway_messages import AES_KEY, APPID, GH_ID, TOKEN, rules
from bench.gateway_servers import (
    WECHATPY,
    WECHATPY_STRINGS,
    WEROBOT,
    Server,
    begin,
    our_gateway,
    outcome_of,
    under_gunicorn,
)
from bench.installation import installation
from bench.processes import processor_seconds

RULES, FEW_RULES = 10_000, 10
CONNECTIONS = 16
ROUNDS, SECONDS = (2, 2.5) if report.is_quick() else (5, 8.0)
PACED_SECONDS = 4.0 if report.is_quick() else 20.0
PATH = "bench"
# Numbers of messages begin here, so that no two measurements share one.
_STRIDE = 10_000_000
BAR = {"10 rules, no storage": 2.0, "10 000 rules": 15.0, "p99 ms at half load": 15.0}


def prepare() -> None:
    """Put one account in safe mode with ten thousand rules into the scratch installation."""
    from xinglin.consortium import services as consortium
    from xinglin.wechat.models import CallbackMode, KeywordRule
    from xinglin.wechat.services import accounts

    library = consortium.add_library(code="BENCH", name="基准馆", by=None)
    file = accounts.AccountFile(
        name="基准", kind="F1", appid=APPID, secret="secret", token=TOKEN, aes_key=AES_KEY,
        mode=CallbackMode.SAFE, gh_id=GH_ID,
    )  # fmt: skip
    account = accounts.connect(library=library, file=file, by=None, path=PATH)
    KeywordRule.objects.bulk_create(
        KeywordRule(
            account=account,
            name=rule.word,
            keywords=[{"text": rule.word, "how": rule.how}],
            replies=[{"type": "text", "content": rule.reply}],
        )
        for rule in rules(RULES)
    )
    accounts.touch(account)


@contextmanager
def _servers(folder: Path) -> Iterator[list[Server]]:
    peers = ((WECHATPY, FEW_RULES), (WECHATPY, RULES), (WECHATPY_STRINGS, RULES), (WEROBOT, RULES))
    with ExitStack() as running:
        ours = running.enter_context(our_gateway(PATH, RULES))
        yield [
            ours,
            *(running.enter_context(under_gunicorn(peer, rules(count), folder)) for peer, count in peers),
        ]


class Measured:
    """What the rounds found, server by server."""

    def __init__(self) -> None:
        self.rates: dict[str, list[float]] = {}
        self.p99: dict[str, list[float]] = {}
        self.processor: dict[str, list[float]] = {}
        self.busy: list[float] = []
        self.acknowledged = 0
        self.wrong = 0
        self._numbers = 0

    def first(self) -> int:
        """Return the first number of the next messages."""
        self._numbers += _STRIDE
        return self._numbers

    def run(self, server: Server, *, is_ours: bool, seconds: float, warm: bool = False) -> None:
        """Saturate one server for a while."""
        expected = 1.5 * max(self.rates.get(server.name, [5000.0]))
        before = processor_seconds(server.process.pid)
        outcome = server.load(
            first=self.first(), most=int(expected * seconds), seconds=seconds, connections=CONNECTIONS
        )
        self.note(outcome, is_ours=is_ours)
        if not warm:
            self.rates.setdefault(server.name, []).append(outcome.answered / outcome.seconds)
            self.p99.setdefault(server.name, []).append(outcome.p99_ms)
            spent = processor_seconds(server.process.pid) - before
            self.processor.setdefault(server.name, []).append(1e6 * spent / outcome.answered)

    def note(self, outcome: Outcome, *, is_ours: bool) -> None:
        self.acknowledged += outcome.answered if is_ours else 0
        self.wrong += outcome.wrong + outcome.refused + len(outcome.unanswered)
        self.busy.append(outcome.busy)

    def rate(self, server: Server) -> float:
        return report.median(self.rates[server.name])


def measure(folder: Path) -> tuple[Measured, list[Server], Outcome]:
    """Run interleaved rounds, then ours at half of what it can."""
    measured = Measured()
    with _servers(folder) as servers:
        ours, *_peers = servers
        for server in servers:
            measured.run(server, is_ours=server is ours, seconds=1.0, warm=True)
        for _round in range(ROUNDS):
            for server in servers:
                measured.run(server, is_ours=server is ours, seconds=SECONDS)
        half = measured.rate(ours) / 2
        paced = ours.load(
            first=measured.first(),
            most=int(half * PACED_SECONDS) + 1,
            seconds=PACED_SECONDS,
            connections=CONNECTIONS,
            rate=half,
        )
        measured.note(paced, is_ours=True)
    return measured, servers, paced


def kill_one_of_two(first: int, rate: float) -> Outcome:
    """Load two gateways, kill one in the middle; who loses a connection comes again as the platform does.

    Every second message needs a handler in a thread, so that some die in the middle of their handling.
    """
    seconds = 4.0 if report.is_quick() else 10.0
    with our_gateway(PATH, RULES, "one") as one, our_gateway(PATH, RULES, "other") as other:
        order = Order(
            ports=[one.port, other.port], path=one.path, first=first, most=int(rate * seconds), rule_count=RULES,
            seconds=seconds, connections=CONNECTIONS, rate=rate, command="帮助", check_every=5,
        )  # fmt: skip
        load = begin(order)
        time.sleep(seconds / 2)
        one.kill()
        outcome = outcome_of(load)
        time.sleep(3)  # what the dead one had begun is taken over within the other's next look
    return outcome


def stored() -> dict[str, int]:
    """Count what the database holds: messages, different ones, answered ones, runs beyond the first."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*), count(distinct payload->>'MsgId'), count(*) filter (where state = 'answered'),"
            " count(*) filter (where runs > 1), count(*) filter (where tries > 1),"
            " (select count(*) from wechat_outgoingmessage)"
            " from wechat_incomingmessage"
        )
        row = cursor.fetchone()
    names = ("messages", "different", "answered", "begun again", "sent again", "said otherwise")
    return dict(zip(names, map(int, row), strict=True))


def main() -> int:
    """Print the table and, as the last line, the figures as JSON."""
    with installation("gateway") as folder:
        prepare()
        measured, servers, paced = measure(folder)
        before = stored()
        rate = min(400.0, measured.rate(servers[0]) / 4)
        killed = kill_one_of_two(measured.first(), rate)
        after = stored()
    exactly_once = before["messages"] == before["different"] == before["answered"] == measured.acknowledged
    survived = (
        not killed.unanswered
        and not killed.wrong
        and after["messages"] - before["messages"] == killed.answered == killed.sent
        and after["messages"] == after["different"] == after["answered"]
        and after["said otherwise"] == 0
    )
    _print(measured, servers, paced)
    print(
        f"\nAcknowledged {measured.acknowledged}, in the database {before['messages']}, each once and answered: "
        f"{'yes' if exactly_once else f'NO: {before}'}. Wrong or missing answers: {measured.wrong}."
    )
    print(
        f"One of two gateways killed at {rate:.0f} messages/s: {killed.sent} sent, {killed.answered} answered, "
        f"{killed.retried} sent again, {after['begun again'] - before['begun again']} begun again by the other; "
        f"none lost, none answered twice: {'yes' if survived else f'NO: {killed} {after}'}."
    )
    if max(measured.busy) > 0.8:
        print(f"The load itself was at {max(measured.busy):.0%} of a core: the figures are a lower bound.")
    _last_line(measured, servers, paced, holds=exactly_once and survived and not measured.wrong)
    return 0


def _print(measured: Measured, servers: list[Server], paced: Outcome) -> None:
    ours = servers[0]
    rows = [
        [
            server.name,
            f"{measured.rate(server):.0f}",
            " ".join(f"{rate:.0f}" for rate in measured.rates[server.name]),
            f"{report.median(measured.p99[server.name]):.1f}",
            f"{report.median(measured.processor[server.name]):.0f}",
            "1" if server is ours else f"{measured.rate(ours) / measured.rate(server):.2f}",
        ]
        for server in servers
    ]
    report.print_table(
        ("", "messages/s", "rounds", "p99 ms", "µs of processor a message", "ours ÷ theirs"), rows
    )
    print(f"\nOurs at half of that: p50 {paced.p50_ms:.1f} ms, p99 {paced.p99_ms:.1f} ms.")


def _last_line(measured: Measured, servers: list[Server], paced: Outcome, *, holds: bool) -> None:
    ours, few, many, strings, filters = servers
    ratios = {
        "10 rules, no storage": measured.rate(ours) / measured.rate(few),
        "10 000 rules": measured.rate(ours) / measured.rate(many),
        "10 000 rules as strings": measured.rate(ours) / measured.rate(strings),
        "WeRoBot 10 000 rules": measured.rate(ours) / measured.rate(filters),
    }
    figures = {
        "durable messages/s": measured.rate(ours),
        "wechatpy 10 rules/s": measured.rate(few),
        "wechatpy 10 000 rules/s": measured.rate(many),
        "wechatpy 10 000 rules as strings/s": measured.rate(strings),
        "WeRoBot 10 000 rules/s": measured.rate(filters),
        "p99 ms at half load": paced.p99_ms,
        "load busy": max(measured.busy),
    }
    meets = (
        all(ratios[name] >= BAR[name] for name in ratios if name in BAR)
        and paced.p99_ms <= BAR["p99 ms at half load"]
    )
    report.print_last_line("gateway", figures=figures, ratios=ratios, bar=BAR, holds=holds and meets)


if __name__ == "__main__":
    sys.exit(main())
