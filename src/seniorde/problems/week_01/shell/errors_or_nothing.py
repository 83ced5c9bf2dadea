"""# Errors, or nothing

Every morning a script counts yesterday's server errors.
It gets the name of a compressed log as `$1`; each line is time, status, path, separated by tabs.
It writes `errors.tsv`: for each status from 500 to 599 that occurs, status, tab, count, in the order of the statuses.

For the lines

```
10:00:01	200	/cart
10:00:02	504	/checkout
10:00:09	500	/cart
10:01:00	504	/checkout
```

`errors.tsv` becomes

```
500	1
504	2
```

- A day without an error is a good day: `errors.tsv` is empty and the exit code 0.
- When the log is missing, damaged or cut short, the exit code is not 0 and `errors.tsv` stays as it was.
- Nothing else is left in the folder, in either case.

The script runs in `bash` (3.2 or newer) and may use `gzip`; `LC_ALL` is `C`.
Write it as text: replace `...` by `r\"\"\"…\"\"\"`.
"""

import gzip
from collections import Counter
from random import Random

from seniorde.checks.lab import run_script
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w1-shell-errors-or-nothing",
    pattern="exit codes",
    difficulty="medium",
    minutes=10,
    points=3,
    hints={
        "The example": (
            "`cut -f 2` takes the status, awk with `-F'\\t'` knows it as `$2`: keep those of 500 to 599, count, sort.",
            "`errors.tsv` has a tab between status and count; `uniq -c` prints the count first, with blanks.",
        ),
        "Good days": (
            "`grep` that finds nothing exits with 1: for this script that is no failure.",
            "awk has no such exit code: `$2 ~ /^5[0-9][0-9]$/ { n[$2]++ }`, and all of `n` in END.",
            'A name may hold a blank: `"$1"`.',
        ),
        "Bad days": (
            "Whose exit code is that of a pipeline, and how do you ask for the others?",
            "`> errors.tsv` empties the file before the first command has read a byte: write elsewhere, then rename.",
            "`set -euo pipefail` at the top, `mv` as the last command; no `|| true`, which hides a damaged log as well.",
        ),
        "Nothing else": ("`trap 'rm -f …' EXIT` takes the new file away however the script ends.",),
    },
)

SOLVE = r"""
set -euo pipefail
trap 'rm -f errors.new' EXIT
gzip -dc < "$1" |
  awk -F'\t' '$2 ~ /^5[0-9][0-9]$/ { n[$2]++ } END { for (s in n) print s "\t" n[s] }' |
  sort > errors.new
mv errors.new errors.tsv
"""

DAY = "10:00:01\t200\t/cart\n10:00:02\t504\t/checkout\n10:00:09\t500\t/cart\n10:01:00\t504\t/checkout\n"
OLD = "502\t77\n"


def expected_of(text):
    counts = Counter(line.split("\t")[1] for line in text.splitlines())
    return "".join(
        f"{s}\t{n}\n" for s, n in sorted(counts.items()) if len(s) == 3 and s[0] == "5" and s.isdigit()
    )


def packed(text):
    return gzip.compress(text.encode(), mtime=0)


def lines(count, seed, weights=(90, 6, 2, 1, 1)):
    rng = Random(seed)
    statuses = rng.choices(("200", "404", "500", "503", "504"), weights, k=count)
    return "".join(f"10:00:{n % 60:02}\t{s}\t/p/{rng.randrange(10**9)}/500\n" for n, s in enumerate(statuses))


def run(script, content, name="access.log.gz", there=True):
    return run_script(script, {"errors.tsv": OLD} | ({name: content} if there else {}), name, shell=("bash",))


def good(script, text, title, name="access.log.gz"):
    ran = run(script, packed(text), name)
    got = ran.files.get("errors.tsv", b"").decode("utf-8", "replace")
    facts = {"stderr": ran.err[:200]} if ran.err else {}
    if ran.code != 0:
        raise Refused("code", f"{title}: the exit code is {ran.code}, not 0.", **facts)
    if got.split("\n") != expected_of(text).split("\n"):
        raise Refused(
            "result", f"{title}: errors.tsv is not right.", expected=expected_of(text), got=got[:300], **facts
        )


def bad(script, content, title, there=True):
    ran = run(script, content, there=there)
    got = ran.files.get("errors.tsv", b"(no file)").decode("utf-8", "replace")
    if got != OLD:
        raise Refused(
            "overwritten", f"{title}: errors.tsv is not the old one any more.", expected=OLD, got=got[:200]
        )
    if ran.code == 0:
        raise Refused("hidden", f"{title}: the exit code is 0, the script reports success.")


def the_example(script):
    good(script, DAY, "The example")
    return "The four lines of the statement."


def good_days(script):
    good(script, "10:00:01\t200\t/cart\n10:00:01\t5000\t/x\n10:00:02\t301\t/500\n", "A day without an error")
    good(script, "", "A day without a request")
    good(script, lines(30_000, 3), "A day of 30,000 lines")
    good(script, DAY, "A name with a space", name="access log.gz")
    return "With and without errors, of 0 to 30,000 lines."


def bad_days(script):
    whole = packed(lines(30_000, 4))
    bad(script, b"", "A log that is missing", there=False)
    bad(script, whole[: len(whole) // 2], "A log cut in half")
    bad(script, whole[:-4], "A log whose last 4 bytes are missing")
    bad(script, DAY.encode(), "A log that is not compressed")
    cut = packed(lines(2_000, 5, (1, 0, 0, 0, 0)))
    bad(script, cut[:-9], "A log of a good day, cut short")
    return "Missing, cut, damaged: an exit code, and the old file."


def nothing_else(script):
    whole = packed(lines(30_000, 4))
    days = {
        "a good day": (whole, True),
        "a log cut in half": (whole[: len(whole) // 2], True),
        "a missing log": (b"", False),
    }
    for day, (content, there) in days.items():
        if left := {*run(script, content, there=there).files} - {"errors.tsv", "access.log.gz"}:
            raise Refused("litter", f"After {day} a file stays behind.", left=", ".join(sorted(left)))
    return "Neither good days nor bad ones leave a file behind."


PARTS = {
    "The example": the_example,
    "Good days": good_days,
    "Bad days": bad_days,
    "Nothing else": nothing_else,
}

BY_STEPS = variant(r"""
gzip -t "$1" || exit 1
gunzip -c "$1" | cut -f 2 | grep '^5..$' | sort | uniq -c > "errors.$$"
status="${PIPESTATUS[0]} ${PIPESTATUS[1]}"
if [ "$status" != "0 0" ]; then rm -f "errors.$$"; exit 1; fi
sed 's/^ *\([0-9]*\) \(.*\)/\2'$'\t''\1/' "errors.$$" > "errors.$$.tsv" && mv "errors.$$.tsv" errors.tsv
rm -f "errors.$$"
""")

NO_PIPEFAIL = wrong(
    "asks only the last command of the pipeline",
    SOLVE.replace("set -euo pipefail", "set -eu"),
    fails="overwritten",
    passes_examples=True,
)
IN_PLACE = wrong(
    "empties the result before it knows whether there is a new one",
    SOLVE.replace("errors.new\nmv errors.new errors.tsv", "errors.tsv"),
    fails="overwritten",
    passes_examples=True,
)
GREP_FAILS = wrong(
    "takes grep's 'nothing found' for a failure",
    r"""
set -euo pipefail
trap 'rm -f errors.new' EXIT
gzip -dc "$1" | cut -f 2 | grep '^5..$' | sort | uniq -c | awk '{ print $2 "\t" $1 }' > errors.new
mv errors.new errors.tsv
""",
    fails="code",
    passes_examples=True,
)
OR_TRUE = wrong(
    "silences the failure of every stage, to silence grep's",
    r"""
set -euo pipefail
trap 'rm -f errors.new' EXIT
{ gzip -dc "$1" | cut -f 2 | grep '^5..$' || true; } | sort | uniq -c | awk '{ print $2 "\t" $1 }' > errors.new
mv errors.new errors.tsv
""",
    fails="overwritten",
    passes_examples=True,
)
LITTER = wrong(
    "leaves the half of a file behind when it fails",
    SOLVE.replace("trap 'rm -f errors.new' EXIT\n", ""),
    fails="litter",
    passes_examples=True,
)
SUCCESS_ALWAYS = wrong(
    "keeps the old file, and reports success",
    r"""
if gzip -t "$1" 2>/dev/null; then
  gzip -dc "$1" | awk -F'\t' '$2 ~ /^5[0-9][0-9]$/ { n[$2]++ } END { for (s in n) print s "\t" n[s] }' | sort > errors.tsv
fi
""",
    fails="hidden",
    passes_examples=True,
)

NOTES = """
**Why it holds**: `pipefail` makes the pipeline fail when any stage fails, `set -e` ends the script there, and `errors.tsv` is touched only by the rename, the last command.

**Pitfall**: `grep` has three exit codes: 0 found, 1 not found, 2 trouble.
Under `pipefail` its 1 stops the script on the best of days, and `|| true` then hides its 2 and everybody else's code.
awk with a pattern has no such exit code.

**Alternative**: `gzip -t` first reads the whole archive once more; the decompression itself tells as much.
On macOS `zcat` wants names that end in `.Z`: write `gzip -dc`.

**At work**: "0 errors" and "no log" must never look alike on the dashboard.
"""
