"""# Two services

Write a `compose.yaml` with two services, `db` and `loader`.

`db`, PostgreSQL:

- the image is `postgres` with a tag of version 18, such as `postgres:18.6-bookworm`;
- its data is on a **named volume**, mounted where the images of version 18 want it, `/var/lib/postgresql`;
- the password comes from a **secret** that is read from the file `./secrets/postgres_password`; the variable is `POSTGRES_PASSWORD_FILE`, the place `/run/secrets/` and the secret's name;
- port 5432 is published on this machine's loopback address only;
- memory is limited to 1 GB at most;
- when it stops, it has at least 30 seconds;
- its **health check** runs `pg_isready` and asks by TCP, `-h 127.0.0.1` or `--host=127.0.0.1`.

`loader`, the job:

- it is built from the folder `./loader`;
- it starts only when `db` is *healthy*;
- it gets the same secret, publishes no port, and is not started again when it ends well (`restart` is `"no"` or `on-failure`).

A beginning that is wrong in three ways:

```yaml
services:
  db:
    image: postgres:18.6-bookworm
    environment:
      POSTGRES_PASSWORD: correct-horse
    ports: ["5432:5432"]
    volumes: ["data:/var/lib/postgresql/data"]
```

Every form that the Compose specification allows is right: lists or maps, short or long.
Write it as a raw string, `r\"\"\"…\"\"\"`, in place of `...`.
"""

import re

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w1-container-compose-file",
    pattern="compose file",
    difficulty="medium",
    minutes=15,
    points=3,
    order=2,
    hints={
        "What the beginning has wrong": (
            "The password is read from a file, the port has an address before it, version 18 keeps its data one folder higher.",
            '`POSTGRES_PASSWORD_FILE: /run/secrets/…`, `ports: ["127.0.0.1:5432:5432"]`, a volume at `/var/lib/postgresql`.',
        ),
        "What stays, and what is secret": (
            "Volumes and secrets are named twice: where they are used, and at the top level.",
            "At the top level: `volumes: {data: }` and `secrets: {postgres_password: {file: ./secrets/postgres_password}}`; both services list the secret.",
        ),
        "Limits": (
            "One limit of memory, one time to stop: both stand in the service `db`.",
            "`deploy: {resources: {limits: {memory: 1g}}}` and `stop_grace_period: 30s`.",
        ),
        "Ready, and in order": (
            "`depends_on` has a long form with `condition: service_healthy`, and what is asked for is the health check of `db`.",
            'The health check: `test: ["CMD", "pg_isready", "-h", "127.0.0.1", "-U", "postgres"]`; the loader: `build: ./loader`, no ports.',
        ),
    },
)

SOLVE = r"""
services:
  db:
    image: postgres:18.6-bookworm
    environment:
      POSTGRES_PASSWORD_FILE: /run/secrets/postgres_password
    secrets: [postgres_password]
    ports: ["127.0.0.1:5432:5432"]
    volumes: ["data:/var/lib/postgresql"]
    deploy:
      resources:
        limits:
          memory: 1g
    stop_grace_period: 1m
    healthcheck:
      test: ["CMD", "pg_isready", "-h", "127.0.0.1", "-U", "postgres"]
      interval: 5s
      retries: 10

  loader:
    build: ./loader
    secrets: [postgres_password]
    depends_on:
      db:
        condition: service_healthy
    restart: on-failure

volumes:
  data:

secrets:
  postgres_password:
    file: ./secrets/postgres_password
"""


def read(text):
    """The file's services, and the file; Refused when it is none."""
    import yaml

    try:
        file = yaml.safe_load(text)
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f" in line {where.line + 1}" if where else ""
        raise Refused("form", f"This is no YAML{line}: {getattr(error, 'problem', error)}.") from None
    if not isinstance(file, dict) or not isinstance(file.get("services"), dict):
        raise Refused("form", "The file is a map with `services`.")
    for name in ("db", "loader"):
        if not isinstance(file["services"].get(name), dict):
            raise Refused("form", f"There is no service {name!r}.")
    return file["services"]["db"], file["services"]["loader"], file


def environment(service):
    """The variables as a map, also when they are written as a list."""
    found = service.get("environment") or {}
    return dict(v.partition("=")[::2] for v in found) if isinstance(found, list) else dict(found)


def names(service, key):
    """What the service uses of the secrets, by name."""
    return [s["source"] if isinstance(s, dict) else s for s in service.get(key) or []]


def mounts(service):
    """Pairs of source and target."""
    found = []
    for volume in service.get("volumes") or []:
        if isinstance(volume, dict):
            found.append((volume.get("source"), volume.get("target")))
        else:
            found.append(tuple((str(volume).split(":") + [None])[:2]))
    return [(source, str(target or source).rstrip("/")) for source, target in found]


def size(text):
    """Bytes of a size such as 1g or 512mb."""
    match = re.fullmatch(r"([\d.]+) *([kmg]?)i?b?", str(text).strip().lower())
    if not match:
        raise Refused("limits", f"{text!r} is no size: write 1g or 512m.")
    return float(match[1]) * 1024 ** "_kmg".index(match[2] or "_")


def seconds(text):
    """Seconds of a duration such as 1m30s."""
    parts = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?", str(text).strip())
    if not parts or not any(parts.groups()):
        raise Refused("stopping", f"{text!r} is no duration: write 30s or 1m.")
    return sum(float(number or 0) * unit for number, unit in zip(parts.groups(), (3600, 60, 1)))


def the_beginning(text):
    db, loader, file = read(text)
    if not re.match(r"(docker\.io/library/)?postgres:18(\b|\.)", str(db.get("image"))):
        raise Refused("image", "The image of db is not postgres of version 18.", got=str(db.get("image")))
    for name, service in (("db", db), ("loader", loader)):
        bad = [
            name for name, value in environment(service).items() if _is_secret(name.upper(), str(value or ""))
        ]
        if bad:
            raise Refused(
                "secret", f"{name} has a secret in its environment, which `docker inspect` shows.", got=bad[0]
            )
    published = db.get("ports") or []
    if not published:
        raise Refused("port", "db publishes no port.")
    for port in published:
        if isinstance(port, dict):
            address, target = str(port.get("host_ip")), str(port.get("target"))
        else:
            address, target = str(port).rpartition(":")[0].rpartition(":")[0], str(port).rpartition(":")[2]
        if address.strip("[]") not in ("127.0.0.1", "::1", "localhost"):
            raise Refused("port", "The port is open on every address of the machine.", got=str(port))
        if target.partition("/")[0] != "5432":
            raise Refused("port", "The server inside listens on 5432.", got=str(port))
    places = mounts(db)
    if not any(target == "/var/lib/postgresql" for _, target in places):
        raise Refused("volume", "No volume at /var/lib/postgresql.", got=str([t for _, t in places]))
    return "Version 18, no secret in the environment, loopback, the right place for the data."


def _is_secret(name, value):
    """Whether the value is one itself; not the place of a file, but an address with a password in it."""
    a_place = name.endswith(("_FILE", "PGPASSFILE")) or value.startswith("/run/secrets/")
    named = value and re.search("PASS|SECRET", name) and not a_place
    return bool(named or re.search(r"://[^/@\s]*:[^/@\s]+@", value))


def what_stays(text):
    db, loader, file = read(text)
    [source] = [source for source, target in mounts(db) if target == "/var/lib/postgresql"]
    if source is None or re.match(r"[./~]", str(source)):
        raise Refused("volume", "The data is on no named volume.", got=str(source))
    if source not in (file.get("volumes") or {}):
        raise Refused("volume", f"The volume {source!r} is not declared at the top level.")
    place = str(environment(db).get("POSTGRES_PASSWORD_FILE"))
    declared = file.get("secrets") or {}
    for name, service in (("db", db), ("loader", loader)):
        used = names(service, "secrets")
        if not used:
            raise Refused("secret", f"{name} gets no secret.")
        for secret in used:
            if secret not in declared:
                raise Refused("secret", f"The secret {secret!r} is not declared at the top level.")
    fitting = [s for s in names(db, "secrets") if place == f"/run/secrets/{_target(db, s)}"]
    if not fitting:
        raise Refused("secret", "POSTGRES_PASSWORD_FILE does not name the place of db's secret.", got=place)
    if fitting[0] not in names(loader, "secrets"):
        raise Refused("secret", "The loader gets another secret.")
    file_of = str((declared[fitting[0]] or {}).get("file"))
    if file_of.removeprefix("./") != "secrets/postgres_password":
        raise Refused("secret", "The secret is read from another file.", got=file_of)
    return "A named volume, and a secret that stands in no environment."


def _target(service, secret):
    long = [
        s for s in service["secrets"] if isinstance(s, dict) and s["source"] == secret and s.get("target")
    ]
    return long[0]["target"].removeprefix("/run/secrets/") if long else secret


def limits(text):
    db, _, _ = read(text)
    deployed = (db.get("deploy") or {}).get("resources", {}).get("limits", {}).get("memory")
    limit = deployed or db.get("mem_limit")
    if limit is None:
        raise Refused("limits", "The memory of db has no limit.")
    if not 64 * 2**20 <= size(limit) <= 2**30:
        raise Refused("limits", "The limit is above 1 GB, or too small to start.", got=str(limit))
    grace = db.get("stop_grace_period")
    if grace is None:
        raise Refused("stopping", "Without stop_grace_period it is killed after 10 seconds.")
    if seconds(grace) < 30:
        raise Refused("stopping", "It has less than 30 seconds to stop.", got=str(grace))
    return f"At most {limit} of memory, {grace} to stop."


def readiness(text):
    db, loader, _ = read(text)
    check = db.get("healthcheck") or {}
    test = check.get("test")
    if check.get("disable") or not test:
        raise Refused("health", "db has no health check.")
    if isinstance(test, list) and test[0] not in ("CMD", "CMD-SHELL"):
        raise Refused(
            "health", "The test is a text, or a list that begins with CMD or CMD-SHELL.", got=str(test)
        )
    command = " ".join(map(str, test[1:])) if isinstance(test, list) else str(test)
    if "pg_isready" not in command:
        raise Refused("health", "The health check does not run pg_isready.", got=command)
    if not re.search(r"(-h *|--host[= ])[\"']?(127\.0\.0\.1|localhost|::1)\b", command):
        raise Refused(
            "health",
            "It asks by the socket, and gets a yes from the server of the init scripts.",
            got=command,
        )
    needs = loader.get("depends_on") or {}
    condition = needs["db"].get("condition") if isinstance(needs, dict) and needs.get("db") else None
    if condition != "service_healthy":
        raise Refused("order", "The loader does not wait until db is healthy.", got=str(needs))
    build = loader.get("build")
    context = build.get("context") if isinstance(build, dict) else build
    if str(context).strip("./") != "loader":
        raise Refused("build", "The loader is not built from ./loader.", got=str(context))
    if loader.get("ports"):
        raise Refused("port", "The loader publishes a port, and nobody calls it.")
    restart = loader.get("restart", "no")
    if not (restart is False or re.fullmatch(r"no|on-failure(:\d+)?", str(restart))):
        raise Refused("restart", "The loader is started again when it ends well.", got=str(restart))
    return "The loader starts when db answers, and ends."


PARTS = {
    "What the beginning has wrong": the_beginning,
    "What stays, and what is secret": what_stays,
    "Limits": limits,
    "Ready, and in order": readiness,
}

LONG_FORMS = variant(r"""
name: week1
x-secret: &secret
  - source: pw
    target: postgres_password
services:
  loader:
    build: {context: ./loader}
    secrets: *secret
    depends_on: {db: {condition: service_healthy, restart: true}}
  db:
    image: docker.io/library/postgres:18.6@sha256:0123456789abcdef
    environment:
      - POSTGRES_PASSWORD_FILE=/run/secrets/postgres_password
      - POSTGRES_DB=flights
      - PGPASSFILE=/run/secrets/postgres_password
    secrets: *secret
    ports:
      - {target: 5432, published: "5433", host_ip: 127.0.0.1}
    volumes:
      - {type: volume, source: pgdata, target: /var/lib/postgresql}
    mem_limit: 768mb
    shm_size: 256m
    stop_grace_period: 1m30s
    healthcheck:
      test: pg_isready --host=127.0.0.1 --quiet || exit 1
volumes: {pgdata: {}}
secrets: {pw: {file: secrets/postgres_password}}
""")

OPEN_PORT = wrong("open on every address", SOLVE.replace("127.0.0.1:5432:5432", "5432:5432"), fails="port")
OLD_PLACE = wrong(
    "version 18 refuses to start with a volume there",
    SOLVE.replace('/var/lib/postgresql"', '/var/lib/postgresql/data"'),
    fails="volume",
)
BY_ENVIRONMENT = wrong(
    "the password stands in `docker inspect`",
    SOLVE.replace(
        "POSTGRES_PASSWORD_FILE: /run/secrets/postgres_password", "POSTGRES_PASSWORD: correct-horse"
    ),
    fails="secret",
)
IN_THE_URL = wrong(
    "the password stands in the loader's environment, inside an address",
    SOLVE.replace(
        "build: ./loader",
        "build: ./loader\n    environment: {DATABASE_URL: postgresql://postgres:horse@db/flights}",
    ),
    fails="secret",
)
BIND_MOUNT = wrong(
    "a folder of the host has the host's owners and, on a Mac, a slow path",
    SOLVE.replace("data:/var/lib/postgresql", "./data:/var/lib/postgresql"),
    fails="volume",
    passes_examples=True,
)
UNDECLARED = wrong(
    "a secret that is not declared does not exist",
    SOLVE[: SOLVE.index("\nsecrets:\n  postgres")],
    fails="secret",
    passes_examples=True,
)
STARTED = wrong(
    "started is not ready",
    SOLVE.replace("condition: service_healthy", "condition: service_started"),
    fails="order",
    passes_examples=True,
)
BY_SOCKET = wrong(
    "the server that runs the init scripts answers on the socket",
    SOLVE.replace('"-h", "127.0.0.1", ', ""),
    fails="health",
    passes_examples=True,
)
ALWAYS = wrong(
    "the job ends well, and begins again, for ever",
    SOLVE.replace("restart: on-failure", "restart: unless-stopped"),
    fails="restart",
    passes_examples=True,
)
SHORT_GRACE = wrong(
    "ten seconds are not enough for a checkpoint",
    SOLVE.replace("stop_grace_period: 1m", "stop_grace_period: 10s"),
    fails="stopping",
    passes_examples=True,
)

NOTES = """**Why it holds**: what must outlive the container has a name of its own (the volume), what must not be seen is a file that is mounted (the secret), and the order of two services hangs on a question that only a ready server answers.

**Pitfall**: `ports: ["5432:5432"]` means every address, and Docker's own rules come before the firewall's.
A volume at `/var/lib/postgresql/data` was right up to version 17; from 18 on the image keeps its data in `18/docker` below `/var/lib/postgresql` and refuses to start.

**Alternative**: between services no port need be published at all: `loader` reaches `db:5432` in the network that compose makes; publish only while you want to look from outside.
For a job that runs by the clock, `docker compose run --rm loader` from a timer, instead of a service.

**At work**: the secret is a bind mount, so the file's owner and mode count for the user *in* the container; keep the folder at 0700 and the file readable.
A limit without `shm_size` still fails parallel queries: `/dev/shm` has 64 MB by default.
"""
