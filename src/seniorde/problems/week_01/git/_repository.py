"""Makes a repository, lets a script work in it, and reads everything that is left of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from seniorde.checks.lab import run_script
from seniorde.checks.parts import Refused

START = 1_772_355_600  # 1 March 2026, 9:00 UTC

DRIVER = """
git init -q repo && cd repo && git symbolic-ref HEAD refs/heads/main || exit 1
git config gc.auto 0
git config gc.reflogExpire never
git config gc.reflogExpireUnreachable never
git fast-import --quiet <../stream && git reset -q --hard || exit 1
sh ../prepare.sh >../prepared 2>&1 || exit 1
git for-each-ref --format='%(refname) %(objectname)' >../before
git symbolic-ref -q --short HEAD >"../before head"
FILTER_BRANCH_SQUELCH_WARNING=1 sh ../answer.sh >../out 2>../err
cd .. && cd repo || exit 0
git for-each-ref --format='%(refname) %(objectname)' >../after
git symbolic-ref -q HEAD >../head
git status --porcelain >../status
for pending in rebase-merge rebase-apply MERGE_HEAD CHERRY_PICK_HEAD BISECT_LOG; do
    [ -e ".git/$pending" ] && echo "$pending" >>../pending
done
git cat-file --batch-all-objects --batch >../objects
exit 0
"""


class Commit(NamedTuple):
    """A commit to make on `branch`, which starts from `onto` when it is new; None deletes a file."""

    branch: str
    subject: str
    files: dict[str, str | None]
    who: str = "Mira"
    onto: str = ""


class Found(NamedTuple):
    """A commit that was found: its name, parents, author's line, subject and files (path → text)."""

    name: str
    parents: list[str]
    author: str
    subject: str
    files: dict[str, str]


@dataclass
class Left:
    """What a script left: refs before and after, the branch of HEAD, what it printed, every object.

    `files` lie in the repository's folder, `above` in the folder above it.
    """

    before: dict[str, str]
    refs: dict[str, str]
    head: str
    status: str
    pending: str
    out: str
    err: str
    files: dict[str, bytes]
    above: dict[str, str]
    raw: bytes

    @cached_property
    def objects(self) -> dict[str, tuple[str, bytes]]:
        """Name → kind and content of every object in the store, reachable or not."""
        found, at = {}, 0
        while at < len(self.raw):
            end = self.raw.index(b"\n", at)
            name, kind, size = self.raw[at:end].decode().split()
            found[name] = kind, self.raw[end + 1 : end + 1 + int(size)]
            at = end + 2 + int(size)
        return found

    def commit(self, name: str) -> Found:
        """The commit with this name."""
        head, _, message = self.objects[name][1].decode("utf-8", "replace").partition("\n\n")
        lines = [line.partition(" ") for line in head.split("\n")]
        (tree,) = [value for key, _, value in lines if key == "tree"]
        return Found(
            name,
            [value for key, _, value in lines if key == "parent"],
            next(value for key, _, value in lines if key == "author"),
            message.partition("\n")[0],
            dict(self._files(tree, "")),
        )

    def _files(self, tree: str, folder: str) -> Iterator[tuple[str, str]]:
        content, wide = self.objects[tree][1], len(tree) // 2
        while content:
            mode_and_path, _, rest = content.partition(b"\0")
            path = folder + mode_and_path.split(b" ", 1)[1].decode("utf-8", "replace")
            name, content = rest[:wide].hex(), rest[wide:]
            kind, inside = self.objects.get(name, ("", b""))
            if kind == "tree":
                yield from self._files(name, path + "/")
            else:
                yield path, inside.decode("utf-8", "replace")

    def since(self, base: str, tip: str) -> list[Found]:
        """The commits that `tip` has and `base` has not, the oldest first."""
        known = set(self._ancestors(base))
        return [self.commit(name) for name in reversed([*self._ancestors(tip)]) if name not in known]

    def _ancestors(self, tip: str) -> Iterator[str]:
        waiting, seen = [tip], set()
        while waiting:
            name = waiting.pop(0)
            if name not in seen:
                seen.add(name)
                yield name
                waiting += self.commit(name).parents

    def branch(self, name: str) -> str:
        """Where the branch points; Refused when there is none."""
        if f"refs/heads/{name}" not in self.refs:
            there = ", ".join(ref.removeprefix("refs/heads/") for ref in self.refs if "/heads/" in ref)
            raise Refused("result", f"There is no branch `{name}`.", branches=there or "(none)", **self.said)
        return self.refs[f"refs/heads/{name}"]

    def settled(self) -> None:
        """Refuse a rebase, merge or bisection that was not brought to its end."""
        if self.pending:
            what = {"rebase": "rebase", "BISECT": "bisection", "MERGE": "merge", "CHERRY": "cherry-pick"}
            word = next(word for mark, word in what.items() if self.pending.startswith(mark))
            raise Refused("unfinished", f"A {word} has stopped in the middle.", **self.said)

    def unmoved(self, branch: str) -> None:
        """Refuse when a branch points elsewhere than before."""
        if self.branch(branch) != self.before[f"refs/heads/{branch}"]:
            raise Refused("result", f"`{branch}` has moved; it has to stay where it was.", **self.said)

    @property
    def said(self) -> dict[str, str]:
        """The last of what Git complained, as a fact."""
        lines = [line for line in self.err.splitlines() if line.startswith(("error", "fatal", "CONFLICT"))]
        return {"Git said": "\n".join(lines[-3:])} if lines else {}


def work(
    answer: str, commits: Sequence[Commit], prepare: str = "", files: dict[str, str] | None = None
) -> Left:
    """Let the script `answer` work in a new repository of these commits, on its branch main.

    `prepare` is a script that runs before it; `files` lie in the folder above the repository.
    Refused when the script does not end in time.
    """
    given: dict[str, str | bytes] = {
        "stream": _stream(commits),
        "prepare.sh": prepare,
        "answer.sh": answer,
        **(files or {}),
    }
    ran = run_script(DRIVER, given)
    if ran.code:
        raise RuntimeError(f"Git could not make the repository: {ran.err.strip()}")
    texts = {name: content.decode("utf-8", "replace") for name, content in ran.files.items()}
    if not texts.get("objects"):
        raise Refused("result", "The folder is no Git repository any more.")
    before, after = (dict(line.split() for line in texts[name].splitlines()) for name in ("before", "after"))
    here = {path.removeprefix("repo/"): c for path, c in ran.files.items() if path.startswith("repo/")}
    return Left(
        before,
        after,
        texts["head"].strip().removeprefix("refs/heads/"),
        texts["status"],
        texts.get("pending", ""),
        texts["out"],
        texts["err"],
        here,
        {path: text.strip() for path, text in texts.items() if not path.startswith("repo/")},
        ran.files["objects"],
    )


def _stream(commits: Sequence[Commit]) -> bytes:
    """The commits in the language of `git fast-import`, an hour apart."""
    lines: list[str] = []
    for number, commit in enumerate(commits):
        person = f"{commit.who} <{commit.who.lower()}@example.com> {START + 3600 * number} +0000"
        lines += [
            f"commit {_ref(commit.branch)}",
            f"author {person}",
            f"committer {person}",
            *_data(commit.subject + "\n"),
        ]
        if commit.onto:
            lines.append(f"from {_ref(commit.onto)}")
        for path, text in commit.files.items():
            lines += [f"D {path}"] if text is None else [f"M 100644 inline {path}", *_data(text)]
    return ("\n".join(lines) + "\n").encode()


def _ref(branch: str) -> str:
    return branch if branch.startswith("refs/") else f"refs/heads/{branch}"


def _data(text: str) -> list[str]:
    return [f"data {len(text.encode())}", text]
