"""# The commit that broke the shares

`shares.csv` says how the budget is shared out: a name and a number a line.
The numbers have to add up to 1000. At the tag `good` they did; at `main` they do not.
One folder above the repository lies `check.sh`, which looks at the files that are checked out:

```
$ sh ../check.sh; echo $?
```

| it exits with | when |
| --: | :-- |
| 0 | the numbers add up to 1000 |
| 1 | they do not |
| 3 | it cannot tell, because `shares.csv` is not there |

Once broken, the sum stays broken, up to `main`.
The history from `good` to `main` is a straight line; in some commits before the culprit the file may be missing.

Write a shell script that runs in the repository, on the branch `main`, and prints **as its last line** the full hash of the first commit at which the sum is broken.
At the end the repository is on `main` again, with no bisection open.
`check.sh` is slow at work, so run it at most 30 times, for up to 400 commits.

Write the script as text: put `r\"\"\"…\"\"\"` in place of `...`.
"""

from random import Random

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong
from seniorde.problems.week_01.git._repository import Commit, work

PROBLEM = LabProblem(
    id="w1-git-first-bad-commit",
    pattern="bisect",
    difficulty="medium",
    minutes=15,
    points=3,
    order=3,
    hints={
        "Sixteen commits": (
            "`git bisect start main good`, then `git bisect run` with the check; at the end `git bisect reset`.",
            "While the bisection is open, `refs/bisect/bad` is the first bad commit that it found: keep `git rev-parse refs/bisect/bad` before the reset.",
            "The hash has to be the *last* line that you print: `git bisect reset` comes before it.",
        ),
        "Wherever it stands": (
            "After a bisection HEAD is the commit that was tried last. Is that the first bad one?",
            "`git rev-parse refs/bisect/bad`, before `git bisect reset`. In a search of your own: try the first commit after `good` and the last one by hand.",
        ),
        "Commits that cannot be judged": (
            "To `git bisect run`, 125 means that a commit cannot be judged; 3 means that it is bad.",
            "`git bisect run sh -c 'sh ../check.sh; code=$?; [ $code -ne 3 ] || exit 125; exit $code'`",
        ),
        "Four hundred commits": (
            "Half of the suspects have to go with every run: nine or ten runs are enough for 400 commits.",
        ),
    },
)

CHECK = r"""
echo run >>../calls
[ -f shares.csv ] || exit 3
awk -F, '{ sum += $2 } END { exit sum != 1000 }' shares.csv
"""
MOST = 30
NAMES = "search mail radio video press events".split()


def history(length, bad, missing=range(0), seed=0):
    """`length` commits after the tag `good`; from number `bad` on the sum is wrong."""
    rng = Random(seed)
    shares = dict(zip(NAMES, (300, 250, 150, 150, 100, 50)))
    commits = []
    for number in range(length + 1):
        giver, taker = rng.sample(NAMES, 2)
        amount = rng.randint(0, shares[giver])
        shares[giver] -= amount
        shares[taker] += amount + (rng.choice((-1, 1)) * rng.randint(2, 9) if number == bad else 0)
        text = "".join(f"{name},{share}\n" for name, share in shares.items())
        there = None if number in missing else text
        commits.append(Commit("main", f"Share out again, no. {number}", {"shares.csv": there}))
    return commits


def judge(answer, length, bad, **how):
    commits = history(length, bad, **how)
    prepare = f"git tag good main~{length}; git config core.fsync none; : >../calls"
    left = work(answer, commits, prepare, {"check.sh": CHECK})
    line = left.since(left.before["refs/tags/good"], left.before["refs/heads/main"])
    expected = line[bad - 1].name
    last = (left.out.strip().splitlines() or [""])[-1].strip()
    # What `git bisect run` prints at its end has no line feed.
    last = last.removeprefix("bisect found first bad commit")
    if last != expected:
        number = next((n for n, c in enumerate(line, start=1) if c.name == last), None)
        raise Refused(
            "result",
            f"Of {length} commits after `good`, number {bad} is the first bad one.",
            expected=expected,
            got=last[:80] + (f" (number {number})" if number else "") or "(nothing printed)",
            **left.said,
        )
    left.unmoved("main")
    if left.pending or left.head != "main":
        raise Refused("unfinished", "The repository is not on `main` again: `git bisect reset`.")
    return left.above["calls"].count("run")


def small(answer):
    runs = judge(answer, 16, 11)
    return f"Found among 16 commits in {runs} runs of the check."


def everywhere(answer):
    for bad in (1, 16):
        judge(answer, 16, bad, seed=bad)
    return "Found as the first and as the last."


def cannot_tell(answer):
    judge(answer, 30, 27, missing=range(12, 20), seed=1)
    judge(answer, 24, 20, missing=range(3, 15), seed=2)
    return "Found where the check could not judge every commit."


def large(answer):
    runs = judge(answer, 400, 311, seed=3)
    if runs > MOST:
        raise Refused("runs", f"For 400 commits the check ran {runs} times; at most {MOST} are allowed.")
    return f"Found among 400 commits in {runs} runs of the check."


PARTS = {
    "Sixteen commits": small,
    "Wherever it stands": everywhere,
    "Commits that cannot be judged": cannot_tell,
    "Four hundred commits": large,
}

SOLVE = r"""
git bisect start main good
git bisect run sh -c 'sh ../check.sh; code=$?; [ $code -ne 3 ] || exit 125; exit $code'
bad=$(git rev-parse refs/bisect/bad)
git bisect reset
echo "$bad"
"""

HAND_MADE = variant(r"""
git rev-list --reverse good..main > ../line
low=0
high=$(grep -c . ../line)
while [ $((high - low)) -gt 1 ]; do
    middle=$(((low + high) / 2)) at=$(((low + high) / 2)) code=3
    while [ $at -lt $high ]; do
        git checkout -q "$(sed -n "${at}p" ../line)"
        sh ../check.sh
        code=$?
        [ $code -eq 3 ] || break
        at=$((at + 1))
    done
    if [ $code -eq 1 ]; then high=$at
    elif [ $code -eq 0 ]; then low=$at
    else high=$middle
    fi
done
git checkout -q main
sed -n "${high}p" ../line
""")

WITHOUT_CHECKOUT = variant(r"""
mkdir ../look
git bisect start --no-checkout main good
git bisect run sh -c '
    git show BISECT_HEAD:shares.csv >../look/shares.csv || exit 125
    cd ../look && sh ../check.sh'
git rev-parse refs/bisect/bad >../bad
git bisect reset
cat ../bad
""")

THREE_IS_BAD = wrong(
    "exit code 3 counts as bad, so a commit without the file is blamed",
    r"""
git bisect start main good
git bisect run sh ../check.sh
bad=$(git rev-parse refs/bisect/bad)
git bisect reset
echo "$bad"
""",
    fails="result",
    passes_examples=True,
)
NOT_ZERO = wrong(
    "every commit that does not pass is blamed, 'cannot tell' too: the same mistake in other words",
    r"""
git bisect start main good
git bisect run sh -c 'sh ../check.sh; [ $? -eq 0 ]'
bad=$(git rev-parse refs/bisect/bad)
git bisect reset
echo "$bad"
""",
    fails="result",
    passes_examples=True,
)
ONE_BY_ONE = wrong(
    "every commit from the front: right, and 311 runs of the check",
    r"""
for commit in $(git rev-list --reverse good..main); do
    git checkout -q "$commit"
    sh ../check.sh
    [ $? -eq 1 ] && break
done
git checkout -q main
echo "$commit"
""",
    fails="runs",
    passes_examples=True,
)
LAST_TRIED = wrong(
    "HEAD is the commit that was tried last, which is the first bad one by luck only",
    r"""
git bisect start main good
git bisect run sh -c 'sh ../check.sh; code=$?; [ $code -ne 3 ] || exit 125; exit $code'
bad=$(git rev-parse HEAD)
git bisect reset
echo "$bad"
""",
    fails="result",
    passes_examples=True,
)
STILL_OPEN = wrong(
    "the repository stays at the last commit tried",
    r"""
git bisect start main good
git bisect run sh -c 'sh ../check.sh; code=$?; [ $code -ne 3 ] || exit 125; exit $code'
git rev-parse refs/bisect/bad
""",
    fails="unfinished",
)

NOTES = """
**Why it holds**: "good before, bad from here on" is what a binary search needs; every run halves the suspects, so 400 commits take about nine runs.

**Pitfall**: to `git bisect run` every code from 1 to 127 is *bad*, except 125. A missing file, a failed import or a missing database gives such a code too, and the search ends in good order at the wrong commit.

**Alternative**: `git log -S text` when you know which text came or went; a binary search of your own over `git rev-list`, when the check can read a commit without checking it out.

**At work**: keep the check outside the repository, or the check-outs change it under your hands, and try it by hand on both ends first.
"""
