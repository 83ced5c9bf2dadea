"""# The branch that was deleted

An hour ago somebody typed, on `main`:

```
$ git branch -D backfill
Deleted branch backfill (was 3c1e0aa).
```

The window is closed, nobody wrote the hash down, nothing was pushed.
Write a shell script that runs in that repository and makes the branch `backfill` again, pointing at the commit where it stood when it was last left.

- Work has gone on: commits on `main`, other branches made, left and deleted, perhaps one named `backfill-2`.
- On `backfill` there were commits and perhaps an `--amend`; it may have been left and entered several times.
- Nothing else may change: `main` and the other branches, the branch that is checked out, and the files, among them one with an edit that is not committed.

What you have is the diary of `HEAD`. It looks like this, the newest first:

```
$ git reflog --format='%h %gs'
41d7f0b checkout: moving from backfill to main
3c1e0aa commit: Load January
9a02b6c commit: Backfill by day
41d7f0b checkout: moving from main to backfill
41d7f0b commit (initial): Start
```

Write the script as text: put `r\"\"\"…\"\"\"` in place of `...`.
"""

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong
from seniorde.problems.week_01.git._repository import Commit, work

PROBLEM = LabProblem(
    id="w1-git-recover-the-branch",
    pattern="reflog",
    difficulty="easy",
    minutes=10,
    points=2,
    order=1,
    hints={
        "As in the statement": (
            "A branch is a name for a commit: `git branch backfill <hash>` makes one and touches nothing else.",
            "The line “moving from backfill to …” names where HEAD went. Where did it come from? Look one line further down.",
            "`awk '/checkout: moving from backfill to / { getline; print $1; exit }'` prints the first word of the line after the first hit.",
        ),
        "Work has gone on": (
            "Count nothing: `HEAD@{1}` is another commit after every command. Search the diary for the line itself.",
            "The newest such line counts, and `backfill-2` is another branch: search for “checkout: moving from backfill to ”, with the blank.",
        ),
        "From another branch": (
            "The diary holds the subjects of commits as well, and one of them reads nearly like the line you look for.",
            "A switch begins with “checkout: moving from”, a commit with “commit: ”: let the pattern begin there.",
        ),
    },
)

START = [Commit("main", "Start", {"load.sql": "SELECT 1\n", "notes.md": "To do\n"})]

# Every commit an own minute, or two commits with one tree and one message would have one name.
DIARY = r"""
set -e
minute=10
commit() {
    minute=$((minute + 1))
    echo "$1" >>load.sql
    GIT_AUTHOR_DATE="2026-03-02T10:$minute:00Z" GIT_COMMITTER_DATE="2026-03-02T10:$minute:00Z" \
        git commit -q -a -m "$@"
}
"""

SHOWN = r"""
git checkout -q -b backfill
commit "Backfill by day"
commit "Load January"
git rev-parse HEAD >../wanted
git checkout -q main
git branch -q -D backfill
echo "an hour of thought" >>notes.md
"""

SHOW = r"""
git reflog -9 --format='%h %gs' >../diary
"""

GONE_ON = r"""
git checkout -q -b backfill
commit "Backfill by day"
git checkout -q main
commit "Meanwhile"
git checkout -q backfill
commit "Load January"
commit "Load Februray"
commit "Load February" --amend
git rev-parse HEAD >../wanted
git checkout -q main
commit "More"
git checkout -q -b backfill-2
commit "Another try"
git checkout -q main
git branch -q -D backfill backfill-2
git checkout -q -b report
commit "Report"
git checkout -q main
echo "an hour of thought" >>notes.md
"""

STRAIGHT_ON = r"""
git checkout -q -b report
git checkout -q -b backfill
commit "Backfill by day"
git rev-parse HEAD >../wanted
git checkout -q report
git branch -q -D backfill
commit "moving from backfill to the lake"
git checkout -q main
commit "More"
git checkout -q report
echo "an hour of thought" >>notes.md
"""


def judge(answer, diary):
    left = work(answer, START, DIARY + diary + SHOW)
    left.settled()
    wanted, got = left.above["wanted"].strip(), left.branch("backfill")
    if got != wanted:
        kind = left.objects.get(got, ("", b""))[0]
        subject = left.commit(got).subject if kind == "commit" else kind
        raise Refused(
            "result",
            "`backfill` does not point where it stood.",
            expected=f"{wanted[:7]} {left.commit(wanted).subject}",
            got=f"{got[:7]} {subject}",
            **{"git reflog said, the newest first": left.above["diary"]},
        )
    others = {ref: name for ref, name in left.refs.items() if ref != "refs/heads/backfill"}
    if others != left.before:
        raise Refused("other refs", "Another branch has moved, come or gone.")
    if left.head != left.above["before head"]:
        raise Refused("other refs", f"HEAD is on `{left.head}`; it was on `{left.above['before head']}`.")
    if left.status != " M notes.md\n" or not left.files["notes.md"].endswith(b"thought\n"):
        raise Refused("edit lost", "The edit in `notes.md` that was not committed is not there as it was.")
    return "The branch is back, and nothing else has changed."


PARTS = {
    "As in the statement": lambda answer: judge(answer, SHOWN),
    "Work has gone on": lambda answer: judge(answer, GONE_ON),
    "From another branch": lambda answer: judge(answer, STRAIGHT_ON),
}

SOLVE = r"""
git branch backfill "$(git reflog --format='%H %gs' |
    awk '/ checkout: moving from backfill to / { getline; print $1; exit }')"
"""

BY_NUMBER = variant(r"""
entry=$(git reflog --format=%gs | grep -n '^checkout: moving from backfill to ' | head -n 1 | cut -d: -f1)
git update-ref refs/heads/backfill "HEAD@{$entry}"
""")

FROM_THE_FILE = variant(r"""
# In the file each line holds the old name and the new one, the newest line last.
old=$(grep '	checkout: moving from backfill to ' .git/logs/HEAD | tail -n 1 | cut -d' ' -f1)
git branch backfill $old
""")

ONE_BACK = wrong(
    "HEAD@{1} is right as long as nobody has done anything since",
    "git branch backfill 'HEAD@{1}'",
    fails="result",
    passes_examples=True,
)
UPPER_CASE = wrong(
    "a pattern that finds nothing leaves the hash empty: the branch is made at HEAD",
    r"""
git branch backfill $(git reflog --format='%H %gs' |
    awk '/Checkout: moving from backfill to / { getline; print $1; exit }')
""",
    fails="result",
)
WHERE_IT_WENT = wrong(
    "the line names the commit that HEAD went to, which is on main",
    r"""
git branch backfill "$(git reflog --format='%H %gs' | awk '/moving from backfill to / { print $1; exit }')"
""",
    fails="result",
)
OLDEST = wrong(
    "the oldest visit instead of the newest",
    r"""
git branch backfill "$(git reflog --format='%H %gs' |
    awk '/moving from backfill to / { getline; found = $1 } END { print found }')"
""",
    fails="result",
    passes_examples=True,
)
NAMESAKE = wrong(
    "backfill-2 matches too",
    r"""
git branch backfill "$(git reflog --format='%H %gs' | awk '/moving from backfill/ { getline; print $1; exit }')"
""",
    fails="result",
    passes_examples=True,
)
DANGLING = wrong(
    "a commit that nothing reaches may be another one, such as the one before the amend",
    r"""
git branch backfill "$(git fsck --no-reflogs --lost-found | awk '/dangling commit/ { print $3; exit }')"
""",
    fails="result",
    passes_examples=True,
)
SUBJECT = wrong(
    "a commit's own subject may read like the diary's line",
    r"""
git branch backfill "$(git reflog --format='%H %gs' | awk '/moving from backfill to / { getline; print $1; exit }')"
""",
    fails="result",
    passes_examples=True,
)
SWITCHED = wrong(
    "it stays on the new branch",
    r"""
git checkout -b backfill "$(git reflog --format='%H %gs' |
    awk '/ checkout: moving from backfill to / { getline; print $1; exit }')"
""",
    fails="other refs",
)
RESET = wrong(
    "reset --hard throws the edit away",
    r"""
git reset -q --hard
git branch backfill "$(git reflog --format='%H %gs' |
    awk '/checkout: moving from backfill to / { getline; print $1; exit }')"
""",
    fails="edit lost",
)

NOTES = """
**Why it holds**: deleting a branch deletes its name and its own reflog; the commits stay, and the reflog of `HEAD` notes every commit and every switch. Before HEAD left `backfill`, it stood where the branch stood.

**Pitfall**: `HEAD@{1}` counts moves, so it is another commit after every command. `git checkout` and `git reset --hard` repair the branch and take your edits with them.

**Alternative**: `git fsck --no-reflogs --lost-found` lists commits that nothing reaches, useful when the reflog is gone; then you have to recognize the right one.

**At work**: the reflog is local and kept for 90 days (30 for what nothing reaches). A server keeps none that you can read by default, so a branch deleted *there* comes back from the clone of somebody who had it.
"""
