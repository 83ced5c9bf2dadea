"""# A branch on today's main

In this repository the branch `late-events` began at the first commit of `main`; since then both went on:

```
Start ─── Larger batches (Ada) ─── Name the sink (Ada)                          main
     └─── Accept late events (Jon) ─── Watch late events (Mira) ─── Readme (Jon)   late-events
```

They meet in `load.ini`:

```
at the start            on main                 on late-events
[load]                  [load]                  [load]
batch_rows = 500        batch_rows = 2000       batch_rows = 500
lateness_minutes = 0    lateness_minutes = 0    lateness_minutes = 30
sink = events           sink = events_v2        sink = events
```

Write a shell script that runs in the folder of the repository, on the branch `main`, with nobody at the keyboard (an editor, if Git starts one, saves and closes at once).
Afterwards

- `late-events` stands on the tip of `main` in a straight line, with its three commits in their order, each with its author and its subject;
- every one of them holds what both sides wanted, so `load.ini` has the larger batches, the new sink and the 30 minutes, and no conflict marks;
- `main` is where it was, and nothing is left half done.

Any way there is right. Write the script as text: put `r\"\"\"…\"\"\"` in place of `...`.
"""

from functools import lru_cache

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong
from seniorde.problems.week_01.git._repository import Commit, work

PROBLEM = LabProblem(
    id="w1-git-replay-the-branch",
    pattern="rebase, conflict",
    difficulty="medium",
    minutes=15,
    points=3,
    order=2,
    hints={
        "In a straight line": (
            "`git rebase main late-events` switches to the branch and starts; when it stops, the conflict is in `load.ini`.",
            "After a conflict: write the file, `git add load.ini`, `git rebase --continue`.",
            "`git rebase main late-events || { printf '…' > load.ini; git add load.ini; git rebase --continue; }`",
        ),
        "What both sides wanted": (
            "Git sees a conflict because two *neighbouring* lines changed. Neither side's file is right: write the lines that you want.",
            "`git add` takes a conflict for resolved, whatever the file holds: write it before, with all four lines, in the commit that stops.",
            "`printf '%s\\n' '[load]' 'batch_rows = 2000' 'lateness_minutes = 30' 'sink = events_v2' > load.ini`",
        ),
        "Whose commits they are": (
            "A commit that is copied keeps author and subject; one that is made by `git commit` has yours.",
            "`git rebase` and `git cherry-pick` copy; after a conflict `--continue` does, too, and `git commit -C <old>` takes both from the old one.",
        ),
    },
)


def ini(rows, minutes, sink):
    return f"[load]\nbatch_rows = {rows}\nlateness_minutes = {minutes}\nsink = {sink}\n"


CHECK = "SELECT count(*) FROM events WHERE arrived > at + 30 * 60\n"
HISTORY = [
    Commit("main", "Start", {"load.ini": ini(500, 0, "events"), "README.md": "Loader\n"}),
    Commit("late-events", "Accept late events", {"load.ini": ini(500, 30, "events")}, "Jon", "main"),
    Commit("late-events", "Watch late events", {"checks/late.sql": CHECK}),
    Commit("late-events", "Readme", {"README.md": "Loader\n\nEvents may be 30 minutes late.\n"}, "Jon"),
    Commit("main", "Larger batches", {"load.ini": ini(2000, 0, "events")}, "Ada"),
    Commit("main", "Name the sink", {"load.ini": ini(2000, 0, "events_v2")}, "Ada"),
]
WANTED = [
    ("Accept late events", "Jon", {"load.ini": ini(2000, 30, "events_v2"), "README.md": "Loader\n"}),
    ("Watch late events", "Mira", {"checks/late.sql": CHECK}),
    ("Readme", "Jon", {"README.md": "Loader\n\nEvents may be 30 minutes late.\n"}),
]


@lru_cache(maxsize=1)
def after(answer):
    return work(answer, HISTORY)


def commits(left):
    return left.since(left.branch("main"), left.branch("late-events"))


def in_a_line(answer):
    left = after(answer)
    left.settled()
    left.unmoved("main")
    found = commits(left)
    drawn = "\n".join(f"{c.subject} ({c.author.split()[0]})" for c in found) or "(none)"
    if any(len(c.parents) > 1 for c in found):
        raise Refused("result", "The branch holds a merge; it has to be a straight line.", commits=drawn)
    if not found or found[0].parents != [left.branch("main")]:
        raise Refused("result", "`late-events` does not begin at the tip of `main`.", commits=drawn)
    if len(found) != len(WANTED):
        raise Refused(
            "result", f"`late-events` has {len(found)} commits on top of `main`, not 3.", commits=drawn
        )
    return "Three commits on the tip of main, which has not moved."


def both_wishes(answer):
    left = after(answer)
    files = {}
    for (subject, _, changed), commit in zip(WANTED, commits(left), strict=True):
        files |= changed
        for path in sorted({*files, *commit.files}):
            expected, got = files.get(path, "(no such file)"), commit.files.get(path, "(no such file)")
            if expected.rstrip() != got.rstrip():
                raise Refused(
                    "files",
                    f"In the commit that stands in place of “{subject}”, `{path}` is not what both sides wanted.",
                    expected=expected,
                    got=got,
                )
    return "Every commit holds the changes of both sides."


def whose(answer):
    left = after(answer)
    expected = [f"{subject}, by {who}" for subject, who, _ in WANTED]
    got = [f"{c.subject}, by {c.author.split(' <')[0]}" for c in commits(left)]
    if got != expected:
        raise Refused(
            "authors",
            "Subjects or authors are not the ones of before.",
            expected="\n".join(expected),
            got="\n".join(got),
        )
    return "Each commit has its subject and its author."


PARTS = {
    "In a straight line": in_a_line,
    "What both sides wanted": both_wishes,
    "Whose commits they are": whose,
}

SOLVE = r"""
git rebase main late-events && exit
printf '%s\n' '[load]' 'batch_rows = 2000' 'lateness_minutes = 30' 'sink = events_v2' > load.ini
git add load.ini
git rebase --continue
"""

PICKED = variant(r"""
git checkout -q -b replayed main
git cherry-pick main..late-events || {
    git show main:load.ini | sed 's/^lateness_minutes = .*/lateness_minutes = 30/' > load.ini
    git add load.ini
    git cherry-pick --continue
}
git branch -f late-events replayed
git checkout -q main
git branch -D replayed
""")

UNION = variant(r"""
git checkout -q late-events
git rebase main || {
    git checkout --ours load.ini
    sed 's/minutes = 0/minutes = 30/' load.ini > new && mv new load.ini
    git add load.ini && git rebase --continue
}
""")

THEIRS = wrong(
    "-X theirs takes the branch's side of the whole conflict, and the neighbouring line with it",
    "git rebase -X theirs main late-events",
    fails="files",
    passes_examples=True,
)
OURS = wrong(
    "-X ours drops the 30 minutes, and with them the first commit",
    "git rebase -X ours main late-events",
    fails="result",
)
MERGED = wrong(
    "a merge is no straight line",
    r"""
git checkout -q late-events
git merge main || {
    printf '%s\n' '[load]' 'batch_rows = 2000' 'lateness_minutes = 30' 'sink = events_v2' > load.ini
    git add load.ini && git commit -q -m merged
}
""",
    fails="result",
)
MARKS = wrong(
    "git add tells Git that the conflict is resolved, whatever the file holds",
    "git rebase main late-events || { git add load.ini; git rebase --continue; }",
    fails="files",
    passes_examples=True,
)
STOPPED = wrong("the rebase is not continued", "git rebase main late-events", fails="unfinished")
BY_HAND = wrong(
    "commits made anew have a new author",
    r"""
git checkout -q -b new main
printf '%s\n' '[load]' 'batch_rows = 2000' 'lateness_minutes = 30' 'sink = events_v2' > load.ini
git commit -q -a -m 'Accept late events'
git checkout late-events -- checks && git commit -q -m 'Watch late events'
git checkout late-events -- README.md && git commit -q -m 'Readme'
git branch -f late-events new
""",
    fails="authors",
    passes_examples=True,
)
REPAIRED_LATER = wrong(
    "resolved wrongly and repaired in the last commit: the commits between do not hold what they say",
    r"""
git rebase -X theirs main late-events
printf '%s\n' '[load]' 'batch_rows = 2000' 'lateness_minutes = 30' 'sink = events_v2' > load.ini
git commit -q -a --amend --no-edit
""",
    fails="files",
    passes_examples=True,
)

NOTES = """
**Why it holds**: a rebase copies commit after commit onto `main` and stops where a copy does not fit; author and message go along, the committer and the hash are new.

**Pitfall**: during a rebase "ours" is `main` and "theirs" is the branch. `-X theirs` resolves whole conflicts, not lines: the larger batches would have gone without a word.

**Alternative**: `git cherry-pick main..late-events` on a new branch, or `git format-patch` and `git am -3`; a merge, where the team prefers the true story to a straight one.

**At work**: with `merge.conflictStyle = diff3` you see what each side did to the line; with `rerere.enabled` you resolve it once, though you rebase every day.
"""
