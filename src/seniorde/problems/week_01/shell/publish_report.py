"""# Publish the report, or leave the old one

`sh make-report` prints a report in CSV, which takes a while, and it may fail in the middle.
Write the script that publishes it as `public/report.csv`, while others read that file at any moment.

- If `make-report` fails, or prints no more than the header line, nothing in `public/` changes and the script's exit code is not 0.
- If it succeeds, the new report takes the old one's place *in one step*: whoever opens the file gets the whole old or the whole new report, and whoever has the old one open can read it to its end.
- `public/` is a file system of its own, so a rename into it from outside is a copy.
  A file that is on its way has a name that begins with a dot.
- The report has the mode `rw-r--r--`, whatever the umask of the caller.
- Nothing else is left behind, in either case.

For example, when `make-report` prints `day,orders` and `2026-01-05,17`, then `public/report.csv` holds these two lines; when it prints them and exits with 3, the file holds what it held before.

The script runs in `sh`, with the tools of Linux and macOS.
Write it as text: replace `...` by `r\"\"\"…\"\"\"`.
"""

from seniorde.checks.lab import run_script
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w1-shell-publish-report",
    pattern="atomic publish",
    difficulty="medium",
    minutes=12,
    points=3,
    hints={
        "The example": (
            "Write a new file beside the old one, and give it the name when it is whole.",
            "`sh make-report > new || exit 1` comes before the rename: its exit code decides.",
        ),
        "Failures": (
            "An exit code of 0 is not enough: what would you look at in a report before you publish it?",
            'How many lines are more than the header? `[ "$(wc -l < file)" -gt 1 ]`, and the script ends when that is false.',
            "The last command of the script has the say: `rm -f` behind a failed test turns it into success.",
        ),
        "In one step": (
            "`mv` within a file system is a rename: the name points to the new file, the old one lives while it is open.",
            "Make the new file in `public/` itself, with a dot before its name: `mktemp public/.report.XXXXXX`.",
        ),
        "Modes": (
            "A file that you make has the mode that the umask leaves of `rw-rw-rw-`; one of `mktemp` has `rw-------`.",
            "`chmod 644` before the rename, so that nobody ever sees another mode.",
        ),
        "Nothing else": (
            "`trap 'rm -f \"$new\"' EXIT`, set as soon as the file is there, takes it away however the script ends.",
        ),
    },
)

SOLVE = r"""
set -eu
new=$(mktemp public/.report.XXXXXX)
trap 'rm -f "$new"' EXIT
sh make-report > "$new"
[ "$(wc -l < "$new")" -gt 1 ]
chmod 644 "$new"
mv -f "$new" public/report.csv
"""

OLD = "day,orders\n2026-01-04,12\n"
NEW = "day,orders\n2026-01-05,17\n"

# Around the answer: a reader that has the old report open (a second name of the same file), an `mv` that
# notes what it is asked, and a look at the modes.
HARNESS = r"""
top=$PWD
mkdir .judge/bin
printf '%s\n' '#!/bin/sh' 'for a; do case $a in -*) ;; /*) echo "$a" ;; *) echo "$PWD/$a" ;; esac; done >> "$JUDGE/moves"' \
  'exec /bin/mv "$@"' > .judge/bin/mv
chmod +x .judge/bin/mv
chmod 644 public/report.csv
ln public/report.csv .judge/reader
umask UMASK
JUDGE=$top/.judge PATH=$top/.judge/bin:$PATH sh .judge/answer
code=$?
cd "$top"
ls -l public/report.csv | cut -c 1-10 > .judge/mode
exit $code
"""


def run(script, maker, umask="022"):
    files = {"make-report": maker, "public/report.csv": OLD, ".judge/answer": script}
    ran = run_script(HARNESS.replace("UMASK", umask), files)
    if "public/report.csv" not in ran.files:
        raise Refused("lost", "There is no public/report.csv any more.")
    return ran


def text(ran, path="public/report.csv"):
    return ran.files.get(path, b"").decode("utf-8", "replace")


def good(script, report=NEW, umask="022", pause=""):
    ran = run(script, f"printf %s '{report}'\n{pause}", umask)
    facts = {"stderr": ran.err[:200]} if ran.err else {}
    if ran.code:
        raise Refused("code", f"make-report succeeds, and the exit code is {ran.code}.", **facts)
    if text(ran) != report:
        raise Refused("result", "public/report.csv is not the new report.", expected=report[:200], got=text(ran)[:200],
                      **facts)  # fmt: skip
    return ran


def bad(script, maker, title):
    ran = run(script, maker)
    if text(ran) != OLD:
        raise Refused("half", f"{title}: public/report.csv has changed.", expected=OLD, got=text(ran)[:200])
    if not ran.code:
        raise Refused("hidden", f"{title}: the exit code is 0, the script reports success.")
    return ran


def the_example(script):
    good(script)
    bad(script, f"printf %s '{NEW}'\nexit 3\n", "make-report exits with 3")
    return "A report that succeeds is published, one that fails is not."


def failures(script):
    bad(script, "printf 'day,or'\nexit 1\n", "make-report fails in the first line")
    bad(script, "exit 0\n", "make-report prints nothing and exits with 0")
    bad(script, "echo day,orders\n", "make-report prints the header alone and exits with 0")
    bad(script, f"printf %s '{NEW}'\nkill -9 $$\n", "make-report is killed")
    return "Four ways to fail leave the old report, and are told."


def in_one_step(script):
    report = NEW + "".join(f"2026-01-05,{n}\n" for n in range(5_000))
    ran = good(script, report)
    if text(ran, ".judge/reader") != OLD:
        raise Refused("in place", "Who has the old report open reads another one in its middle: it was overwritten, "
                      "not replaced.")  # fmt: skip
    places = text(ran, ".judge/moves").split()
    target = next((place for place in places if place.endswith("/report.csv")), "")
    sources = [place for place in places if place != target]
    if not target:
        raise Refused("in place", "The report takes its place without `mv`: only a rename is one step.")
    folder = target.rpartition("/")[0]
    if not all(place.startswith(f"{folder}/.") for place in sources):
        shown = ", ".join("…/" + "/".join(place.split("/")[-2:]) for place in sources)
        raise Refused(
            "copied", "It is moved into public/ from outside, or without a dot before its name.", moved=shown
        )
    return "A rename within public/; the reader of the old report is not disturbed."


def modes(script):
    for umask in ("077", "000", "027"):
        ran = good(script, umask=umask)
        if (mode := text(ran, ".judge/mode").strip()) != "-rw-r--r--":
            raise Refused(
                "mode", f"With umask {umask} the report has another mode.", expected="-rw-r--r--", got=mode
            )
    return "rw-r--r-- under three umasks."


def nothing_else(script):
    makers = {
        "succeeds": f"printf %s '{NEW}'",
        "fails": "echo day,orders\nexit 1",
        "prints nothing": "exit 0",
    }
    for how, maker in makers.items():
        left = {path for path in run(script, maker).files if not path.startswith(".judge/")}
        if litter := left - {"make-report", "public/report.csv"}:
            raise Refused(
                "litter", f"When make-report {how}, a file stays behind.", left=", ".join(sorted(litter))
            )
    return "Neither success nor failure leaves a file behind."


PARTS = {
    "The example": the_example,
    "Failures": failures,
    "In one step": in_one_step,
    "Modes": modes,
    "Nothing else": nothing_else,
}

BY_HAND = variant(r"""
cd public || exit 1
rm -f .report.new
if (cd .. && sh make-report) > .report.new && sed -n 2p .report.new | grep -q .
then
  chmod u=rw,go=r .report.new
  mv .report.new report.csv
else
  rm -f .report.new
  exit 1
fi
""")

STRAIGHT = wrong("writes into the published file", "sh make-report > public/report.csv", fails="half")
COPIED = wrong(
    "copies the new report over the old one, under the eyes of the readers",
    SOLVE.replace('mv -f "$new"', 'cp "$new"'),
    fails="in place",
    passes_examples=True,
)
FROM_TMP = wrong(
    "makes the file outside of the file system: the rename is a copy",
    SOLVE.replace("public/.report.XXXXXX", "./report.XXXXXX"),
    fails="copied",
    passes_examples=True,
)
NO_HEADER_TEST = wrong(
    "believes the exit code alone",
    SOLVE.replace('[ "$(wc -l < "$new")" -gt 1 ]\n', ""),
    fails="half",
    passes_examples=True,
)
MODE_OF_MKTEMP = wrong(
    "publishes with the mode that mktemp gave",
    SOLVE.replace('chmod 644 "$new"\n', ""),
    fails="mode",
    passes_examples=True,
)
LITTERS = wrong(
    "leaves its temporary file when make-report fails",
    SOLVE.replace("trap 'rm -f \"$new\"' EXIT\n", ""),
    fails="litter",
    passes_examples=True,
)
REMOVES_FIRST = wrong(
    "lets the success of the last command hide the failure",
    r"""
sh make-report > public/.new
if [ "$(wc -l < public/.new)" -gt 1 ]; then chmod 644 public/.new; mv public/.new public/report.csv; fi
rm -f public/.new
""",
    fails="half",
)

NOTES = """
**Why it holds**: `rename` swaps the name in one step; the old file itself lives on for those who have it open.
Everything that can fail happens before it, on a file that nobody knows.

**Pitfall**: `mv` across file systems, from `/tmp` for example, is a copy and a delete, and a reader sees the copy grow.
`cp` and `>` keep the file and change what is in it.

**Alternative**: publish a folder per version and switch a symbolic link; `ln -sfn` removes and makes the link in two steps, `mv -T` (GNU) renames it in one.

**At work**: object stores have no rename, but a PUT is atomic by itself, and a file of a table becomes visible by the commit to a log.
A rename survives a crash of the *process*; for a crash of the *machine* the data must be synced before it.
"""
