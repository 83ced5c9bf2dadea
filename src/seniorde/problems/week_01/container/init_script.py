"""# An init script that may run twice

Write the script that `psql` runs when the volume is empty. It must also succeed when it is run a second time on the same database, and change nothing then. It makes:

1. three roles that cannot log in: `w1_owner`, `w1_loader`, `w1_reader`;
2. a schema `logs` and in it a table `requests`, both owned by `w1_owner`:

| column | |
| :-- | :-- |
| `request_id` | `bigint`, an identity column, always generated, the primary key |
| `at` | `timestamptz`, never missing |
| `path` | `text`, never missing, begins with `/` |
| `status` | `integer`, never missing, from 100 to 599 |
| `bytes` | `bigint`, may be missing, never negative |

3. rights: the loader may read and insert, and neither change nor delete; the reader may only read; tables that **`w1_owner`** makes in `logs` tomorrow are readable for the reader as well; `PUBLIC` may do nothing in `logs`, and nobody but a superuser creates in the schema `public`.

Roles belong to the whole server: a second database on it may already have made them, and `CREATE ROLE` has no `IF NOT EXISTS`.
Write SQL only, no `\\commands`, and no `BEGIN`, `COMMIT` or `ROLLBACK`: it runs in a transaction that is taken back.

```sql
CREATE ROLE w1_owner NOLOGIN;         -- fails the second time
CREATE SCHEMA logs;                   -- so does this
```

Write it as a raw string, `r\"\"\"…\"\"\"`, in place of `...`.
It is run twice on the embedded PostgreSQL, then each role tries what it may and what it may not.
"""

from contextlib import contextmanager

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w1-container-init-script",
    pattern="init script",
    difficulty="medium",
    minutes=20,
    points=3,
    order=3,
    hints={
        "Twice": (
            "Whatever has no `IF NOT EXISTS` is asked for first, in the catalogue; what only sets a state, such as `GRANT`, may be said again.",
            "Ask `pg_roles` inside `DO $$ … $$` before you create a role.",
        ),
        "The table": (
            "Each row of the statement's table is a type and at most one constraint; the owner is set by `ALTER … OWNER TO`.",
            "`bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY`; `CHECK (path LIKE '/%')`; `CHECK (status BETWEEN 100 AND 599)`.",
        ),
        "The rights": (
            "A right on a table is worth nothing without `USAGE` on its schema; and grant nothing that the statement does not name.",
            "`GRANT USAGE ON SCHEMA logs TO …`, `GRANT SELECT, INSERT ON logs.requests TO w1_loader`, `REVOKE CREATE ON SCHEMA public FROM PUBLIC`.",
        ),
        "Tomorrow's tables": (
            "A grant binds the tables that are there; default privileges bind those to come, and belong to the role that makes them.",
            "`ALTER DEFAULT PRIVILEGES FOR ROLE w1_owner IN SCHEMA logs GRANT SELECT ON TABLES TO w1_reader`.",
        ),
    },
)

SOLVE = r"""
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['w1_owner', 'w1_loader', 'w1_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        END IF;
    END LOOP;
END
$$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA IF NOT EXISTS logs AUTHORIZATION w1_owner;

CREATE TABLE IF NOT EXISTS logs.requests (
    request_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    path text NOT NULL CHECK (path LIKE '/%'),
    status integer NOT NULL CHECK (status BETWEEN 100 AND 599),
    bytes bigint CHECK (bytes >= 0)
);
ALTER TABLE logs.requests OWNER TO w1_owner;

GRANT USAGE ON SCHEMA logs TO w1_loader, w1_reader;
GRANT SELECT, INSERT ON logs.requests TO w1_loader;
GRANT SELECT ON logs.requests TO w1_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE w1_owner IN SCHEMA logs GRANT SELECT ON TABLES TO w1_reader;
"""

CATALOGUE = """
SELECT format('role %s login=%s super=%s', rolname, rolcanlogin, rolsuper) FROM pg_roles WHERE rolname LIKE 'w1\\_%'
UNION ALL SELECT format('schema %s %s %s', nspname, nspowner::regrole, nspacl) FROM pg_namespace WHERE nspname IN ('logs', 'public')
UNION ALL SELECT format('relation %s %s %s', oid::regclass, relowner::regrole, relacl) FROM pg_class WHERE relnamespace = 'logs'::regnamespace
UNION ALL SELECT format('column %s %s %s %s', attrelid::regclass, attname, atttypid::regtype, attnotnull) FROM pg_attribute
    WHERE attrelid = 'logs.requests'::regclass AND attnum > 0 AND NOT attisdropped
UNION ALL SELECT format('constraint %s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = 'logs'::regnamespace
UNION ALL SELECT format('default %s %s', defaclrole::regrole, defaclacl) FROM pg_default_acl
ORDER BY 1
"""
GOOD = "INSERT INTO logs.requests (at, path, status, bytes) VALUES (now(), '/a', 200, 5)"


@contextmanager
def made(script, times=1):
    """A connection in a transaction in which the script ran; nothing of it stays, whatever happens."""
    import psycopg

    from seniorde import labs

    con = labs.postgres(seed=1)  # an empty database of the check's own, which no cell of the learner's uses
    con.execute("BEGIN")
    try:
        con.execute("SET LOCAL statement_timeout = '5s'; SET LOCAL lock_timeout = '5s'")
        for number in range(times):
            run(con, script, again=number > 0)
        yield con
    finally:
        if con.info.transaction_status.name != "IDLE":
            con.execute("ROLLBACK")
        for drop in (
            "DROP SCHEMA IF EXISTS logs CASCADE",
            "DROP ROLE IF EXISTS w1_owner, w1_loader, w1_reader",
        ):
            try:
                con.execute(drop)  # only there if the script committed
            except psycopg.Error:
                pass
        con.close()


def run(con, script, again=False):
    """Run the script inside the transaction, as the superuser."""
    import psycopg

    begun = con.execute("SELECT pg_current_xact_id()").fetchone()
    try:
        con.execute(script)
    except psycopg.Error as error:
        when = "The second run fails" if again else "It fails"
        said = str(error).strip().splitlines()[0]
        raise Refused("run again" if again else "sql", f"{when}: {said}") from None
    running = con.info.transaction_status.name == "INTRANS"
    if not running or con.execute("SELECT pg_current_xact_id()").fetchone() != begun:
        raise Refused("transaction", "It ends the transaction: leave COMMIT and ROLLBACK out.")
    con.execute("RESET ROLE")


def allowed(con, role, sql):
    """Whether the role may; what it did is taken back. Another error than a missing right is raised."""
    import psycopg

    try:
        with con.transaction(force_rollback=True):
            con.execute(f"SET LOCAL ROLE {role}")
            con.execute(sql)
    except psycopg.errors.InsufficientPrivilege:
        return False
    except psycopg.Error as error:
        raise Refused("table", f"{role} runs {sql!r}: {str(error).strip().splitlines()[0]}") from None
    return True


def must(con, cases):
    for role, sql, expected in cases:
        if allowed(con, role, sql) != expected:
            word = "cannot" if expected else "can"
            raise Refused("rights", f"{role} {word} do this: {sql}")
    return f"{len(cases)} tries, each as it must be."


def twice(script):
    import psycopg

    with made(script) as con:
        try:
            once = con.execute(CATALOGUE).fetchall()
            con.execute(GOOD)
        except psycopg.Error as error:
            said = str(error).strip().splitlines()[0]
            raise Refused("table", f"After the first run no request can be inserted: {said}") from None
        run(con, script, again=True)
        again = con.execute(CATALOGUE).fetchall()
        if con.execute("SELECT count(*) FROM logs.requests").fetchone() != (1,):
            raise Refused("run again", "The second run throws away the row that was in the table.")
        if once != again:
            changed = sorted(set(once) ^ set(again))
            raise Refused("run again", "The second run changes something.", got=changed[0][0])
        return "Run twice: the same catalogue, and the row is still there."


def the_table(script):
    with made(script, times=2) as con:
        found = con.execute(
            "SELECT attname, format_type(atttypid, atttypmod), attnotnull, attidentity::text FROM pg_attribute "
            "WHERE attrelid = 'logs.requests'::regclass AND attnum > 0 AND NOT attisdropped"
        ).fetchall()
        time = "timestamp with time zone"
        wanted = {
            ("request_id", "bigint", True, "a"),
            ("at", time, True, ""),
            ("path", "text", True, ""),
            ("status", "integer", True, ""),
            ("bytes", "bigint", False, ""),
        }
        if set(found) != wanted:
            [*differing] = sorted(set(found) ^ wanted)
            raise Refused(
                "table",
                "A column differs.",
                expected=str(sorted(wanted - set(found))[:1]),
                got=str(differing[:1]),
            )
        owners = con.execute(
            "SELECT relowner::regrole::text, (SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'logs') "
            "FROM pg_class WHERE oid = 'logs.requests'::regclass"
        ).fetchone()
        if owners != ("w1_owner", "w1_owner"):
            raise Refused("owner", "Schema and table do not both belong to w1_owner.", got=str(owners))
        logins = con.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'w1\\_%' AND (rolcanlogin OR rolsuper OR rolcreaterole)"
        ).fetchall()
        if logins:
            raise Refused("roles", "A role may log in, or is more than a role needs to be.", got=logins[0][0])
        key = con.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'logs.requests'::regclass AND contype = 'p'"
        ).fetchone()
        if key != ("PRIMARY KEY (request_id)",):
            raise Refused("table", "request_id is not the primary key.", got=str(key))
        for values, fine in (
            ("now(), '/', 100, 0", True),
            ("now(), '/x?y=1', 599, NULL", True),
            ("now(), 'x', 200, 1", False),
            ("now(), '', 200, 1", False),
            ("now(), 'http://h/', 200, 1", False),
            ("now(), '/', 99, 1", False),
            ("now(), '/', 600, 1", False),
            ("now(), '/', 200, -1", False),
        ):
            if _takes(con, values) != fine:
                word = "refuses" if fine else "takes"
                raise Refused("constraint", f"The table {word} the row ({values}).")
        return "Columns, key, owner and constraints are as asked."


def _takes(con, values):
    import psycopg

    try:
        with con.transaction(force_rollback=True):
            con.execute(f"INSERT INTO logs.requests (at, path, status, bytes) VALUES ({values})")
    except psycopg.errors.CheckViolation:
        return False
    return True


def the_rights(script):
    read = "SELECT count(*) FROM logs.requests"
    with made(script, times=2) as con:
        con.execute("CREATE ROLE w1_stranger")
        cases = [
            *(("w1_loader", sql, True) for sql in (read, GOOD)),
            *(
                ("w1_loader", sql, False)
                for sql in (
                    "UPDATE logs.requests SET status = 200",
                    "DELETE FROM logs.requests",
                    "TRUNCATE logs.requests",
                    "DROP TABLE logs.requests",
                    "CREATE TABLE logs.mine (n int)",
                    "CREATE TABLE public.mine (n int)",
                )
            ),
            ("w1_reader", read, True),
            *(
                ("w1_reader", sql, False)
                for sql in (
                    GOOD,
                    "UPDATE logs.requests SET status = 200",
                    "DELETE FROM logs.requests",
                    "CREATE TABLE public.mine (n int)",
                )
            ),
            ("w1_stranger", read, False),
            ("w1_stranger", "CREATE TABLE public.mine (n int)", False),
            ("w1_owner", "CREATE TABLE logs.mine (n int)", True),
        ]
        said = must(con, cases)
        if con.execute("SELECT has_schema_privilege('w1_stranger', 'logs', 'USAGE')").fetchone() == (True,):
            raise Refused("rights", "PUBLIC may use the schema logs.")
        for role in ("w1_loader", "w1_reader"):
            changes = f"SELECT has_any_column_privilege('{role}', 'logs.requests', 'UPDATE')"
            if con.execute(changes).fetchone() == (True,):
                raise Refused("rights", f"{role} can change a column of logs.requests.")
        return said


def tomorrow(script):
    with made(script, times=2) as con:
        con.execute("CREATE ROLE w1_stranger")
        con.execute("SET LOCAL ROLE w1_owner")
        con.execute("CREATE TABLE logs.tomorrow (n int)")
        con.execute("RESET ROLE")
        return must(
            con,
            [
                ("w1_reader", "SELECT FROM logs.tomorrow", True),
                ("w1_reader", "INSERT INTO logs.tomorrow VALUES (1)", False),
                ("w1_stranger", "SELECT FROM logs.tomorrow", False),
            ],
        )


PARTS = {
    "Twice": twice,
    "The table": the_table,
    "The rights": the_rights,
    "Tomorrow's tables": tomorrow,
}

BY_EXCEPTION = variant(r"""
DO $$ BEGIN CREATE ROLE w1_owner; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE w1_loader; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE w1_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE SCHEMA IF NOT EXISTS logs;
ALTER SCHEMA logs OWNER TO w1_owner;
SET ROLE w1_owner;
ALTER DEFAULT PRIVILEGES IN SCHEMA logs GRANT SELECT ON TABLES TO w1_reader;
CREATE TABLE IF NOT EXISTS logs.requests (
    request_id int8 GENERATED ALWAYS AS IDENTITY,
    "at" timestamp with time zone NOT NULL,
    path text NOT NULL,
    status int NOT NULL,
    bytes int8,
    PRIMARY KEY (request_id),
    CONSTRAINT sound CHECK (path ^@ '/' AND status >= 100 AND status < 600 AND bytes >= 0)
);
GRANT ALL ON SCHEMA logs TO w1_owner;
GRANT USAGE ON SCHEMA logs TO w1_reader, w1_loader;
GRANT INSERT, SELECT ON ALL TABLES IN SCHEMA logs TO w1_loader;
RESET ROLE;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
""")

PLAIN = wrong(
    "the role exists the second time",
    SOLVE[SOLVE.index("REVOKE") :].join(
        ["CREATE ROLE w1_owner; CREATE ROLE w1_loader; CREATE ROLE w1_reader;\n", ""]
    ),
    fails="run again",
)
STARTS_ANEW = wrong(
    "it succeeds twice, and throws the data away the second time",
    SOLVE.replace("CREATE TABLE IF NOT EXISTS", "DROP TABLE IF EXISTS logs.requests;\nCREATE TABLE"),
    fails="run again",
)
UNNAMED_CHECK = wrong(
    "each run adds the constraint once more",
    SOLVE.replace(" CHECK (bytes >= 0)", "").replace(
        "ALTER TABLE logs.requests OWNER",
        "ALTER TABLE logs.requests ADD CHECK (bytes >= 0);\nALTER TABLE logs.requests OWNER",
    ),
    fails="run again",
)
NO_USAGE = wrong(
    "a right on a table is worth nothing without USAGE on its schema",
    SOLVE.replace("GRANT USAGE ON SCHEMA logs TO w1_loader, w1_reader;\n", ""),
    fails="rights",
    passes_examples=True,
)
TOO_MUCH = wrong(
    "ALL holds update, delete and truncate as well",
    SOLVE.replace("GRANT SELECT, INSERT ON", "GRANT ALL ON"),
    fails="rights",
    passes_examples=True,
)
NOT_TOMORROW = wrong(
    "tables that are made tomorrow are not readable",
    SOLVE[: SOLVE.index("ALTER DEFAULT")],
    fails="rights",
    passes_examples=True,
)
WHOSE_DEFAULT = wrong(
    "without FOR ROLE it binds what the superuser makes, not what the owner makes",
    SOLVE.replace(" FOR ROLE w1_owner", ""),
    fails="rights",
    passes_examples=True,
)
LOOSE_PATH = wrong(
    "a path with a slash anywhere is let in",
    SOLVE.replace("LIKE '/%'", "LIKE '%/%'"),
    fails="constraint",
    passes_examples=True,
)
COMMITS = wrong("it ends the transaction", SOLVE + "\nCOMMIT;\n", fails="transaction")

NOTES = """**Why it holds**: everything that can be asked is asked first (`IF NOT EXISTS`, `pg_roles`), and what has no such form is the same however often it is said: `GRANT`, `REVOKE`, `ALTER … OWNER TO`.

**Pitfall**: `DROP … IF EXISTS` before `CREATE` also "succeeds twice", and takes the data with it.
`ALTER DEFAULT PRIVILEGES` without `FOR ROLE` speaks of what *you* will make, and you are the superuser of the init script, not the owner.
A right on a table without `USAGE` on its schema is no right.

**Alternative**: catch `duplicate_object`, as in the second answer: it also holds when two sessions run it at the same moment, between whose question and creation the other one may come.

**At work**: init scripts run only on an empty volume; a change goes into a numbered migration, run once by a role that is a member of the owner.
Since version 15 a new database lets only its owner create in `public`; a database that came from an older version by `pg_upgrade` keeps the old right.
"""
