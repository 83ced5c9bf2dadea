"""The same calls on a server that someone else started: Debian's PostgreSQL, over TCP, with a password."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest

from seniorde import labs
from seniorde.labs._servers import free_port

PASSWORD = "of the administrator"
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
pytestmark = pytest.mark.skipif(not BINARIES, reason="Debian's PostgreSQL is not installed here: NOT TESTED")


@pytest.fixture(scope="module")
def address():
    folder = Path(tempfile.mkdtemp(prefix="seniorde-debian-"))
    port = free_port()
    user = "nobody" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o644)

    def run(program, *arguments):
        command = [BINARIES[-1] / program, "-D", folder / "data", *arguments]
        group = pwd.getpwnam(user).pw_gid if user else None
        subprocess.run(command, check=True, user=user, group=group, cwd=folder, stdout=subprocess.DEVNULL)

    run("initdb", "-U", "admin", "-A", "scram-sha-256", f"--pwfile={folder / 'password'}", "--no-sync")
    run("pg_ctl", "-w", "-l", folder / "log", "-o", f"-F -p {port} -k {folder} -h 127.0.0.1", "start")
    yield f"postgresql://admin@127.0.0.1:{port}/postgres?password={PASSWORD.replace(' ', '%20')}"
    labs.reset()
    run("pg_ctl", "-m", "immediate", "stop")
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def _join(address, monkeypatch):
    monkeypatch.setenv("SENIORDE_DATABASE_URL", address)
    monkeypatch.setenv("PGPASSWORD", "of somebody else")
    monkeypatch.setenv("PGPORT", "1")


def test_an_own_copy_with_the_settings_for_stable_plans():
    con = labs.postgres("flights", scale=0.02)
    assert con.info.server_version // 10_000 == int(BINARIES[-1].parent.name)
    assert con.execute("SELECT count(*) FROM planes").fetchone() == (3_322,)
    settings = "SELECT current_setting('jit'), current_setting('default_statistics_target')"
    assert con.execute(settings).fetchone() == ("off", "1200")
    assert con.execute(
        "SELECT datcollate FROM pg_database WHERE datname = current_database()"
    ).fetchone() == ("C",)


def test_a_learner_reads_and_no_more():
    con = labs.postgres("flights", learner=True, scale=0.02)
    assert con.execute("SELECT current_user, count(*) FROM planes").fetchone() == ("seniorde_learner", 3_322)
    con.execute("SET default_transaction_read_only = off")
    for statement in ("DELETE FROM planes", "CREATE TABLE mine (n int)", "COPY planes TO PROGRAM 'cat'"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            con.execute(statement)


def test_databases_end_with_their_process_or_at_the_next_start(other):
    hold = """
        from seniorde import labs
        con = labs.postgres("flights", scale=0.02)
        say(con.execute("SELECT current_database()").fetchone()[0])
        input()
    """
    victim, survivor = other(hold), other(hold)
    gone, kept = victim.line(), survivor.line()
    victim.kill()
    labs.reset()
    names = {name for (name,) in labs.postgres().execute("SELECT datname FROM pg_database")}
    assert names & {gone, kept} == {kept}
    survivor.finish()
    names = {name for (name,) in labs.postgres().execute("SELECT datname FROM pg_database")}
    assert kept not in names


def test_a_user_who_may_not_create_databases_is_told_so(address, monkeypatch):
    with psycopg.connect(address, autocommit=True) as con:
        con.execute("DROP ROLE IF EXISTS guest")
        con.execute("CREATE ROLE guest LOGIN PASSWORD 'guest'")
    monkeypatch.setenv("SENIORDE_DATABASE_URL", address.replace("admin@", "guest:guest@").partition("?")[0])
    with pytest.raises(labs.LabError, match="give it CREATEDB and CREATEROLE"):
        labs.postgres()
    labs.reset()
