"""Typed reading of environment variables, the only door through which settings come in."""

import os
import secrets
from pathlib import Path


class BadSetting(ValueError):
    """An environment variable that cannot be read as what it should be."""


def text(name: str, default: str = "") -> str:
    """Return a text setting; ``NAME_FILE`` names a file that holds it, for secrets."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    """Return an on/off setting. Raises ``BadSetting`` for anything but yes/no words."""
    value = text(name)
    if value == "":
        return default
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(f"{name} must be on or off, not {value!r}")


def number(name: str, default: int) -> int:
    """Return a whole number. Raises ``BadSetting`` when it is none."""
    value = text(name)
    try:
        return int(value) if value else default
    except ValueError:
        raise BadSetting(f"{name} must be a whole number, not {value!r}") from None


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Return a list of words separated by commas."""
    value = text(name)
    return [word.strip() for word in value.split(",") if word.strip()] if value else list(default)


def kept_secret(name: str, keep_in: Path) -> str:
    """Return a secret from the environment, or one made once and kept in a file of mode 600.

    The file is what lets ``make demo`` start with no setting at all and still find its sessions and
    sealed fields again after a restart. Two processes that start together agree on one value,
    because only one of them can create the file.
    """
    value = text(name)
    if value:
        return value
    keep_in.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(keep_in, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return keep_in.read_text(encoding="ascii")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50))
    return keep_in.read_text(encoding="ascii")
