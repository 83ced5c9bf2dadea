"""# An image for the loader

A job in Python loads files into PostgreSQL. Its folder holds `requirements.txt`, `src/loader/__main__.py`, `tests/` and, on your laptop, a file `.env` with a password.
Write its `Dockerfile`:

- the base image is `python`, with a tag that names a version of 3.11 or 3.12 and a slim system, such as `python:3.12.8-slim-bookworm`; a digest may follow;
- the packages of `requirements.txt` are installed by pip, without keeping pip's cache (`--no-cache-dir`), in a layer that a change in `src/` does not rebuild;
- `src/` is copied, and nothing else beside `requirements.txt`: never the whole folder;
- no password, no token, neither by `ENV` nor by `ARG`; the place of a mounted secret is none: `DATABASE_PASSWORD_FILE=/run/secrets/db_password` is fine;
- it runs as a user that is not root, given by number;
- it starts `python -m loader` so that the program itself gets the signal when the container stops: a list, no shell;
- `python -m loader` finds the package: it lies in the working folder or on `PYTHONPATH`.

The beginning of the one that is there now, with four mistakes:

```dockerfile
FROM python:latest
ENV DATABASE_PASSWORD=correct-horse
COPY . /app
CMD python -m loader
```

Write it as a raw string, `r\"\"\"…\"\"\"`, in place of `...`.
It is judged by what its instructions mean; where `hadolint` is installed, it must also find nothing above the level *info* (DL3064 aside, which takes the name of a secret's file for a secret).
"""

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from posixpath import basename, dirname, join, normpath, relpath

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w1-container-loader-image",
    pattern="Dockerfile",
    difficulty="easy",
    minutes=10,
    points=2,
    order=1,
    hints={
        "The four mistakes": (
            "One mistake in each line: a tag that moves, a secret that stays, the whole folder, a shell.",
            'Copy `requirements.txt` and `src/` by name, leave the password out, and end with `CMD ["python", "-m", "loader"]`.',
        ),
        "The layers": (
            "A layer is built again when its instruction or a file it copies changed, and then so are all after it.",
            "First copy requirements.txt alone and install, then copy src/.",
            "After `WORKDIR /app` and `COPY requirements.txt .`, pip finds it as `requirements.txt`.",
        ),
        "The user and the start": (
            "Python looks for `loader` in the folder it is started in, then on `PYTHONPATH`; copying a folder copies what is *in* it.",
            'With `WORKDIR /app` and `COPY src/ ./` it lies in /app; end with `USER 10001:10001` and `CMD ["python", "-m", "loader"]`.',
        ),
        "hadolint": (
            "The code, such as DL3042, has a page in hadolint's documentation, with the line before and after.",
        ),
    },
)

SOLVE = r"""
FROM python:3.12.8-slim-bookworm

WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --requirement requirements.txt
COPY src/ ./
USER 10001:10001
CMD ["python", "-m", "loader"]
"""

SECRET = re.compile(
    r"password|passwd|passphrase|secret|credential|(^|_|db)(pass|pwd)(_|$)|token(_|$)|(api|private|access)_?key",
    re.IGNORECASE,
)
IN_A_URL = re.compile(r"://[^/@\s]*:[^/@\s]+@")
PIP = re.compile(r"\bpip3?(\.\d+)?\s+(-\S+\s+)*install\b")
REQUIREMENTS = re.compile(r"(?:-r|--requirement)[ =]*(\S*requirements\.txt)")
MAY_INSTALL = re.compile("useradd|adduser|chown|chmod")  # before a user that is not root can write anywhere

CONTEXT = {"/requirements.txt", "/src/loader/__main__.py", "/tests/test_loader.py", "/.env"}
FOLDERS = ("etc", "home", "opt", "root", "srv", "tmp", "usr", "usr/local", "usr/src", "var")


@dataclass(frozen=True)
class Image:
    """What the instructions so far have made; `steps` are their words, what follows, and the image before.

    `files` are absolute paths; a folder is there if a file is in it, and be it one called ".".
    """

    base: str
    folder: str = "/"
    user: str = "root"
    variables: dict[str, str] = field(default_factory=dict)
    files: frozenset[str] = frozenset(f"/{folder}/." for folder in FOLDERS)
    packages: bool = False
    steps: tuple[tuple[str, str, "Image"], ...] = ()


def instructions(text):
    """Pairs of an instruction and what follows it; comments gone, continued lines joined."""
    lines = [line for line in text.splitlines() if not re.match(r"\s*(#|$)", line)]
    joined = re.sub(r"\\[ \t]*\n", " ", "\n".join(lines))
    found = []
    for line in joined.splitlines():
        word, _, rest = line.strip().partition(" ")
        if not re.fullmatch(r"[A-Za-z]+", word):
            raise Refused("form", "A line begins with an instruction.", line=line)
        word, rest = word.upper(), rest.strip()
        if word == "RUN" and rest.startswith("["):
            rest = " ".join(re.findall(r'"([^"]*)"', rest))
        found.append((word, rest))
    if not found or all(word != "FROM" for word, _ in found):
        raise Refused("form", "There is no FROM: no image to build upon.")
    return found


def build(text):
    """The image of each stage by its name and by its number, the last stage last."""
    stages, given, number = {}, {}, -1
    for word, rest in instructions(text):
        if word == "FROM":
            base, *name = [w for w in filled(rest, given).split() if not w.startswith("--")] or [""]
            image, number = stages.get(base) or Image(base), number + 1
            names = [str(number), *name[1:]]
        elif number < 0:
            given |= pairs(rest)
            continue
        else:
            image = after(image, word, rest, stages)
        stages |= dict.fromkeys(names, image)
    return stages


def after(image, word, rest, stages):
    """The image once the instruction is done."""
    brought = any(stages[name].packages for name in re.findall(r"\bfrom=([\w.-]+)", rest) if name in stages)
    installed = word == "RUN" and PIP.search(rest) and REQUIREMENTS.search(rest)
    packages = image.packages or brought or bool(installed)
    image = replace(image, packages=packages, steps=(*image.steps, (word, rest, image)))
    rest = filled(rest, image.variables)
    if word in ("ENV", "ARG"):
        return replace(image, variables=image.variables | pairs(rest))
    if word == "USER":
        return replace(image, user=rest.partition(":")[0])
    made = []
    if word == "WORKDIR":
        image = replace(image, folder=normpath(join(image.folder, rest)))
        made = [f"{image.folder}/."]
    elif word in ("COPY", "ADD"):
        flags, names, target = copying(rest)
        made = copied(origin(flags.get("from"), stages), names, target, image)
    elif word == "RUN" and "mkdir" in rest:
        made = [f"{normpath(join(image.folder, place))}/." for place in rest.partition("mkdir")[2].split()]
    return replace(image, files=image.files | set(made))


def filled(rest, variables):
    """Replace the variables that are known or have a default."""

    def value(match):
        return variables.get(match[1], match[0] if match[2] is None else match[2])

    return re.sub(r"\$\{?(\w+)(?::-([^}]*))?\}?", value, rest)


def pairs(rest):
    """Names and values of an ENV or ARG, also in the form without `=`."""
    found = re.findall(r"""(\w+)=("[^"]*"|'[^']*'|\S*)""", rest) or [rest.partition(" ")[::2]]
    return {name: value.strip("\"' ") for name, value in found}


def copying(rest):
    """Flags, sources and target of a COPY or ADD."""
    flags = dict(re.findall(r"--([\w-]+)=?(\S*)", rest))
    rest = re.sub(r"--\S+\s+", "", rest)
    try:
        words = json.loads(rest) if rest.startswith("[") else rest.split()
    except ValueError:
        raise Refused("form", "This is no list of texts in double quotes.", got=rest) from None
    if len(words) < 2:
        raise Refused("form", "A copy needs a source and a target.", got=rest)
    return flags, list(map(str, words[:-1])), str(words[-1])


def origin(stage, stages):
    """The files that can be copied: of the folder, or of another stage."""
    if stage is None:
        return CONTEXT
    return stages[stage].files if stage in stages else set()


def copied(files, names, target, image):
    """Where copies come to lie: a file at the target or below it, of a folder what is in it."""
    place = normpath(join(image.folder, target))
    below = (
        target.endswith("/") or basename(target) == "." or any(f.startswith(f"{place}/") for f in image.files)
    )
    entries = {*files, *(folder for file in files for folder in folders(file))}
    for pattern in (normpath(join("/", name)) for name in names):
        for entry in entries:
            if entry.count("/") != pattern.count("/") or not fnmatchcase(entry, pattern):
                continue
            if entry in files:
                yield join(place, basename(entry)) if below else place
            yield from (join(place, relpath(file, entry)) for file in files if entry in folders(file))


def folders(file):
    """The folders that the file is in, the root among them."""
    above = dirname(file)
    return {above} if above == "/" else {above, *folders(above)}


def mounted(rest, image, stages):
    """The files that a RUN sees by --mount, and only while it runs."""
    for options in re.findall(r"--mount=(\S+)", rest):
        one = dict(option.partition("=")[::2] for option in options.split(","))
        target = one.get("target") or one.get("dst") or one.get("destination")
        if target and one.get("type", "bind") == "bind":
            source = one.get("source") or one.get("src") or "/"
            yield from copied(origin(one.get("from"), stages), [source], target, image)


def sources(word, rest):
    """What a COPY or ADD brings in from the folder; nothing when it comes from another stage."""
    if word not in ("COPY", "ADD"):
        return []
    flags, names, _ = copying(rest)
    return [] if "from" in flags else [name.removeprefix("./") or "." for name in names]


def the_mistakes_shown(text):
    stages = build(text)
    for stage in stages.values():
        image = stage.base.removeprefix("docker.io/library/")
        if re.match(r"python(:|@|$)", image):
            tag = image.partition("@")[0].partition(":")[2]
            if not re.match(r"3\.1[12](\.\d+)?-slim", tag):
                raise Refused(
                    "base", "The base names no version of 3.11 or 3.12 on a slim system.", got=stage.base
                )
    *_, last = stages.values()
    if not last.base.removeprefix("docker.io/library/").startswith("python:"):
        raise Refused("base", "The last stage does not build upon python.", got=last.base)
    for word, rest in instructions(text):
        for name, value in pairs(rest).items() if word in ("ENV", "ARG") else ():
            a_place = name.upper().endswith(("_FILE", "PGPASSFILE")) or value.startswith("/run/secrets/")
            if (SECRET.search(name) and not a_place) or IN_A_URL.search(value):
                raise Refused(
                    "secret", f"A secret in {word} stays in the image for ever.", line=f"{word} {rest}"
                )
    for source in (source for step in instructions(text) for source in sources(*step)):
        if source.rstrip("/") in (".", "*", "") or source.startswith((".env", "*", "/")):
            raise Refused("secret", "It brings in .env too: copy what is needed by name.", got=source)
    starts = [rest for word, rest, _ in last.steps if word in ("CMD", "ENTRYPOINT")]
    if not starts:
        raise Refused("start", "Nothing is started: add a CMD.")
    for rest in starts:
        if not rest.startswith("["):
            raise Refused(
                "start", "The shell form starts a shell, which keeps the signal to itself.", got=rest
            )
    return "A version, no secret, not the whole folder, no shell."


def the_layers(text):
    stages = build(text)
    *_, last = stages.values()
    runs = [run for stage in stages.values() for run in installs(stage)]
    if not any(REQUIREMENTS.search(rest) for rest, _ in runs):
        raise Refused("packages", "No RUN installs requirements.txt by pip.")
    for rest, image in runs:
        beside = re.search(r"type=cache\S*\.cache|--no-cache-dir", rest)
        if not beside and "PIP_NO_CACHE_DIR" not in image.variables:
            raise Refused("packages", "pip keeps its cache in the layer: --no-cache-dir.", line=rest)
        if image.user not in ("0", "root") and not any(MAY_INSTALL.search(r) for _, r, _ in image.steps):
            raise Refused("packages", "pip runs as a user that can write nowhere: install first, then USER.")
        if REQUIREMENTS.search(rest):
            reads(rest, image, set(mounted(rest, image, stages)))
    if not last.packages:
        raise Refused("packages", "The packages stay in the stage that installs them.")
    brought = {source for step in instructions(text) for source in sources(*step)}
    if not any(re.match(r"src\b", source) for source in brought):
        raise Refused("layers", "src is never copied.")
    others = sorted(source for source in brought if not re.match(r"(requirements\.txt|src)\b", source))
    if others:
        raise Refused("layers", "It copies more than src/ and requirements.txt.", got=", ".join(others))
    return "Packages first, code after: a change in src/ rebuilds one small layer."


def reads(rest, image, mounts):
    """Refuse an install that does not find its file, or that a change in src/ would repeat."""
    found = REQUIREMENTS.search(rest)
    folder = image.folder
    for place in re.findall(r"\bcd\s+([^\s;&|]+)", rest[: found.start()]):
        folder = join(folder, place)
    path = normpath(join(folder, filled(found[1], image.variables).strip("\"'")))
    if path not in image.files | mounts:
        there = sorted(file for file in image.files | mounts if basename(file) == "requirements.txt")
        raise Refused("packages", f"pip finds no {path}.", got=", ".join(there) or "not copied before")
    early = any(re.match(r"src\b", s) for word, rest, _ in image.steps for s in sources(word, rest))
    if early or any(file.endswith("/__main__.py") for file in mounts):
        raise Refused(
            "layers", "src/ is there before the packages are installed: every change installs them again."
        )


def installs(image):
    """Each RUN of pip install, and the image before."""
    return [(rest, before) for word, rest, before in image.steps if word == "RUN" and PIP.search(rest)]


def the_user(text):
    *_, last = build(text).values()
    if last.user == "root" or not last.user.strip("0"):
        raise Refused("user", "It runs as root: the last USER is the one that counts.", got=last.user)
    if not last.user.isdigit():
        raise Refused(
            "user", "The user is no number: nobody outside can see that it is not root.", got=last.user
        )
    command = [word for kind in ("ENTRYPOINT", "CMD") for word in _list(last, kind)]
    program, *words = [word for word in command if word not in ("-u", "-B", "-O")] or [""]
    if not re.fullmatch(r"python3?(\.1\d)?", basename(program)) or words != ["-m", "loader"]:
        raise Refused("start", "It does not start python -m loader.", got=" ".join(command))
    searched = [last.folder, *last.variables.get("PYTHONPATH", "").split(":")]
    if not any(normpath(join(last.folder, place, "loader/__main__.py")) in last.files for place in searched):
        there = sorted(dirname(file) for file in last.files if basename(file) == "__main__.py")
        raise Refused(
            "start",
            "python -m loader finds no package.",
            searched=", ".join(filter(None, searched)),
            got=f"__main__.py lies in {', '.join(there)}" if there else "it is not in the last stage",
        )
    return f"It runs as user {last.user} and starts the program itself."


def _list(image, kind):
    found = [rest for word, rest, _ in image.steps if word == kind]
    try:
        words = json.loads(found[-1]) if found else []
    except ValueError:
        raise Refused("start", f"{kind} is no list of texts in double quotes.", got=found[-1]) from None
    return [str(word) for word in words]


def the_linter(text):
    instructions(text)
    beside = Path(sys.executable).with_name("hadolint")
    hadolint = str(beside) if beside.is_file() else shutil.which("hadolint")
    if hadolint is None:
        return "hadolint is not installed here: not judged."
    command = [hadolint, "--no-fail", "--format", "json", "--config", "/dev/null"]
    command += [
        "--ignore",
        "DL3064",
        "-",
    ]  # it takes DATABASE_PASSWORD_FILE for a secret; the first part judges
    done = subprocess.run(command, input=text.strip() + "\n", capture_output=True, text=True, timeout=20)
    for finding in json.loads(done.stdout):
        if finding["level"] in ("error", "warning"):
            said = f"{finding['code']} in line {finding['line']}: {finding['message']}"
            raise Refused("hadolint", said)
    return "hadolint finds nothing above the level info."


PARTS = {
    "The four mistakes": the_mistakes_shown,
    "The layers": the_layers,
    "The user and the start": the_user,
    "hadolint": the_linter,
}

TWO_STAGES = variant(r"""
# the packages are built in one stage, and only they go to the next
FROM python:3.11-slim-bookworm AS build
COPY ["requirements.txt", "/tmp/requirements.txt"]
RUN python -m venv /venv && \
    /venv/bin/pip install --no-cache-dir -r /tmp/requirements.txt

FROM python:3.11-slim-bookworm
COPY --from=build /venv /venv
WORKDIR /app
COPY src /app
USER 1001
ENTRYPOINT ["/venv/bin/python", "-m"]
CMD ["loader"]
""")

MOUNTED = variant(r"""
ARG PYTHON=3.12.8
FROM docker.io/library/python:${PYTHON}-slim-bookworm AS base
ENV APP=/srv/app DATABASE_PASSWORD_FILE=/run/secrets/db_password
ENV PGPASSFILE /run/secrets/pgpass

FROM base
WORKDIR $APP
RUN --mount=type=bind,source=requirements.txt,target=requirements.txt \
    pip install --no-cache-dir -r requirements.txt
COPY --chown=10001 src src
ENV PYTHONPATH=$APP/src:$PYTHONPATH
USER 10001
CMD ["python3", "-u", "-m", "loader"]
""")

LATEST = wrong("tomorrow it is another Python", SOLVE.replace("3.12.8-slim-bookworm", "latest"), fails="base")
SHELL_FORM = wrong(
    "the shell is process 1 and does not pass the signal on: killed after 10 seconds",
    SOLVE.replace('["python", "-m", "loader"]', "python -m loader"),
    fails="start",
)
WHOLE_FOLDER = wrong("it takes .env along", SOLVE.replace("COPY src/ ./", "COPY . ./"), fails="secret")
CODE_FIRST = wrong(
    "every change in the code installs all packages again",
    SOLVE.replace("COPY src/ ./\n", "").replace("WORKDIR /app\n", "WORKDIR /app\nCOPY src/ ./\n"),
    fails="layers",
    passes_examples=True,
)
TESTS_TOO = wrong(
    "tests are no part of what runs",
    SOLVE.replace("COPY src/ ./", "COPY src/ tests/ ./"),
    fails="layers",
    passes_examples=True,
)
ROOT_AGAIN = wrong(
    "the last USER counts",
    SOLVE.replace("USER 10001:10001", "USER 10001:10001\nUSER 0"),
    fails="user",
    passes_examples=True,
)
NOT_ON_PATH = wrong(
    "src is copied into src: No module named loader",
    SOLVE.replace("COPY src/ ./", "COPY src/ src/"),
    fails="start",
    passes_examples=True,
)
NOWHERE = wrong(
    "the package lies where nobody looks",
    SOLVE.replace("COPY src/ ./", "COPY src/ /nowhere/"),
    fails="start",
    passes_examples=True,
)
FLAT = wrong(
    "a star copies what is in the folder loader, not the folder",
    SOLVE.replace("COPY src/ ./", "COPY src/* ./"),
    fails="start",
    passes_examples=True,
)
ELSEWHERE = wrong(
    "pip reads /app/requirements.txt, and it was copied to another place",
    SOLVE.replace("COPY requirements.txt .", "COPY requirements.txt /elsewhere/"),
    fails="packages",
    passes_examples=True,
)
LEFT_BEHIND = wrong(
    "the packages stay in the first stage",
    TWO_STAGES.answer.replace("COPY --from=build /venv /venv\n", ""),
    fails="packages",
    passes_examples=True,
)
USER_FIRST = wrong(
    "a user without a home cannot install",
    SOLVE.replace("USER 10001:10001\n", "").replace("WORKDIR /app\n", "WORKDIR /app\nUSER 10001:10001\n"),
    fails="packages",
    passes_examples=True,
)
IN_THE_URL = wrong(
    "a password in an address is a password",
    SOLVE.replace("USER", "ENV DATABASE_URL=postgresql://loader:correct-horse@db/logs\nUSER"),
    fails="secret",
)
NO_USER = wrong(
    "without USER it is root", SOLVE.replace("USER 10001:10001\n", ""), fails="user", passes_examples=True
)
CACHED = wrong(
    "pip's cache doubles the layer",
    SOLVE.replace("--no-cache-dir ", ""),
    fails="packages",
    passes_examples=True,
)

NOTES = """**Why it holds**: a layer is taken from the cache as long as its instruction and the files it copies are the same; after the first that differs, all are built again.
So what changes seldom stands first.

**Pitfall**: `CMD python -m loader` becomes `sh -c "python -m loader"`; `docker stop` signals the shell, the program hears nothing and is killed after ten seconds, in the middle of a `COPY`.
`ENV` and `ARG` stay readable in `docker history`; a file that is copied and removed stays in its layer.

**Alternative**: two stages, as in the second answer: compilers stay in the first, the second holds what runs.
`RUN --mount=type=secret` gives a build step a secret that no layer keeps, `RUN --mount=type=cache` a cache that is no layer.

**At work**: pin by digest, let a bot raise it, and scan the image; most findings are in the system below, so a smaller base is less to patch.
The number of the user matters to an orchestrator that refuses root (`runAsNonRoot`): it cannot look up a name.
"""
