"""Environments of their own for the programs we are measured against, under ``.xinglin/peers``."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PEERS = PROJECT / ".xinglin" / "peers"


def python_with(name: str, *requirements: str) -> Path:
    """Return the interpreter of an environment that holds these requirements; made once, then kept."""
    folder = PEERS / name
    python, note = folder / "bin" / "python", folder / "requirements.txt"
    wanted = "\n".join(requirements)
    if not (python.exists() and note.exists() and note.read_text() == wanted):
        print(f"Making an environment for {', '.join(requirements)} ...", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        install = [
            str(python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            *requirements,
        ]
        subprocess.run(install, check=True)
        note.write_text(wanted)
    return python
