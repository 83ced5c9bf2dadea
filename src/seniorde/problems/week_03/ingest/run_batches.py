"""# Batches that outlive a kill

Files come into the folder `landing`.
Write the function that brings those that are new to a sink, batch by batch, and returns when nothing is new.

- For each batch call `write(number, names)`: the numbers are 0, 1, 2, …; `names` is a list of at most `most` file names. Oldest first, within a batch and from batch to batch: by modification time, then by name.
- A file is known by its *name*: changed in place or put there again, it is not new. A file with another name is new, whatever its name and its time.
- Names that begin with `.` or `_`, and folders, are passed over.
- `checkpoint` is a folder for your notes, in any form. It does not exist before the first run; nothing else lasts from run to run. Both folders are given as text.
- Without new files `write` is not called.

The process may be killed inside `write`, before it has written anything or when it has written all.
The next run must then call it with that number and *exactly these names* again, though older files may have come in the meantime: the sink passes over a number that it has finished.
So a number keeps its names for ever, and no name is in two batches.

```python
run_batches("landing", "checkpoint", 2, write)  # there are b (09:00), a (09:10), c (09:20)
# write(0, ["b", "a"]) · write(1, ["c"])
run_batches("landing", "checkpoint", 2, write)  # no call
```

Files do not vanish, and none comes while the function runs.
"""

import json
import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w3-ingest-run-batches",
    pattern="write-ahead list",
    difficulty="medium",
    minutes=30,
    points=4,
    order=1,
    hints={
        "As in the statement": (
            "List the folder, take away the names in your notes, sort, cut into pieces of `most`.",
            "`sorted(new, key=lambda file: (file.stat().st_mtime_ns, file.name))`; what `write` got is noted in a file under `checkpoint`.",
        ),
        "Each name once": (
            "A greatest name or a latest time is too little to remember: what comes late lies before it.",
            "Remember the names themselves, without their times: a file that was changed in place has a new time.",
        ),
        "Kills": (
            "Two notes for each batch: its names *before* `write` is called, and that it is done *after* it has returned.",
            "At the start: is there a batch with names and without its mark? Then it comes first, from the note, not from the folder.",
        ),
    },
)


def solve(landing, checkpoint, most, write):
    import json
    from pathlib import Path

    notes = Path(checkpoint)
    (notes / "sources").mkdir(parents=True, exist_ok=True)
    (notes / "commits").mkdir(exist_ok=True)
    batches = []
    while (plan := notes / "sources" / str(len(batches))).exists():
        batches.append(json.loads(plan.read_text()))

    def finish(number):
        if not (notes / "commits" / str(number)).exists():
            write(number, batches[number])
            (notes / "commits" / str(number)).touch()

    for number in range(len(batches)):
        finish(number)
    known = {name for names in batches for name in names}
    new = [
        file
        for file in Path(landing).iterdir()
        if file.is_file() and file.name[0] not in "._" and file.name not in known
    ]
    new.sort(key=lambda file: (file.stat().st_mtime_ns, file.name))
    for start in range(0, len(new), most):
        number = len(batches)
        batches.append([file.name for file in new[start : start + most]])
        draft = notes / "draft"
        draft.write_text(json.dumps(batches[number]))
        draft.rename(notes / "sources" / str(number))  # whole, or not there
        finish(number)


class World:
    """A landing folder, a checkpoint, and a sink that passes over a number that it has finished."""

    def __enter__(self):
        self.folder = TemporaryDirectory(prefix="seniorde-lab-")
        top = Path(self.folder.name)
        self.landing, self.checkpoint, self.kept = top / "landing", top / "checkpoint", top / "kept"
        self.landing.mkdir()
        self.kept.mkdir()
        self.asked, self.finished, self.story, self.kills = {}, {}, [], []
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def put(self, **files):
        """Lay files with these minutes as modification times into the folder."""
        for name, minute in files.items():
            path = self.landing / name
            path.write_text(f"{name} at {minute}\n")
            os.utime(path, (60 * minute, 60 * minute))
        self.story.append("comes: " + ", ".join(f"{name} (minute {m})" for name, m in files.items()))

    def refuse(self, reason, sentence, **facts):
        raise Refused(reason, sentence, story="\n".join(self.story), **facts)

    def run(self, function, most=2):
        """One run; return the calls of `write` as pairs, and note what a kill would leave."""
        calls, self.kills = [], []
        self.story.append(f"run, most {most}")

        def write(number, names):
            names = list(names) if isinstance(names, list | tuple) else names
            self.story.append(f"  write({number!r}, {names!r})")
            if isinstance(number, bool) or not isinstance(number, int) or not isinstance(names, list):
                raise Refused("call", "`write` gets a whole number and a list of names.")
            if number not in self.asked and number != len(self.asked):
                raise Refused("number", f"The next new number is {len(self.asked)}.")
            if sorted(self.asked.setdefault(number, names)) != sorted(names):
                raise Refused("other names", f"Batch {number} had other names before: {self.asked[number]}.")
            if not 1 <= len(names) <= most:
                raise Refused("size", f"A batch has 1 to {most} files.")
            self.keep(number, "before it wrote")
            self.finished.setdefault(number, names)
            self.keep(number, "after it wrote")
            calls.append((number, names))

        problem = []

        def guarded(number, names):
            try:
                write(number, names)
            except Refused as refused:
                problem.append(refused)
                raise RuntimeError(str(refused)) from None

        try:
            call(function, str(self.landing), str(self.checkpoint), most, guarded, lines=None)
        except Refused:
            if not problem:
                raise
        if problem:
            self.refuse(problem[0].reason, str(problem[0]))
        return calls

    def keep(self, number, when):
        place = self.kept / str(len(self.kills))
        shutil.rmtree(place, ignore_errors=True)
        if self.checkpoint.exists():
            shutil.copytree(self.checkpoint, place)
        state = dict(self.asked), dict(self.finished), list(self.story)
        self.kills.append((f"killed in write({number}, …), {when}", place, state))

    def back_to(self, kill):
        """Bring back what this kill left behind."""
        title, place, (asked, finished, story) = kill
        shutil.rmtree(self.checkpoint, ignore_errors=True)
        if place.exists():
            shutil.copytree(place, self.checkpoint)
        self.asked, self.finished = dict(asked), dict(finished)
        self.story = [*story, title]

    def expect(self, function, calls, most=2):
        got = self.run(function, most)
        if got != calls:
            self.refuse("calls", "Other calls of `write` are right.", expected=repr(calls), got=repr(got))

    def expect_all_once(self, names):
        got = [name for batch in self.finished.values() for name in batch]
        lost, twice = sorted(set(names) - set(got)), sorted({n for n in got if got.count(n) > 1})
        if lost or twice or len(got) != len(names):
            self.refuse(
                "lost" if lost else "twice",
                "The sink does not hold each file once.",
                **({"lost": ", ".join(lost)} if lost else {}),
                **({"twice": ", ".join(twice)} if twice else {}),
                sink=repr(self.finished),
            )


def statement(function):
    with World() as world:
        world.put(b=540, a=550, c=560)
        world.expect(function, [(0, ["b", "a"]), (1, ["c"])])
        world.expect(function, [])
    return "Two batches, then none."


def each_name_once(function):
    with World() as world:
        world.expect(function, [])
        world.put(m=100, _SUCCESS=90, k=100)
        (world.landing / ".part-7").write_text("half")
        (world.landing / "older").mkdir()
        world.expect(function, [(0, ["k", "m"])], 5)
        world.put(a=120)  # sorts before what is known
        world.expect(function, [(1, ["a"])], 5)
        world.put(z=30)  # older than what is known
        world.expect(function, [(2, ["z"])], 5)
        world.put(m=200, z=200)  # changed in place
        world.expect(function, [], 5)
        (world.landing / "a").unlink()
        world.put(a=300)  # the same name again
        world.expect(function, [], 5)
        world.put(b=210, c=5, m=400, d=210, e=210, f=7, g=8)
        world.expect(function, [(3, ["c", "f"]), (4, ["g", "b"]), (5, ["d", "e"])])
        world.expect(function, [], 1)
        world.put(**{f"n{number}": 500 - number for number in range(12)})  # batches 9 to 12
        wanted = [f"n{number}" for number in reversed(range(12))]
        world.expect(function, [(6 + at // 2, wanted[at : at + 2]) for at in range(0, 12, 2)])
        world.expect(function, [])
    return "Late names, late times, changed in place, put there again: ten runs."


def kills(function):
    count = 0
    for first in ({"b": 100, "c": 110, "d": 120, "e": 130, "f": 140}, {"x": 100}):
        with World() as world:
            world.put(g=10)
            world.run(function)  # so that the kills are not in batch 0 alone
            world.put(**first)
            world.run(function)
            moments = list(world.kills)
            saved = world.kept.rename(world.kept.with_name("moments"))
            for title, place, state in moments:
                for later in ({}, {"a": 20, "z": 900, "b": 800} if "b" in first else {"w": 20}):
                    for extra in ("a", "z", "w"):
                        (world.landing / extra).unlink(missing_ok=True)
                    world.back_to((title, saved / place.name, state))
                    if later:
                        world.put(**later)
                    world.run(function)
                    world.expect_all_once({"g", *first, *later})
                    world.expect(function, [])
                    count += 1
    return f"{count} kills, with and without other files in the meantime."


PARTS = {"As in the statement": statement, "Each name once": each_name_once, "Kills": kills}


@variant
def one_state(landing, checkpoint, most, write):
    """One JSON file, replaced as a whole: what is done, and what is pending."""
    folder = Path(checkpoint)
    folder.mkdir(exist_ok=True)
    file = folder / "state.json"
    state = json.loads(file.read_text()) if file.exists() else {"number": 0, "done": [], "pending": None}

    def save():
        (folder / "new.json").write_text(json.dumps(state))
        os.replace(folder / "new.json", file)  # noqa: PTH105

    while True:
        if state["pending"] is None:
            entries = [e for e in os.scandir(landing) if e.is_file() and not e.name.startswith((".", "_"))]
            fresh = sorted((e.stat().st_mtime, e.name) for e in entries if e.name not in state["done"])
            if not fresh:
                return
            state["pending"] = [name for _, name in fresh[:most]]
            save()
        write(state["number"], state["pending"])
        state["done"] += state["pending"]
        state["number"], state["pending"] = state["number"] + 1, None
        save()


@variant
def all_planned_first(landing, checkpoint, most, write):
    """In SQLite: every file found gets its batch at once, then the batches that are not done run."""
    import sqlite3

    Path(checkpoint).mkdir(exist_ok=True)
    db = sqlite3.connect(Path(checkpoint) / "notes.db")
    db.execute("CREATE TABLE IF NOT EXISTS files (name TEXT PRIMARY KEY, batch INT, place INT, done INT)")
    known = {name for (name,) in db.execute("SELECT name FROM files")}
    new = [
        (path.stat().st_mtime_ns, path.name)
        for path in Path(landing).glob("*")
        if path.is_file() and not path.name.startswith(("_", ".")) and path.name not in known
    ]
    (next_batch,) = db.execute("SELECT coalesce(max(batch), -1) + 1 FROM files").fetchone()
    with db:
        for place, (_, name) in enumerate(sorted(new)):
            db.execute("INSERT INTO files VALUES (?, ?, ?, 0)", (name, next_batch + place // most, place))
    open_batches = "SELECT DISTINCT batch FROM files WHERE done = 0 ORDER BY batch"
    for (batch,) in db.execute(open_batches).fetchall():
        names = db.execute("SELECT name FROM files WHERE batch = ? ORDER BY place", (batch,))
        write(batch, [name for (name,) in names])
        with db:
            db.execute("UPDATE files SET done = 1 WHERE batch = ?", (batch,))
    db.close()


@variant
def by_offsets(landing, checkpoint, most, write):
    """A log of lines that are only appended: `begin`, then `end`."""
    os.makedirs(checkpoint, exist_ok=True)  # noqa: PTH103
    log = Path(checkpoint) / "log.jsonl"
    known, number, open_batch = set(), 0, None
    for line in log.read_text().splitlines() if log.exists() else []:
        entry = json.loads(line)
        open_batch = entry.get("begin")
        known.update(open_batch or [])
        number += "end" in entry

    def append(entry):
        with log.open("a") as out:
            out.write(json.dumps(entry) + "\n")

    if open_batch:
        write(number, open_batch)
        append({"end": number})
        number += 1
    files = [landing + "/" + name for name in os.listdir(landing) if name[0] not in {"_", "."}]  # noqa: PTH208
    files = [file for file in files if Path(file).is_file() and Path(file).name not in known]
    files.sort(key=lambda file: (Path(file).stat().st_mtime, file))
    while files:
        names = [Path(file).name for file in files[:most]]
        append({"begin": names})
        write(number, names)
        append({"end": number})
        files, number = files[most:], number + 1


def found(landing, known=()):
    files = [f for f in Path(landing).iterdir() if f.is_file() and f.name[0] not in "._"]
    return sorted((f for f in files if f.name not in known), key=lambda f: (f.stat().st_mtime_ns, f.name))


def note(checkpoint, value=None):
    """Read the one note of an answer below, or write it."""
    Path(checkpoint).mkdir(exist_ok=True)
    file = Path(checkpoint) / "note.json"
    if value is not None:
        file.write_text(json.dumps(value))
    return json.loads(file.read_text()) if file.exists() else None


@wrong(
    "the greatest name so far: a late name that sorts before it is lost", fails="calls", passes_examples=True
)
def greatest_name(landing, checkpoint, most, write):
    number, last = note(checkpoint) or (0, "")
    names = [f.name for f in found(landing) if f.name > last]
    for start in range(0, len(names), most):
        write(number, names[start : start + most])
        number += 1
    note(checkpoint, (number, max([last, *names])))


@wrong("the latest time so far: a file with an older time is lost", fails="calls", passes_examples=True)
def latest_time(landing, checkpoint, most, write):
    number, last = note(checkpoint) or (0, 0)
    files = [f for f in found(landing) if f.stat().st_mtime_ns > last]
    for start in range(0, len(files), most):
        write(number, [f.name for f in files[start : start + most]])
        number += 1
    note(checkpoint, (number, max([last, *(f.stat().st_mtime_ns for f in files)])))


@wrong("name and time: a file that was changed in place comes again", fails="calls", passes_examples=True)
def by_name_and_time(landing, checkpoint, most, write):
    number, known = note(checkpoint) or (0, [])
    files = [f for f in found(landing) if [f.name, f.stat().st_mtime_ns] not in known]
    for start in range(0, len(files), most):
        batch = files[start : start + most]
        write(number, [f.name for f in batch])
        known += [[f.name, f.stat().st_mtime_ns] for f in batch]
        number += 1
        note(checkpoint, (number, known))


@wrong(
    "notes after `write` only: the repeated batch is decided anew, with other names",
    fails="other names",
    passes_examples=True,
)
def noted_after(landing, checkpoint, most, write):
    number, known = note(checkpoint) or (0, [])
    while files := found(landing, known)[:most]:
        names = [f.name for f in files]
        write(number, names)
        known, number = known + names, number + 1
        note(checkpoint, (number, known))


@wrong("done is noted before `write`: a kill loses the batch", fails="lost", passes_examples=True)
def noted_before(landing, checkpoint, most, write):
    number, known = note(checkpoint) or (0, [])
    while files := found(landing, known)[:most]:
        names = [f.name for f in files]
        known, number = known + names, number + 1
        note(checkpoint, (number, known))
        write(number - 1, names)


@wrong("a repeated batch gets a new number: the sink writes it twice", fails="twice", passes_examples=True)
def new_number(landing, checkpoint, most, write):
    state = note(checkpoint) or {"number": 0, "known": [], "pending": []}
    known, pending = state["known"], state["pending"]
    while pending or (pending := [f.name for f in found(landing, known)[:most]]):
        number = state["number"]
        note(checkpoint, {"number": number + 1, "known": known, "pending": pending})
        write(number, pending)
        known, pending = known + pending, []
        state = {"number": number + 1, "known": known, "pending": []}
        note(checkpoint, state)


@wrong(
    "one note at the end of the run: everything is repeated under other names",
    fails="other names",
    passes_examples=True,
)
def noted_at_the_end(landing, checkpoint, most, write):
    number, known = note(checkpoint) or (0, [])
    names = [f.name for f in found(landing, known)]
    for start in range(0, len(names), most):
        write(number + start // most, names[start : start + most])
    note(checkpoint, (number + -(-len(names) // most), known + names))


@wrong("remembers in the process, which is gone after a kill", fails="lost", passes_examples=True)
def in_memory(landing, checkpoint, most, write):
    memory = MEMORY.setdefault(landing, [0, set()])
    while files := found(landing, memory[1])[:most]:
        names = [f.name for f in files]
        memory[1] |= set(names)
        memory[0] += 1
        write(memory[0] - 1, names)


MEMORY = {}


@wrong("one batch in a run", fails="calls")
def one_batch(landing, checkpoint, most, write):
    number, known = note(checkpoint) or (0, [])
    if names := [f.name for f in found(landing, known)[:most]]:
        write(number, names)
        note(checkpoint, (number + 1, known + names))


@wrong("reads what is hidden", fails="calls", passes_examples=True)
def hidden_too(landing, checkpoint, most, write):
    number, known = note(checkpoint) or (0, [])
    files = [f for f in Path(landing).iterdir() if f.is_file() and f.name not in known]
    files.sort(key=lambda f: (f.stat().st_mtime_ns, f.name))
    for start in range(0, len(files), most):
        names = [f.name for f in files[start : start + most]]
        write(number + start // most, names)
        known = known + names
    note(checkpoint, (number + -(-len(files) // most), known))


NOTES = """
**Why it holds**: the names are fixed before `write`, so a repetition is the same batch; the sink knows the number, so the same batch counts once. Each half alone loses or doubles.

**Cost**: one listing for each run, and one name for each file that ever came. Spark compacts its list every ten batches; Auto Loader keeps it in RocksDB; both can forget by age.

**Pitfall**: a note that is half written when the power goes is no note. Write it under another name and rename it: a rename within a file system is whole or not there. On S3 a PUT is.

**Alternative**: where the sink can hold it, put the names into the same transaction as the rows; then one mark is enough. Or let names carry an order that the source guarantees, and one greatest name will do, as long as nobody delivers late.

**At work**: Spark's file source does this, with one catch more: `maxFileAge`. A file that is a week older than the newest one it has seen is never read, and nothing says so.
"""
