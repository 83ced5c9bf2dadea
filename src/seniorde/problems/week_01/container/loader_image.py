"""# An image for the loader

A job in Python loads files into PostgreSQL. Its folder holds `requirements.txt`, `src/loader/__main__.py`, `tests/` and, on your laptop, a file `.env` with a password.
Write its `Dockerfile`:

- the base image is `python`, with a tag that names a version of 3.11 or 3.12 and a slim system, such as `python:3.12.8-slim-bookworm`; a digest may follow;
- the packages of `requirements.txt` are installed by pip, without keeping pip's cache (`--no-cache-dir`), in a layer that a change in `src/` does not rebuild;
- `src/` is copied, and nothing else beside `requirements.txt`: never the whole folder;
- no password, no token, neither by `ENV` nor by `ARG`;
- it runs as a user that is not root, given by number;
- it starts `python -m loader` so that the program itself gets the signal when the container stops: a list, no shell.

The beginning of the one that is there now, with four mistakes:

```dockerfile
FROM python:latest
ENV DATABASE_PASSWORD=correct-horse
COPY . /app
CMD python -m loader
```

Write it as a raw string, `r\"\"\"…\"\"\"`, in place of `...`.
It is judged by what its instructions mean; where `hadolint` is installed, it must also find nothing above the level *info*.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w1-container-loader-image",
    pattern="Dockerfile",
    difficulty="easy",
    minutes=10,
    points=2,
    order=1,
    hints=(
        "A layer is built again when its instruction or a file it copies changed, and then so are all after it.",
        "First copy requirements.txt alone and install, then copy src/.",
        'End with `USER 10001:10001` and `CMD ["python", "-m", "loader"]`.',
    ),
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

SECRET = re.compile(r"pass(word|wd)?|secret|token|credential|api_?key|private_?key", re.IGNORECASE)


def instructions(text):
    """Pairs of an instruction and what follows it; comments gone, continued lines joined."""
    lines = [line for line in text.splitlines() if not re.match(r"\s*(#|$)", line)]
    joined = re.sub(r"\\[ \t]*\n", " ", "\n".join(lines))
    found = []
    for line in joined.splitlines():
        word, _, rest = line.strip().partition(" ")
        if not re.fullmatch(r"[A-Za-z]+", word):
            raise Refused("form", "A line begins with an instruction.", line=line)
        found.append((word.upper(), rest.strip()))
    if not found or all(word != "FROM" for word, _ in found):
        raise Refused("form", "There is no FROM: no image to build upon.")
    return found


def stages(text):
    """The instructions of each stage, which begins with FROM."""
    found = []
    for word, rest in instructions(text):
        if word == "FROM":
            found.append([])
        if found:
            found[-1].append((word, rest))
    return found


def sources(rest):
    """What a COPY or ADD brings in from the folder; nothing when it comes from another stage."""
    try:
        words = json.loads(rest) if rest.startswith("[") else rest.split()
    except ValueError:
        raise Refused("form", "This is no list of texts in double quotes.", got=rest) from None
    if any(word.startswith("--from=") for word in words):
        return []
    return [word.removeprefix("./") or "." for word in words if not word.startswith("--")][:-1]


def the_mistakes_shown(text):
    last = stages(text)[-1]
    bases = [rest.split() for word, rest in instructions(text) if word == "FROM"]
    for words in bases:
        image = next(word for word in words if not word.startswith("--"))
        if re.match(r"python(:|@|$)", image.removeprefix("docker.io/library/")):
            tag = image.partition("@")[0].partition(":")[2]
            if not re.match(r"3\.1[12](\.\d+)?-slim", tag):
                raise Refused(
                    "base", "The base names no version of 3.11 or 3.12 on a slim system.", got=image
                )
    image = next(word for word in bases[-1] if not word.startswith("--"))
    if not image.removeprefix("docker.io/library/").startswith("python:"):
        raise Refused("base", "The last stage does not build upon python.", got=image)
    for word, rest in instructions(text):
        named = " ".join(re.findall(r"(\w+)=", rest) or rest.split()[:1])
        if word in ("ENV", "ARG") and SECRET.search(named):
            raise Refused("secret", f"A secret in {word} stays in the image for ever.", line=f"{word} {rest}")
    copied = [s for word, rest in instructions(text) if word in ("COPY", "ADD") for s in sources(rest)]
    for source in copied:
        if source.rstrip("/") in (".", "*", "") or source.startswith((".env", "*", "/")):
            raise Refused("secret", "It brings in .env too: copy what is needed by name.", got=source)
    starts = [rest for word, rest in last if word in ("CMD", "ENTRYPOINT")]
    if not starts:
        raise Refused("start", "Nothing is started: add a CMD.")
    for rest in starts:
        if not rest.startswith("["):
            raise Refused(
                "start", "The shell form starts a shell, which keeps the signal to itself.", got=rest
            )
    return "A version, no secret, not the whole folder, no shell."


def the_layers(text):
    done = [(word, rest) for stage in stages(text) for word, rest in stage]
    installs = [
        i for i, (word, rest) in enumerate(done) if word == "RUN" and re.search(r"\bpip3? +install\b", rest)
    ]
    if not installs or not any(
        re.search(r"(-r|--requirement)[ =]?\S*requirements\.txt", done[i][1]) for i in installs
    ):
        raise Refused("packages", "No RUN installs requirements.txt by pip.")
    for i in installs:
        if "--no-cache-dir" not in done[i][1] and not any("PIP_NO_CACHE_DIR" in rest for _, rest in done[:i]):
            raise Refused("packages", "pip keeps its cache in the layer: --no-cache-dir.", line=done[i][1])
    copies = [(i, s) for i, (word, rest) in enumerate(done) if word in ("COPY", "ADD") for s in sources(rest)]
    first = {
        name: [i for i, s in copies if re.match(rf"{name}\b", s)] for name in ("requirements.txt", "src")
    }
    for name, places in first.items():
        if not places:
            raise Refused("layers", f"{name} is never copied.")
    if first["requirements.txt"][0] > installs[0]:
        raise Refused("layers", "requirements.txt is copied after pip wants to read it.")
    if first["src"][0] < installs[0]:
        raise Refused(
            "layers", "src/ is copied before the packages are installed: every change installs them again."
        )
    others = sorted({s for _, s in copies if not re.match(r"(requirements\.txt|src)\b", s)})
    if others:
        raise Refused("layers", "It copies more than src/ and requirements.txt.", got=", ".join(others))
    return "Packages first, code after: a change in src/ rebuilds one small layer."


def the_user(text):
    last = stages(text)[-1]
    users = [(i, rest) for i, (word, rest) in enumerate(last) if word == "USER"]
    if not users:
        raise Refused("user", "No USER: it runs as root.")
    number = users[-1][1].partition(":")[0]
    if not number.isdigit():
        raise Refused(
            "user", "The user is no number: nobody outside can see that it is not root.", got=number
        )
    if int(number) == 0:
        raise Refused("user", "User 0 is root.")
    command = [word for kind in ("ENTRYPOINT", "CMD") for word in _list(last, kind)]
    if [Path(command[0]).name, *command[1:]] not in (["python", "-m", "loader"], ["python3", "-m", "loader"]):
        raise Refused("start", "It does not start python -m loader.", got=" ".join(command))
    return f"It runs as user {number} and starts the program itself."


def _list(stage, kind):
    found = [rest for word, rest in stage if word == kind]
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
    command = [hadolint, "--no-fail", "--format", "json", "--config", "/dev/null", "-"]
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
