"""# A landing folder for two

Producers write files into `landing/`, a loader reads them and moves them to `landing/done/`; both users are in one group, which is the group of the folder in which your script runs.
Some files are there already, with the modes that their producers happened to have.
Write the script that puts it in order:

| what | mode |
|---|---|
| `landing/` and every folder in it | `rwxrws---`: all for owner and group, new files get the folder's group, nothing for others |
| `landing/done/`, which may not exist yet | `rwxr-s---`: the group reads only |
| every file | read and write for owner and group, nothing for others; executable for both if its owner could execute it, else for nobody |
| `landing/.owner` | a new file with the one line `team-ingest`, with the mode of a file |

It must not matter whether the script runs once or twice, which umask its caller has, or whether names hold blanks.
For example, of `landing/orders.csv` with `rw-------` the script makes `rw-rw----`, and of `landing/run me.sh` with `rwxr-xr-x` it makes `rwxrwx---`.

The script runs in `sh`, with the tools of Linux and macOS.
Write it as text: replace `...` by `r\"\"\"…\"\"\"`.
"""

from seniorde.checks.lab import run_script
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w1-shell-landing-folder",
    pattern="permissions",
    difficulty="easy",
    minutes=12,
    points=2,
    hints={
        "The example": (
            "The `s` for the group is the 2 in 2770, or `g+s`; on a file it means something else.",
            "Folders and files need commands of their own: `find landing -type d …`, and the same with `-type f`.",
            "`find landing -type d -exec chmod 2770 {} +` takes any name; `done/` gets its own mode after that.",
        ),
        "A tree": (
            "Whether a file becomes executable is decided by its *owner's* bit alone; a capital `X` of `chmod` asks whether anybody has it.",
            "`find landing -type f -perm -u+x` finds the files that their owner can execute, `! -perm -u+x` the others.",
            "No `for` over words and no `landing/*`: names hold blanks, and some begin with a dot. `find … -exec chmod … {} +` sees all of them.",
        ),
        "Any umask, twice": (
            "What you make yourself is born with the umask's mode: set that of `landing/done` and of `.owner` as well.",
            "In the second run `landing/done` is there already: `mkdir -p` does not mind.",
        ),
    },
)

SOLVE = r"""
set -eu
mkdir -p landing/done
echo team-ingest > landing/.owner
find landing -type d -exec chmod 2770 {} +
chmod 2750 landing/done
find landing -type f -perm -u+x -exec chmod 770 {} +
find landing -type f ! -perm -u+x -exec chmod 660 {} +
"""

FOLDER, DONE, FILE, PROGRAM = "drwxrws---", "drwxr-s---", "-rw-rw----", "-rwxrwx---"
LOOK = "find landing -exec ls -ld {} \\; > modes"


def prepared(modes, umask):
    """What comes before the answer: the group of the folder is one of ours, the modes are the producers'."""
    lines = ['chgrp "$(id -g)" .', 'chgrp -R "$(id -g)" landing']
    return "\n".join([*lines, *(f"chmod {mode} '{name}'" for name, mode in modes.items()), f"umask {umask}"])


def expect(script, files, modes, wanted, umask="022", times=1):
    run = "\n".join(["sh answer"] * times)
    given = {"answer": script, **{name: "data\n" for name in files}}
    ran = run_script(f"{prepared(modes, umask)}\n{run}\ncode=$?\numask 022\n{LOOK}\nexit $code", given)
    facts = {"stderr": ran.err[:200]} if ran.err else {}
    if ran.code:
        raise Refused("code", f"The exit code is {ran.code}, not 0.", **facts)
    rows = (line.split(None, 8) for line in ran.files["modes"].decode().splitlines())
    got = {row[8]: row[0][:10] for row in rows}
    wanted = {"landing": FOLDER, "landing/done": DONE, "landing/.owner": FILE, **wanted}
    for name, mode in wanted.items():
        if got.get(name) != mode:
            when = f"umask {umask}, run {times} time{'s' * (times > 1)}, before: {modes.get(name, 'not changed')}"
            raise Refused("mode", f"{name} has another mode.", expected=mode, got=got.get(name, "not there"), case=when,
                          **facts)  # fmt: skip
    if surplus := got.keys() - wanted.keys():
        raise Refused("surplus", f"It makes {min(surplus)}.")
    if ran.files["landing/.owner"] != b"team-ingest\n":
        raise Refused("result", "landing/.owner does not hold the one line team-ingest.")
    if any(ran.files.get(name) != b"data\n" for name in files):
        raise Refused("result", "It changes what is in a file.")


def the_example(script):
    expect(
        script,
        ["landing/orders.csv", "landing/run me.sh"],
        {"landing": "755", "landing/orders.csv": "600", "landing/run me.sh": "755"},
        {"landing/orders.csv": FILE, "landing/run me.sh": PROGRAM},
    )
    return "The two files of the statement."


FILES = {
    "landing/a b/c  d.csv": ("640", FILE),
    "landing/a b/deep/x.gz": ("444", FILE),
    "landing/a b/deep/tool": ("700", PROGRAM),
    "landing/for-others.csv": ("605", FILE),
    "landing/for-group.csv": ("650", FILE),
    "landing/everything": ("777", PROGRAM),
    "landing/.hidden": ("666", FILE),
    "landing/-v": ("600", FILE),
    "landing/done/old.csv": ("664", FILE),
}
FOLDERS = {"landing/a b": "700", "landing/a b/deep": "775", "landing/done": "700"}


def a_tree(script):
    modes = {name: mode for name, (mode, _) in FILES.items()} | FOLDERS
    wanted = {name: mode for name, (_, mode) in FILES.items()} | {
        "landing/a b": FOLDER,
        "landing/a b/deep": FOLDER,
    }
    expect(script, FILES, modes, wanted)
    return f"{len(FILES)} files in {len(FOLDERS) + 1} folders."


def umasks(script):
    for umask in ("000", "077", "027"):
        for times in (1, 2):
            expect(script, ["landing/x.csv"], {"landing": "755", "landing/x.csv": "600"}, {"landing/x.csv": FILE},
                   umask, times)  # fmt: skip
    return "Three umasks, once and twice."


PARTS = {"The example": the_example, "A tree": a_tree, "Any umask, twice": umasks}

SYMBOLIC = variant(r"""
umask 007
mkdir -p landing/done
printf 'team-ingest\n' > landing/.owner
find landing -type f ! -perm -100 -exec chmod a-x {} \;
chmod -R u=rwX,g=rwX,o= landing
find landing -type d -exec chmod g+s {} \;
chmod g-w landing/done
""")

SETGID_EVERYWHERE = wrong(
    "sets the group bit on files as well",
    r"""
mkdir -p landing/done
echo team-ingest > landing/.owner
chmod -R u=rwX,g=rwXs,o= landing
chmod g-w landing/done
""",
    fails="mode",
)
LOWER_X = wrong(
    "makes every file executable",
    r"""
mkdir -p landing/done
echo team-ingest > landing/.owner
chmod -R 770 landing
find landing -type d -exec chmod g+s {} +
chmod g-w landing/done
""",
    fails="mode",
)
ANY_X = wrong(
    "makes a file executable that only group or others could execute",
    r"""
mkdir -p landing/done
echo team-ingest > landing/.owner
chmod -R u=rwX,g=rwX,o= landing
find landing -type d -exec chmod g+s {} +
chmod g-w landing/done
""",
    fails="mode",
    passes_examples=True,
)
BY_LIST = wrong(
    "goes through the names as words",
    r"""
mkdir -p landing/done
echo team-ingest > landing/.owner
for f in $(find landing -type f); do
  if [ -x "$f" ]; then chmod 770 "$f"; else chmod 660 "$f"; fi
done
for d in $(find landing -type d); do chmod 2770 "$d"; done
chmod 2750 landing/done
""",
    fails="mode",
)
ONCE = wrong(
    "fails when done/ is there", SOLVE.replace("mkdir -p", "mkdir"), fails="code", passes_examples=True
)
NO_DOTS = wrong(
    "takes the files of the first level, without those that begin with a dot",
    r"""
mkdir -p landing/done
echo team-ingest > landing/.owner
chmod 660 landing/.owner
chmod 2770 landing
chmod 2750 landing/done
for f in landing/*; do
  if [ -f "$f" ] && [ -x "$f" ]; then chmod 770 "$f"; elif [ -f "$f" ]; then chmod 660 "$f"; fi
done
""",
    fails="mode",
    passes_examples=True,
)

NOTES = """
**Why it holds**: modes are set, not adjusted, so the second run finds nothing to do and the umask has no say.

**Pitfall**: `g+s` on a folder gives new files the folder's *group*; whether the group may *write* is decided by the writer's umask.
A producer with umask 022 still makes files that the loader cannot move aside or rewrite: set `umask 007` in its unit (`UMask=0007`).
To move a file you need write permission on the *folders*, not on the file; the sticky bit (`+t`) takes that from all but the owner.

And `chmod 0750` on a folder leaves the `s` where it is with GNU's tool and takes it away with BSD's: write `2750`, or `u-s,g-s`.

**Alternative**: default ACLs (`setfacl -d -m g::rwx landing`) win over the umask, where the file system has them.

**At work**: a landing folder that everybody may write (`777`) loads whatever anybody puts there.
"""
