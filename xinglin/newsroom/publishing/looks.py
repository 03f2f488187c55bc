"""How an article looks in WeChat: a style sheet in literal values, made from a library's style kit.

WeChat drops classes, variables and pseudo-elements, so nothing here uses them once it is inlined.
"""

from dataclasses import dataclass

HEADINGS = ("bar", "box", "line", "plain")


@dataclass(frozen=True)
class Look:
    """What a style kit decides. ``lead`` and ``foot`` are sentences before and after every article."""

    accent: str = "#0a7842"
    heading: str = "bar"
    size: int = 16
    lead: str = ""
    foot: str = ""


def style_sheet(look: Look) -> str:
    """Return the CSS of a look."""
    accent, size = look.accent, look.size
    headings = {
        "bar": f"border-left:4px solid {accent};padding-left:10px;",
        "box": f"background-color:{accent};color:#ffffff;padding:6px 14px;border-radius:4px;",
        "line": f"border-bottom:2px solid {accent};padding-bottom:6px;",
        "plain": f"color:{accent};",
    }
    return f"""
    .page{{font-size:{size}px;line-height:1.75;color:#333333;letter-spacing:0.5px;text-align:justify}}
    .lead,.foot{{font-size:14px;line-height:1.7;color:#777777;margin:0 0 20px;text-align:center}}
    .foot{{margin:28px 0 0;border-top:1px solid #e5e5e5;padding-top:14px}}
    p{{margin:0 0 16px}}
    strong{{color:{accent}}}
    .h2{{margin:28px 0 16px;font-size:{size + 2}px;line-height:1.5;font-weight:bold;{headings[look.heading]}}}
    .h3{{margin:22px 0 12px;font-size:{size}px;line-height:1.5;font-weight:bold;color:{accent}}}
    .figure{{margin:0 0 20px;text-align:center}}
    .figure img{{max-width:100%;height:auto;display:block;margin:0 auto}}
    .caption{{margin:8px 0 0;font-size:13px;line-height:1.5;color:#888888;text-align:center}}
    .list{{margin:0 0 16px;padding-left:24px}}
    .list li{{margin:0 0 8px}}
    .quote{{margin:0 0 20px;padding:12px 16px;background-color:#f6f7f6;border-left:3px solid {accent};color:#555555}}
    .card{{margin:0 0 20px;padding:14px 16px;background-color:#f6f7f6;border-radius:8px}}
    .card-title{{margin:0 0 6px;font-weight:bold;color:{accent}}}
    .note{{margin:0 0 6px;font-size:14px;line-height:1.6;color:#777777}}
    .notes{{margin:28px 0 0;font-size:13px;line-height:1.6;color:#888888;word-break:break-all}}
    .notes p{{margin:0 0 4px}}
    .about{{margin:24px 0 0;font-size:14px;line-height:1.7;color:#777777}}
    .about p{{margin:0 0 4px}}
    sup{{font-size:12px;color:#888888}}
    """
