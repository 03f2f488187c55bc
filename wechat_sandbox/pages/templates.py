"""Server-rendered pages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

HERE = Path(__file__).parent.parent / "phone"
_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined
)

POLICY = (
    "default-src 'self'; img-src 'self' data: blob: http: https:; frame-src http: https:; "
    "style-src 'self' 'unsafe-inline'; form-action 'self' http: https:; base-uri 'none'; object-src 'none'"
)
"""No script from elsewhere, none inline. Pictures and frames may come from the account's own server."""


def show(request: Request, name: str, values: Mapping[str, object], *, status_code: int = 200) -> Response:
    """Fill a template."""
    text = _templates.get_template(name).render(request=request, **values)
    return HTMLResponse(text, status_code=status_code, headers={"Content-Security-Policy": POLICY})
