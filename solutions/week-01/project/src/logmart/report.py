"""What a person wants to see: the counts, and the marts of the last day."""

from logmart.database import Connection, statements
from logmart.transform import reconciliation, total


def status(con: Connection) -> dict[str, object]:
    """Return the lines by fate, of all logs and of each; the files by status; the days still to publish."""
    logs = reconciliation(con)
    files = con.execute("SELECT status, count(*) FROM ops.files GROUP BY status ORDER BY status").fetchall()
    stale = con.execute("SELECT day::text FROM ops.stale_days ORDER BY day").fetchall()
    return {
        **total(logs)._asdict(),
        "logs": {log: fates._asdict() for log, fates in logs.items()},
        "files": {str(name): count for name, count in files},
        "stale_days": [day for (day,) in stale],
    }


def text(con: Connection) -> str:
    """Return the report of the last day as tables in plain text."""
    parts = []
    for statement in statements("report").split(b";\n"):
        if statement.strip():
            cursor = con.execute(statement)
            assert cursor.description
            header = [column.name for column in cursor.description]
            parts.append(_table(header, [[str(value) for value in row] for row in cursor]))
    return "\n\n".join(parts)


def _table(header: list[str], rows: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    lines = [header, ["-" * width for width in widths], *rows]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
