"""``make bench NAME=fleet``: five hundred messages a second for five minutes, with faults; two ledgers that agree.

The sandbox's fleet keeps a ledger of every push and what became of it; our tables are compared with it
line by line. The peer is the sandbox's own count: nothing else knows what was sent. Both run on this
machine, so the rate that is reached says as much of the sandbox as of the gateway.
"""

import os
import sys
from collections.abc import Mapping

from bench.installation import installation
from bench.processes import free_port, processor_seconds, running
from bench.report import is_quick, print_last_line, print_table

APPID = "wxfleetbench00001"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
# What the account answers by keyword rules; of nine things that the fleet says, four. The other texts need the
# conversation: a search, my loans, 「1」, 「更多」, and one that nobody understands.
RULES = {
    "你好": "您好，这里是图书馆。发送「帮助」看能做什么。",
    "开放时间": "周一至周日 8:00–22:00。",
    "怎么续借": "发送「我的借阅」，在页面上点续借。",
    "文献传递": "发送「文献传递」加题名或 DOI。",
}
RATE, SECONDS, SIZE = 500.0, 300.0, 20_000
QUICK_RATE, QUICK_SECONDS, QUICK_SIZE = 100.0, 20.0, 2_000
FAULTS = {"drop": 0.01, "lose_answer": 0.01, "duplicate": 0.01, "bad_signature": 0.005}
# What a follower does to a chat; reading and sharing articles reaches no callback.
DEEDS = {"text": 80.0, "click": 10.0, "image": 3.0, "location": 2.0, "follow": 3.0, "unfollow": 2.0}


def main() -> int:
    """Run the fleet against a gateway process of its own, and compare."""
    rate, seconds, size = (QUICK_RATE, QUICK_SECONDS, QUICK_SIZE) if is_quick() else (RATE, SECONDS, SIZE)
    with installation("fleet"):
        gateway, sandbox = free_port(), free_port()
        os.environ["XINGLIN_PUBLIC_URL"] = f"http://127.0.0.1:{gateway}"
        os.environ["XINGLIN_WECHAT_API_URL"] = f"http://127.0.0.1:{sandbox}"
        serve = [sys.executable, "-m", "xinglin", "serve", "--only", "gateway", "--port", str(gateway)]
        index = [sys.executable, "-m", "xinglin", "serve", "--only", "indexer"]
        pretend = [sys.executable, "-m", "wechat_sandbox", "--port", str(sandbox)]
        with (
            running(index, os.environ, None),
            running(serve, os.environ, gateway) as served,
            running(pretend, os.environ, sandbox) as pretended,
        ):
            programs = {"gateway": served.pid, "sandbox and fleet": pretended.pid}
            return _measure(gateway, sandbox, programs, rate=rate, seconds=seconds, size=size)


def _measure(
    gateway: int, sandbox: int, programs: Mapping[str, int], *, rate: float, seconds: float, size: int
) -> int:
    from tests.ledgers import compare
    from wechat_sandbox.control import SandboxClient
    from xinglin.consortium import services as consortium
    from xinglin.wechat.models import KeywordRule
    from xinglin.wechat.services.accounts import AccountFile, connect, touch

    with SandboxClient(f"http://127.0.0.1:{sandbox}", timeout=120.0) as client:
        made = client.add_account(APPID, kind="F1", name="船队")
        library = consortium.add_library(code="FLEET", name="船队馆", kind="main", by=None)
        file = AccountFile(
            name="船队", kind="F1", appid=APPID, gh_id=str(made["gh_id"]), secret=str(made["secret"]),
            token="tokenforbench", aes_key=AES_KEY,
        )  # fmt: skip
        account = connect(library=library, file=file, by=None)
        for word, answer in RULES.items():
            KeywordRule.objects.create(
                account=account,
                name=word,
                keywords=[{"text": word, "how": "exact"}],
                replies=[{"type": "text", "content": answer}],
            )
        touch(account)
        url = f"http://127.0.0.1:{gateway}/wechat/callback/{account.path}"
        told = client.connect(APPID, url, token="tokenforbench", encoding_aes_key=AES_KEY, mode="safe")
        if not told["passed"]:
            print(f"the callback was not verified: {told}", file=sys.stderr)
            return 1
        before = {name: processor_seconds(pid) for name, pid in programs.items()}
        number = client.start_fleet(APPID, size=size, rate=rate, seconds=seconds, deeds=DEEDS, faults=FAULTS)
        summary = client.wait_for_fleet(number, patience=seconds * 3 + 120)
        spent = {name: processor_seconds(pid) - before[name] for name, pid in programs.items()}
        found = compare(client.fleet_ledger(number), appid=APPID)
    ledger = summary.get("ledger", summary)
    reached = float(str(ledger["per_second"])) if isinstance(ledger, dict) else 0.0
    processor = {name: 1e6 * seconds / max(found.pushes, 1) for name, seconds in spent.items()}
    print_table(
        ["", "figure"],
        [
            ["pushes in the fleet's ledger", str(found.pushes)],
            ["rows in our tables", str(found.stored)],
            ["pushes cut off on the way, either outcome right", str(found.doubtful)],
            ["differences", str(len(found.differences))],
            ["deeds a second", f"{reached:.0f}"],
            *([f"µs of processor a push, {name}", f"{cost:.0f}"] for name, cost in processor.items()),
        ],
    )
    for difference in found.differences:
        print(difference)
    figures = {"pushes": found.pushes, "stored": found.stored, "per_second": reached}
    figures |= {f"µs of processor a push, {name}": cost for name, cost in processor.items()}
    agree = not found.differences
    bar = {"differences": 0, "per_second": rate * 0.95}
    ratios = {"stored to pushes": found.stored / max(found.pushes, 1)}
    print_last_line("fleet", figures=figures, ratios=ratios, bar=bar, holds=agree and reached >= rate * 0.95)
    return 0


if __name__ == "__main__":
    sys.exit(main())
