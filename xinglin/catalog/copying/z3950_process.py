"""One question to one Z39.50 target, in a process of its own: JSON in, JSON out. Imports nothing of ours.

Source: ZOOM-C (YAZ manual, chapter "ZOOM").
"""

import base64
import ctypes
import json
import sys
from typing import cast

SECONDS = "15"


def library_named(path: str) -> ctypes.CDLL:
    """Return libyaz with the signatures of what we call."""
    yaz = ctypes.CDLL(path)
    pointer, text, size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
    for name, result, arguments in (
        ("ZOOM_options_create", pointer, []),
        ("ZOOM_options_set", None, [pointer, text, text]),
        ("ZOOM_connection_create", pointer, [pointer]),
        ("ZOOM_connection_connect", None, [pointer, text, ctypes.c_int]),
        ("ZOOM_connection_error", ctypes.c_int, [pointer, ctypes.POINTER(text), ctypes.POINTER(text)]),
        ("ZOOM_connection_search_pqf", pointer, [pointer, text]),
        ("ZOOM_resultset_size", size, [pointer]),
        ("ZOOM_resultset_record", pointer, [pointer, size]),
        ("ZOOM_record_get", pointer, [pointer, text, ctypes.POINTER(ctypes.c_int)]),
    ):
        function = getattr(yaz, name)
        function.restype, function.argtypes = result, arguments
    return yaz


def trouble(yaz: ctypes.CDLL, connection: int) -> dict[str, object]:
    """Return what went wrong last, or nothing. From 10000 on it is the network, below it the target's refusal."""
    message, details = ctypes.c_char_p(), ctypes.c_char_p()
    code = int(yaz.ZOOM_connection_error(connection, ctypes.byref(message), ctypes.byref(details)))
    if not code:
        return {}
    said = [part.decode("utf-8", "replace") for part in (message.value, details.value) if part]
    return {"error": f"{': '.join(said)} ({code})", "refused": code < 10000}


def ask(question: dict[str, str | int]) -> dict[str, object]:
    """Return ``total`` and ``records``, or ``error``."""
    yaz = library_named(str(question["library"]))
    options = yaz.ZOOM_options_create()
    for name, value in (
        ("databaseName", str(question["database"])),
        ("preferredRecordSyntax", str(question["syntax"])),
        ("timeout", SECONDS),
        ("implementationName", "xinglin"),
    ):
        yaz.ZOOM_options_set(options, name.encode(), value.encode())
    connection = yaz.ZOOM_connection_create(options)
    yaz.ZOOM_connection_connect(connection, str(question["address"]).encode(), int(question["port"]))
    if failed := trouble(yaz, connection):
        return failed
    query = str(question["query"]).encode(str(question["charset"]), "replace")
    results = yaz.ZOOM_connection_search_pqf(connection, query)
    if failed := trouble(yaz, connection):
        return failed
    total = int(yaz.ZOOM_resultset_size(results))
    start = int(question["start"])
    records = []
    for position in range(start, min(start + int(question["count"]), total)):
        raw = raw_record(yaz, results, position)
        if raw is None:
            if failed := trouble(yaz, connection):
                return failed
            continue
        records.append(base64.b64encode(raw).decode("ascii"))
    return {"total": total, "records": records}


def raw_record(yaz: ctypes.CDLL, results: int, position: int) -> bytes | None:
    """Return the bytes of one record as the target sent them."""
    record = yaz.ZOOM_resultset_record(results, position)
    if not record:
        return None
    length = ctypes.c_int()
    data = yaz.ZOOM_record_get(record, b"raw", ctypes.byref(length))
    return ctypes.string_at(data, length.value) if data and length.value > 0 else None


if __name__ == "__main__":
    sys.stdout.write(json.dumps(ask(cast("dict[str, str | int]", json.load(sys.stdin)))))
