"""The console's screens of circulation."""

from xinglin.circulation.console import desk, fees, holds, loans, picks, receipts, returns, rules, transits

__all__ = ["desk", "fees", "holds", "loans", "picks", "receipts", "returns", "rules", "transits"]
