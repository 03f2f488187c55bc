"""Z39.50 through libyaz's ZOOM interface, where the library is installed (Debian: libyaz5).

Spoken by a process of its own for each question: libyaz is C code that reads what strangers send,
and a crash or an endless wait there must not take a web worker along.
Source: ZOOM-C (YAZ manual, chapter "ZOOM"), Z39.50-2003.
"""

import base64
import io
import json
import subprocess
import sys
from ctypes.util import find_library
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from xinglin.catalog.copying import addresses
from xinglin.catalog.copying.errors import SourceRefused, SourceUnreachable, Z3950NotInstalled
from xinglin.catalog.copying.models import CopySource
from xinglin.catalog.marc import Reading, read_file
from xinglin.commons.numbers import whole

_PROCESS = Path(__file__).with_name("z3950_process.py")
LONGEST_WAIT = 25  # seconds, for connecting, searching and presenting together
PORT = 210  # as registered for Z39.50


def is_installed() -> bool:
    """Whether this machine has libyaz."""
    return find_library("yaz") is not None


def search(source: CopySource, query: str, *, start: int, maximum: int) -> tuple[tuple[Reading, ...], int]:
    """Ask a target in PQF and return its records and how many there are.

    Raises ``Z3950NotInstalled``, ``AddressRefused``, ``SourceUnreachable``, ``SourceRefused``.
    """
    library = find_library("yaz")
    if library is None:
        raise Z3950NotInstalled(
            _("本机没有安装 libyaz，不能使用 Z39.50；请系统管理员安装 libyaz5，或改用 SRU 来源。")
        )
    host, port = host_and_port(source.address)
    try:
        address = addresses.public_addresses(host, port)[0]
    except OSError:
        raise SourceUnreachable(_("找不到主机 %(host)s；请核对来源的地址。"), host=host) from None
    answer = _asked_apart(
        {
            "library": library,
            "address": f"[{address}]" if ":" in address else address,
            "port": port,
            "database": source.database or "Default",
            "syntax": source.record_schema if source.record_schema != "marcxml" else "usmarc",
            "query": query,
            "start": start - 1,
            "count": maximum,
            "charset": source.charset,
        }
    )
    if answer.get("error"):
        refusal = SourceRefused if answer.get("refused") else SourceUnreachable
        raise refusal(_("来源不能执行这次检索：%(why)s。"), why=str(answer["error"])[:200])
    packed = answer.get("records")
    total = answer.get("total")
    raws = [base64.b64decode(str(each)) for each in packed] if isinstance(packed, list) else []
    return readings_of(raws), total if isinstance(total, int) else len(raws)


def host_and_port(address: str) -> tuple[str, int]:
    """Return host and port of ``host:port`` or ``tcp:host:port``. Raises ``SourceUnreachable``."""
    bare = address.strip().removeprefix("tcp:").partition("/")[0]
    host, colon, port = bare.rpartition(":") if not bare.endswith("]") else (bare, "", "")
    if not colon:
        host, port = bare, str(PORT)
    number = whole(port)
    if number is None or not 0 < number < 65536 or not host.strip("[]"):
        raise SourceUnreachable(_("“%(address)s”不是“主机:端口”；请改正来源的地址。"), address=address[:100])
    return host.strip("[]"), number


def _asked_apart(question: dict[str, object]) -> dict[str, object]:
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_PROCESS)],
            input=json.dumps(question).encode(),
            capture_output=True,
            timeout=LONGEST_WAIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"error": str(_("%(seconds)d 秒内没有答复")) % {"seconds": LONGEST_WAIT}}
    try:
        answer: dict[str, object] = json.loads(done.stdout)
    except ValueError:
        return {"error": str(_("Z39.50 客户端异常退出（%(code)d）")) % {"code": done.returncode}}
    return answer


def readings_of(raws: list[bytes]) -> tuple[Reading, ...]:
    """Return the records, each read or refused on its own; ISO 2709 mostly, MARCXML from some targets."""
    return tuple(reading for raw in raws for reading in read_file(io.BytesIO(raw)))
