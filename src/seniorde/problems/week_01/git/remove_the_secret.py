"""# The password that must not leave

`origin/main` is what has been published. On `main` there are five commits more, not yet pushed:

| subject | author | changes |
| :-- | :-- | :-- |
| Load by day | Mira | `load.py` |
| Read the settings | Jon | `load.py`, `.env` (new: it holds a password) |
| Retry three times | Mira | `load.py` |
| Another host | Jon | `.env`, `README.md` |
| Test the retry | Ada | `test_load.py` |

Write a shell script that runs in the repository, on the branch `main`, which takes the file `.env` out of all of it:

- no commit that `main` reaches has a file `.env`;
- apart from that, the five commits are there in their order, each with its subject, its author and the author's date, and each with all its other files;
- `origin/main` has not moved, and `main` builds on it in a straight line;
- the contents of `.env`, both versions, are no longer anywhere in the repository's store of objects.

No other branch, no tag and no stash holds the file. It may also vanish from the folder.
Any way there is right; an editor, if Git starts one, saves and closes at once.

Write the script as text: put `r\"\"\"…\"\"\"` in place of `...`.
"""

from functools import lru_cache

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong
from seniorde.problems.week_01.git._repository import START, Commit, work

PROBLEM = LabProblem(
    id="w1-git-remove-the-secret",
    pattern="rewriting history",
    difficulty="hard",
    minutes=30,
    points=4,
    order=4,
    hints={
        "Out of main": (
            "Every commit from the second on has to be made again. What can run a command after each commit that it copies?",
            "`git rebase --exec 'command' origin/main` runs the command after every commit: take the file out and amend.",
            "The copy of “Another host” conflicts, because the file that it changes is gone: resolve it by removing the file, then continue. Or use a way without conflicts: `git filter-branch --index-filter`.",
        ),
        "Everything else is kept": (
            "Five commits become five commits: what copies a commit keeps subject, author and date, a new `git commit` has yours.",
            "`git commit --amend --no-edit` keeps author and date; `git commit -C <old>` takes message, author and date from the old one.",
            "“Read the settings” and “Another host” change another file too: take `.env` out of the commit, not the commit out of the branch.",
        ),
        "Out of the store": (
            "The old commits stay in the store while anything leads there. A branch does not: what else remembers where `main` was?",
            "The reflog does, and after `filter-branch` also `refs/original`: `git for-each-ref` shows it, `git update-ref -d` removes it.",
            "`git reflog expire --expire=now --expire-unreachable=now --all`, then `git gc --prune=now`.",
        ),
    },
)

PUBLISHED = "refs/remotes/origin/main"
SECRETS = "PASSWORD=not-a-real-one\nHOST=db1\n", "PASSWORD=not-a-real-one\nHOST=db2\n"
LOAD = "def load(day):\n    ...\n"
SETTINGS = "import os\n\n\n" + LOAD
RETRY = SETTINGS + "\n\ndef retry(call, times=3):\n    ...\n"
NEW = [
    Commit("main", "Load by day", {"load.py": LOAD}, "Mira", PUBLISHED),
    Commit("main", "Read the settings", {"load.py": SETTINGS, ".env": SECRETS[0]}, "Jon"),
    Commit("main", "Retry three times", {"load.py": RETRY}),
    Commit("main", "Another host", {".env": SECRETS[1], "README.md": "The host is db2.\n"}, "Jon"),
    Commit("main", "Test the retry", {"test_load.py": "def test_retry():\n    ...\n"}, "Ada"),
]
HISTORY = [Commit(PUBLISHED, "Start", {"README.md": "Loader\n"}), *NEW]


@lru_cache(maxsize=1)
def after(answer):
    return work(answer, HISTORY)


def commits(left):
    base, tip = left.before[PUBLISHED], left.branch("main")
    found = left.since(base, tip)
    if left.refs.get(PUBLISHED) != base:
        raise Refused("result", "`origin/main` has moved; it is what others have.")
    if not found or found[0].parents != [base] or any(len(c.parents) != 1 for c in found):
        raise Refused("result", "`main` does not build on `origin/main` in a straight line.", **left.said)
    return found


def out_of_main(answer):
    left = after(answer)
    left.settled()
    found = commits(left)
    holding = [commit.subject for commit in found if ".env" in commit.files]
    if holding:
        raise Refused("secret", "These commits of `main` still hold `.env`.", commits="\n".join(holding))
    expected = {path: text for commit in HISTORY for path, text in commit.files.items() if path != ".env"}
    same("at the tip of `main`", expected, found[-1].files)
    return "No commit of main holds the file, and the other files are there."


def same(where, expected, got):
    for path in sorted({*expected, *got}):
        if expected.get(path, "").rstrip() != got.get(path, "").rstrip():
            raise Refused(
                "files",
                f"`{path}` is not what it was {where}.",
                expected=expected.get(path, "(no such file)"),
                got=got.get(path, "(no such file)"),
            )


def all_else(answer):
    found = commits(after(answer))
    expected, got = [c.subject for c in NEW], [c.subject for c in found]
    if got != expected:
        raise Refused(
            "commits",
            "The commits are not the five of before.",
            expected="\n".join(expected),
            got="\n".join(got),
        )
    files = dict(HISTORY[0].files)
    for number, (commit, made) in enumerate(zip(NEW, found, strict=True), start=1):
        files |= {path: text for path, text in commit.files.items() if path != ".env"}
        author = f"{commit.who} <{commit.who.lower()}@example.com> {START + 3600 * number} +0000"
        if made.author != author:
            raise Refused(
                "authors",
                f"The author or the author's date of “{commit.subject}” has changed.",
                expected=author,
                got=made.author,
            )
        same(f"in “{commit.subject}”", files, made.files)
    return "Subjects, authors, dates and all other files are the same."


def out_of_the_store(answer):
    left = after(answer)
    contents = [
        content.decode("utf-8", "replace") for kind, content in left.objects.values() if kind == "blob"
    ]
    there = [number for number, secret in enumerate(SECRETS, start=1) if secret in contents]
    if there:
        raise Refused(
            "store",
            f"The store still holds {len(there)} of the 2 versions of `.env`: something leads to the old commits, "
            "or the garbage was not collected.",
        )
    return "Neither version of the file is in the store."


PARTS = {
    "Out of main": out_of_main,
    "Everything else is kept": all_else,
    "Out of the store": out_of_the_store,
}

SOLVE = r"""
git filter-branch --index-filter 'git rm -q --cached --ignore-unmatch .env' origin/main..main
git update-ref -d refs/original/refs/heads/main
git reflog expire --expire=now --expire-unreachable=now --all
git gc -q --prune=now
"""

REBASED = variant(r"""
git rebase --exec 'git rm -q --ignore-unmatch .env && git commit -q --amend --no-edit --allow-empty' origin/main
while [ -d .git/rebase-merge ]; do
    git rm -q --ignore-unmatch .env
    git rebase --continue || [ -n "$(git status --porcelain)" ] || git rebase --skip
done
git reflog expire --expire=now --expire-unreachable=now --all
git gc -q --prune=now
""")

BY_TREE = variant(r"""
git filter-branch -f --tree-filter 'rm -f .env' -- origin/main..main
rm -rf .git/refs/original .git/logs
git gc -q --prune=now
""")

MADE_AGAIN = variant(r"""
parent=$(git rev-parse origin/main)
for old in $(git rev-list --reverse origin/main..main); do
    git read-tree "$old"
    git rm -q -f --cached --ignore-unmatch .env
    eval "$(git show -s --format="export GIT_AUTHOR_NAME='%an' GIT_AUTHOR_EMAIL='%ae' GIT_AUTHOR_DATE='%ad'" "$old")"
    parent=$(git show -s --format=%B "$old" | git commit-tree -p "$parent" "$(git write-tree)")
done
git reset -q --hard "$parent"
rm -f .git/ORIG_HEAD
git reflog expire --expire=now --expire-unreachable=now --all
git prune --expire=now
""")

DELETED = wrong(
    "a commit that deletes the file leaves it in the commits before",
    "git rm -q .env && git commit -q -m 'Remove the password'",
    fails="secret",
)
SQUASHED = wrong(
    "one commit in place of five",
    r"""
git reset -q --soft origin/main
git rm -q --cached .env
git commit -q -m 'Load by day'
git reflog expire --expire=now --expire-unreachable=now --all
git gc -q --prune=now
""",
    fails="commits",
    passes_examples=True,
)
DROPPED = wrong(
    "dropping the two commits takes what else they changed",
    r"""
git checkout -q -b clean origin/main
git cherry-pick main~4 main~2 main || { git checkout --theirs load.py; git add load.py; git cherry-pick --continue; }
git branch -f main clean
git checkout -q main
git branch -D clean
git reflog expire --expire=now --expire-unreachable=now --all
git gc -q --prune=now
""",
    fails="files",
)
COLLECTED_TOO_EARLY = wrong(
    "gc keeps what a reflog leads to",
    r"""
git filter-branch --index-filter 'git rm -q --cached --ignore-unmatch .env' origin/main..main
git update-ref -d refs/original/refs/heads/main
git gc -q --prune=now
""",
    fails="store",
    passes_examples=True,
)
BACKUP_KEPT = wrong(
    "filter-branch keeps the old tip under refs/original",
    r"""
git filter-branch --index-filter 'git rm -q --cached --ignore-unmatch .env' origin/main..main
git reflog expire --expire=now --expire-unreachable=now --all
git gc -q --prune=now
""",
    fails="store",
    passes_examples=True,
)
NEW_AUTHORS = wrong(
    "the author's date is today's",
    r"""
git filter-branch --index-filter 'git rm -q --cached --ignore-unmatch .env' origin/main..main
git rebase -q --force-rebase --exec 'git commit -q --amend --no-edit --date=now' origin/main
git update-ref -d refs/original/refs/heads/main
git reflog expire --expire=now --expire-unreachable=now --all
git gc -q --prune=now
""",
    fails="authors",
    passes_examples=True,
)

NOTES = """
**Why it holds**: a commit is named by its content and by its parents, so a file can only leave a commit by making this commit, and all after it, again. The old ones go when no branch, no tag and no reflog leads to them and the garbage is collected.

**Pitfall**: a commit that deletes the file changes nothing about the commits before. And after a rewrite everything is still there: for 90 days the reflog leads to it, and `filter-branch` keeps a copy under `refs/original`.

**Alternative**: `git filter-repo --path .env --invert-paths`, which Git's own manual recommends instead of `filter-branch`; it does the clearing up too. For the last commit alone `git commit --amend` is enough.

**At work**: this works because nothing was pushed. Once pushed, the password is known: change it first; only then is it worth talking about the history. A hook that scans for secrets before a commit costs a second.
"""
