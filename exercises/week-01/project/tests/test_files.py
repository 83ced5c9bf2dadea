"""Files: what a log is, its content, its lines, what cannot be read."""

import gzip
import hashlib

from kit import access, app, ends_in_words, expect, lines_of, logmart, same_rows, well, write

COLUMNS = "path, server, log, sha256, lines, status"


def test_files_written_down(dirty):
    """ops.files has a row for each file: path, server, log, digest and lines of its content."""
    expected = []
    for path, data in dirty.contents.items():
        server, name = path.split("/")
        digest = hashlib.sha256(data).hexdigest()
        expected.append((path, server, name.partition(".")[0], digest, len(lines_of(data))))
    columns = "path, server, log, sha256, lines"
    same_rows(
        "ops.files after `run` of all the dirt",
        columns,
        expected,
        dirty.database.table("ops.files", columns),
        "sha256 and lines are of the uncompressed content; duplicates are written down too.",
    )


def test_other_files(database, tmp_path):
    """Only FOLDER/SERVER/access.log* and app.log* are logs, whatever else lies there."""
    line = [access()]
    folder = write(
        tmp_path,
        {
            "web-1/access.log": line,
            "web-1/access.log.2.gz": [access()],
            "web-1/access.log-20251025": [access()],
            "web-1/error.log": line,
            "web-1/old-access.log": line,
            "web-1/access.txt": line,
            "web-1/old/access.log": line,
            "web-1/access.log.d/access.log": line,
            "access.log": line,
            "README": b"hello",
        },
    )
    well(logmart(database, "load", folder))
    expected = [(f"web-1/{name}",) for name in ("access.log", "access.log.2.gz", "access.log-20251025")]
    same_rows("ops.files of a folder with other files", "path", expected, database.table("ops.files", "path"))


def test_same_content(database, tmp_path):
    """The same content under another name is a duplicate, plain or compressed, today or tomorrow."""
    first, second, third = access(), access(), access()
    today = write(
        tmp_path / "1", {"web-1/access.log": [first, second], "web-1/access.log.1.gz": [first, second]}
    )
    well(logmart(database, "run", today))
    statuses = sorted(status == "duplicate" for (status,) in database.table("ops.files", "status"))
    expect(
        statuses == [False, True] and database.fates()["access"] == (2, 2, 0, 0),
        "Two files of one server with the same 2 lines, one compressed: expected one `duplicate` in "
        "ops.files "
        f"and (2, 2, 0, 0) in ops.reconciliation, got {database.table('ops.files', 'path, status')} "
        f"and {database.fates()['access']}.",
        "compare the sha256 of the uncompressed content.",
    )
    tomorrow = write(
        tmp_path / "2", {"web-1/access.log": [first, second, third], "web-1/access.log.2.gz": [first, second]}
    )
    well(logmart(database, "run", tomorrow))
    expect(
        database.fates()["access"] == (5, 3, 0, 2),
        "access.log of 2 lines comes again with 3, its old content as access.log.2.gz: expected 5 lines "
        "staged, "
        f"3 cleaned, 0 in quarantine, 2 duplicates, got {database.fates()['access']}.",
        "a file is known by its content, a line by its bytes; a name says nothing.",
    )


def test_same_content_elsewhere(database, tmp_path):
    """The same content of another server is no duplicate, nor are its lines."""
    line = [access()]
    folder = write(tmp_path, {"web-1/access.log": line, "web-2/access.log": line, "web-2/app.log": line})
    well(logmart(database, "run", folder, LOGMART_MAX_QUARANTINE=1))
    expected = {"access": (2, 2, 0, 0), "app": (1, 0, 1, 0)}
    expect(
        database.fates() == expected,
        "One access line in web-1/access.log, web-2/access.log and web-2/app.log: "
        f"expected {expected}, got {database.fates()}.",
        "server and log belong to the identity of a file and of a line.",
    )


def test_unreadable_file(database, tmp_path):
    """A broken gzip stream is `unreadable`, none of its lines is staged, the others go on, exit code 1."""
    whole = gzip.compress(b"".join(access() + b"\n" for _ in range(3_000)), mtime=0)
    broken = {
        "web-1/access.log.2.gz": whole[: len(whole) // 2],
        "web-1/access.log.3.gz": b"this is no gzip stream\n",
        "web-1/access.log.4.gz": whole[:-8] + bytes(8),
    }
    folder = write(tmp_path, {"web-1/access.log": [access()], "web-2/access.log": [access()]})
    for name, data in broken.items():
        (folder / name).write_bytes(data)
    done = logmart(database, "run", folder)
    expect(
        done.code == 1,
        f"`run` of 2 good files and 3 broken gzip streams: expected exit code 1, got {done.code}; "
        f"its last words were: {done.last_words[:200]}",
    )
    ends_in_words(done)
    got = database.rows("SELECT path, sha256, lines FROM ops.files WHERE status = 'unreadable'")
    same_rows(
        "ops.files, status unreadable",
        "path, sha256, lines",
        [(n, None, None) for n in broken],
        got,
        "cut short, no gzip at all, a wrong checksum: all are found only at the end of the stream.",
    )
    expect(
        database.fates()["access"] == (2, 2, 0, 0),
        "2 lines in good files, 3 broken files: expected (2, 2, 0, 0) for staged, cleaned, quarantined, "
        f"duplicates, got {database.fates()['access']}.",
        "what was read of a broken file must not stay.",
    )
    (folder / "web-1/access.log.3.gz").write_bytes(gzip.compress(access() + b"\n"))
    (folder / "web-1/access.log.2.gz").unlink()
    (folder / "web-1/access.log.4.gz").unlink()
    well(logmart(database, "run", folder), given="once the broken file came whole")
    expect(
        database.fates()["access"][:2] == (3, 3),
        "A broken file comes again whole, with 1 line: expected 3 lines cleaned, got "
        f"{database.fates()['access']}.",
    )


def test_line_ends(database, tmp_path):
    """Carriage return, form feed and other separators belong to a line; an empty line counts; the last "
    "may lack LF."""
    lines = [
        access(agent="next\u2028line"),
        access(agent="form\ffeed"),
        access() + b"\r",
        b"",
        access(agent="nel\u0085and\x1dgroup"),
        app(message="no newline at the end"),
    ]
    folder = write(tmp_path, {"web-1/access.log": b"\n".join(lines), "web-1/app.log": lines[-1]})
    well(logmart(database, "run", folder, LOGMART_MAX_QUARANTINE=1))
    [(counted,)] = database.rows("SELECT lines FROM ops.files WHERE path = 'web-1/access.log'")
    expect(
        counted == 6, f"A file with 5 line feeds and a last line without: expected 6 lines, got {counted}."
    )
    expected = [(n, "format", lines[n - 1]) for n in (3, 4, 6)]
    got = database.rows("SELECT line, reason, raw FROM quarantine.lines WHERE log = 'access'")
    same_rows(
        "quarantine.lines of a file with odd separators",
        "line, reason, raw",
        expected,
        got,
        "split at b'\\n' alone: str.splitlines and text files know more separators.",
    )
    agents = [("next\u2028line",), ("form\ffeed",), ("nel\u0085and\x1dgroup",)]
    same_rows(
        "cleaned.requests of a file with odd separators",
        "user_agent",
        agents,
        database.table("cleaned.requests", "user_agent"),
    )
    expect(
        database.fates()["app"] == (1, 1, 0, 0),
        f"app.log of one line without a line feed: expected (1, 1, 0, 0), got {database.fates()['app']}.",
    )
