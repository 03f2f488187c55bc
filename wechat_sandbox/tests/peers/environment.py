"""Environments of their own for independent programs, so that nothing of theirs gets into ours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parents[3] / ".xinglin" / "peers"


def python_with(name: str, *requirements: str) -> Path:
    """The interpreter of an environment that holds exactly these requirements; made once, then kept."""
    folder = HOME / name
    python = folder / "bin" / "python"
    note = folder / "requirements.txt"
    wanted = "\n".join(requirements)
    if note.exists() and note.read_text() == wanted and python.exists():
        return python
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements]
    subprocess.run(install, check=True)
    note.write_text(wanted)
    return python
