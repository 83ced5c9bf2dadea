"""Files into staging: by COPY, a transaction a file, each content once.

Nothing is done line by line: a block of whole lines is already what COPY reads, once its backslashes,
tabs and carriage returns are escaped. Only a block that is not text is taken apart.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO

from logmart.database import Connection
from logmart.events import emit
from logmart.sources import BLOCK, Source, Unreadable, sources

_COPY = "COPY staging.lines (raw) FROM STDIN"
_COPY_BAD = "COPY quarantine.lines (file_id, line, path, server, log, reason, raw) FROM STDIN"
_ESCAPES = ((b"\\", b"\\\\"), (b"\t", b"\\t"), (b"\r", b"\\r"))
_NOT_TEXT = b"\0"  # keeps the place of a line that goes straight to quarantine; COPY gets a NULL there


def load(con: Connection, folder: Path) -> list[str]:
    """Stage the files of a folder whose content is new; return the paths of those that cannot be read."""
    unreadable = []
    for source in sources(folder):
        started = time.monotonic()
        try:
            outcome, lines = _load(con, source)
        except Unreadable as error:
            con.execute(
                "INSERT INTO ops.files (path, server, log, status) VALUES (%s, %s, %s, 'unreadable') "
                "ON CONFLICT DO NOTHING",
                [source.path, source.server, source.log],
            )
            unreadable.append(source.path)
            emit("file", "error", path=source.path, outcome="unreadable", reason=str(error))
        else:
            seconds = round(time.monotonic() - started, 3)
            emit("file", path=source.path, outcome=outcome, lines=lines, seconds=seconds)
    return unreadable


def _load(con: Connection, source: Source) -> tuple[str, int]:
    """Return what became of a file, and its lines."""
    sha256 = source.sha256()
    known = con.execute(
        "SELECT path = %s, lines FROM ops.files WHERE (server, log, sha256) = (%s, %s, %s) ORDER BY 1 DESC",
        [source.path, source.server, source.log, sha256],
    ).fetchone()
    match known:
        case (True, int(lines)):
            return "known", lines
        case (False, int(lines)):
            _register(con, source, sha256, "duplicate", lines)
            return "duplicate", lines
    with con.transaction(), con.cursor() as cursor, SpooledTemporaryFile(BLOCK) as bad:
        file = _register(con, source, sha256, "staged")
        with cursor.copy(_COPY) as copy:
            for rows in copy_rows(source.lines(), bad):
                copy.write(rows)
        lines = cursor.rowcount
        con.execute("UPDATE ops.files SET lines = %s WHERE file_id = %s", [lines, file])
        if bad.tell():
            bad.seek(0)
            with cursor.copy(_COPY_BAD) as copy:
                for row in bad:
                    number, raw = row.split(b" ")
                    place = (file, int(number), source.path, source.server, source.log)
                    copy.write_row((*place, "encoding", bytes.fromhex(raw.decode())))
    return "staged", lines


def _register(con: Connection, source: Source, sha256: str, status: str, lines: int = 0) -> object:
    """Return the id of the file's new row, which takes the place of one that said unreadable."""
    # The ids of the lines follow before_first without a gap: a line's number is its id minus that.
    [(file,)] = con.execute(
        "WITH gone AS (DELETE FROM ops.files WHERE path = %(path)s AND status = 'unreadable') "
        "INSERT INTO ops.files (path, server, log, sha256, lines, status, before_first) VALUES "
        "(%(path)s, %(server)s, %(log)s, %(sha256)s, %(lines)s, %(status)s, nextval('staging.line_id')) "
        "RETURNING file_id",
        {
            "path": source.path,
            "server": source.server,
            "log": source.log,
            "sha256": sha256,
            "lines": lines,
            "status": status,
        },
    ).fetchall()
    return file


def copy_rows(blocks: Iterator[bytes], bad: IO[bytes]) -> Iterator[bytes]:
    """Yield blocks of lines as rows in COPY's text format; number and hex of what is no text go to `bad`."""
    count = 0
    for block in blocks:
        if not _is_text(block):
            lines = block.split(b"\n")
            for place, line in enumerate(lines):
                if not _is_text(line):
                    bad.write(b"%d %s\n" % (count + place + 1, line.hex().encode()))
                    lines[place] = _NOT_TEXT
            block = b"\n".join(lines)
        count += block.count(b"\n")
        yield _escaped(block).replace(_NOT_TEXT, b"\\N")


def _is_text(data: bytes) -> bool:
    """Return whether PostgreSQL can hold the bytes as text: UTF-8 without a zero."""
    if b"\0" in data:
        return False
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _escaped(data: bytes) -> bytes:
    for plain, escaped in _ESCAPES:
        data = data.replace(plain, escaped)
    return data
