"""# One at a time, and tidy when stopped

`sh work` loads data for a long time and prints what it did.
A scheduler may start your script while an earlier run is not over, and may stop it with SIGTERM.

- The lock is a folder `load.lock`, because `mkdir` either makes it or fails, in one step, on every system.
  If it is there already, exit with 75 at once: do not start `work`, leave the lock where it is.
- While `work` runs, what it prints goes to `work.tmp`; when it succeeds, that file becomes `result`.
  When it fails, `result` stays as it was and its exit code is yours.
- On SIGTERM, stop `work` too, with the same signal, and give the lock back only when it has ended: it may need a moment to clean up.
  Exit with 143 (128 + 15), without waiting for its natural end.
- Whether it ends by itself or by SIGTERM: no lock of yours and no `work.tmp` stay behind.

For example, a run that succeeds leaves `result` alone; beside a lock of another run the exit code is 75.

The script runs in `sh`: dash on Debian, bash 3.2 on macOS.
Write it as text: replace `...` by `r\"\"\"…\"\"\"`.
"""

from functools import lru_cache

from seniorde.checks.lab import run_script
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w1-shell-one-at-a-time",
    pattern="locks and signals",
    difficulty="hard",
    minutes=30,
    points=4,
    hints={
        "The example": (
            "Making the lock is the test: when `mkdir load.lock` fails, exit with 75 before anything else is done.",
            "Set the trap that takes the lock away only after the lock is yours: else the second run removes the lock of the first.",
            "`trap 'rm -f work.tmp; rmdir load.lock' EXIT` runs when the script ends, with whatever code.",
        ),
        "A failure": (
            "What does your script do with the exit code of `work`, and which command decides its own?",
            "`wait` for a process id has the exit code of that process; `&& mv work.tmp result` renames only after a success.",
            "A trap on EXIT leaves the script's code as it is, unless it calls `exit` itself.",
        ),
        "A signal": (
            "A shell runs its trap when the command in the foreground has ended. Start `work` with `&` and `wait` for it.",
            "The trap for TERM ends with `exit 143`: without it the script goes on behind the `wait`.",
            "And the child has to hear of it: `kill -TERM`. A process in the background of `sh` ignores SIGINT.",
        ),
        "Work is stopped too": (
            "The signal goes to your script alone: the trap sends the same one to its child, and waits until it has ended.",
            '`child=$!` behind the `&` is the process that you started; `kill -TERM "$child"` in the trap stops it.',
            'After `kill` it may need a moment: `wait "$child"` in the trap, and only then give back the lock.',
        ),
        "Nothing stays": (
            "Who takes away `work.tmp` and the lock when `work` fails, and who when the script is stopped?",
            "`trap 'rm -f work.tmp; rmdir load.lock' EXIT` does it at every end that comes to an `exit`.",
            "dash does not run the EXIT trap when a signal ends it: the trap for TERM has to call `exit 143` itself.",
        ),
    },
)

SOLVE = r"""
mkdir load.lock 2>/dev/null || exit 75
trap 'rm -f work.tmp; rmdir load.lock' EXIT
trap 'kill -TERM "$child" 2>/dev/null; wait "$child"; exit 143' TERM
sh work > work.tmp &
child=$!
wait "$child" && mv work.tmp result
"""

QUICK = "echo loaded 12 rows\n"
# Says when it has begun, who it is, and how it ended; its natural end comes after 4 seconds.
# On SIGTERM it cleans up for a moment, and then looks whether the lock still guards it.
SLOW = """
trap 'sleep 0.3; ls -d load.lock > guarded 2>/dev/null; echo stopped > ended; exit 143' TERM
echo half
echo $$ > begun
n=0
while [ $n -lt 80 ]; do sleep 0.05; n=$((n + 1)); done
echo finished > ended
"""
# Waits until work has begun, sends the signal, and notes the exit code, and whether work still runs.
STOPPED = r"""
sh answer & pid=$!
n=0
while [ ! -s begun ] && [ $n -lt 60 ]; do sleep 0.05; n=$((n + 1)); done
[ -s begun ] || exit 99
ls -d load.lock work.tmp > during 2>/dev/null
kill -TERM $pid
wait $pid
code=$?
kill -0 "$(cat begun)" 2>/dev/null && echo alive > alive
[ -d load.lock ] && echo lock > lock-left
exit $code
"""
AFTER = "\ncode=$?\n[ -d load.lock ] && echo lock > lock-left\nexit $code\n"


def tidy(ran, given, lock=False):
    if lock and "lock-left" not in ran.files:
        raise Refused("lock", "The lock of the other run is gone.")
    if not lock and "lock-left" in ran.files:
        raise Refused("lock", "The lock stays behind: nobody will ever load again.")
    if left := {*ran.files} - {"answer", "work", "result", "lock-left", *given}:
        raise Refused("litter", "It leaves files behind.", left=", ".join(sorted(left)))


def facts(ran):
    return {"stderr": ran.err[:200]} if ran.err else {}


def the_example(script):
    ran = run_script("sh answer" + AFTER, {"answer": script, "work": QUICK, "result": "old\n"})
    if ran.code:
        raise Refused("code", f"work succeeds, and the exit code is {ran.code}.", **facts(ran))
    if (got := ran.files.get("result", b"(no file)").decode()) != "loaded 12 rows\n":
        raise Refused("result", "result is not what work printed.", got=got[:100], **facts(ran))
    tidy(ran, ())
    ran = run_script(
        "mkdir load.lock\nsh answer" + AFTER, {"answer": script, "work": "echo > begun", "result": "old\n"}
    )
    if "begun" in ran.files:
        raise Refused("twice", "There is a lock, and work was started.")
    if ran.code != 75:
        raise Refused("code", f"There is a lock, and the exit code is {ran.code}, not 75.", **facts(ran))
    tidy(ran, (), lock=True)
    return "A run that succeeds; a run beside another's lock."


def a_failure(script):
    for code in (1, 3, 75):
        ran = failed(script, code)
        if ran.code != code:
            raise Refused("code", f"work exits with {code}, the script with {ran.code}.", **facts(ran))
        if ran.files.get("result") != b"old\n":
            raise Refused("result", "work failed, and result is not the old one any more.")
        if ran.files.get("during", b"").split() != [b"load.lock", b"work.tmp"]:
            raise Refused("lock", "While work runs, load.lock and work.tmp are not both there.")
    return "Its exit code is yours, and the old result stays."


def failed(script, code):
    work = f"echo half of it\nls -d load.lock work.tmp > during\nexit {code}\n"
    return run_script("sh answer" + AFTER, {"answer": script, "work": work, "result": "old\n"})


@lru_cache(maxsize=1)
def stopped(script):
    return run_script(STOPPED, {"answer": script, "work": SLOW, "result": "old\n"})


def a_signal(script):
    ran = stopped(script)
    if ran.code == 99:
        raise Refused("code", "work was not started.", **facts(ran))
    if ran.files.get("ended") == b"finished\n":
        raise Refused("signal", "After SIGTERM the script went on until work had come to its natural end.")
    if ran.code != 143:
        raise Refused("code", f"After SIGTERM the exit code is {ran.code}, not 143.", **facts(ran))
    return "Answered at once, with 143."


def work_is_stopped(script):
    ran = stopped(script)
    if "alive" in ran.files:
        raise Refused("alive", "The script has gone, and work is still running.")
    if ran.files.get("ended") != b"stopped\n":
        raise Refused("killed", "work was not stopped by SIGTERM, so it could not clean up.")
    if not ran.files.get("guarded"):
        raise Refused("lock", "The lock was given back while work was still cleaning up.")
    return "By the same signal, and under the lock to its end."


def nothing_stays(script):
    tidy(failed(script, 1), {"during"})
    ran = stopped(script)
    tidy(ran, {"begun", "during", "ended", "guarded"})
    if ran.files.get("result") != b"old\n":
        raise Refused("result", "work was stopped half way, and result is not the old one any more.")
    again = run_script("sh answer; sh answer; sh answer" + AFTER, {"answer": script, "work": QUICK})
    if again.code:
        raise Refused(
            "code", f"Of three runs, one after the other, the last exits with {again.code}.", **facts(again)
        )
    return "Neither lock nor work.tmp, after a failure and after SIGTERM; the next run finds no lock."


PARTS = {
    "The example": the_example,
    "A failure": a_failure,
    "A signal": a_signal,
    "Work is stopped too": work_is_stopped,
    "Nothing stays": nothing_stays,
}

FUNCTION = variant(r"""
if ! mkdir load.lock 2>/dev/null; then exit 75; fi
leave() {
  trap - TERM INT
  [ -z "$worker" ] || { kill "$worker" && wait "$worker"; } 2>/dev/null
  rm -f work.tmp
  rm -rf load.lock
  exit "$1"
}
worker=
trap 'leave 143' TERM
trap 'leave 130' INT
sh work > work.tmp & worker=$!
wait $worker
status=$?
worker=
if [ $status -eq 0 ]; then mv work.tmp result; fi
leave $status
""")

FOREGROUND = wrong(
    "runs work in the foreground: the trap waits for its end",
    r"""
mkdir load.lock 2>/dev/null || exit 75
trap 'rm -f work.tmp; rmdir load.lock' EXIT
trap 'exit 143' TERM
sh work > work.tmp && mv work.tmp result
""",
    fails="signal",
    passes_examples=True,
)
TRAP_FIRST = wrong(
    "sets the trap before the lock is its own, and removes the other's",
    r"""
trap 'rm -f work.tmp; rmdir load.lock' EXIT
trap 'kill "$child"; wait "$child"; exit 143' TERM
mkdir load.lock 2>/dev/null || exit 75
sh work > work.tmp & child=$!
wait "$child" && mv work.tmp result
""",
    fails="lock",
)
ORPHAN = wrong(
    "goes and leaves work running",
    SOLVE.replace("""'kill -TERM "$child" 2>/dev/null; wait "$child"; exit 143'""", "'exit 143'"),
    fails="alive",
    passes_examples=True,
)
TEST_THEN_MAKE = wrong(
    "swallows the exit code of work",
    r"""
[ -d load.lock ] && exit 75
mkdir load.lock
trap 'kill $child 2>/dev/null; wait $child; rm -rf work.tmp load.lock; exit 143' TERM
sh work > work.tmp & child=$!
if wait $child; then mv work.tmp result; fi
rm -rf work.tmp load.lock
""",
    fails="code",
    passes_examples=True,
)
NO_WAIT = wrong(
    "gives the lock back and goes while work is still cleaning up",
    SOLVE.replace('wait "$child"; exit 143', "exit 143"),
    fails="alive",
    passes_examples=True,
)
TOO_EARLY = wrong(
    "waits for work, and has given the lock back before",
    r"""
mkdir load.lock 2>/dev/null || exit 75
trap 'kill $child; rm -f work.tmp; rmdir load.lock; wait $child; exit 143' TERM
sh work > work.tmp & child=$!
wait $child
code=$?
[ $code -eq 0 ] && mv work.tmp result
rm -f work.tmp
rmdir load.lock
exit $code
""",
    fails="lock",
    passes_examples=True,
)
LITTER = wrong(
    "forgets its file when it is stopped",
    SOLVE.replace("'rm -f work.tmp; rmdir load.lock' EXIT", "'rmdir load.lock' EXIT"),
    fails="litter",
    passes_examples=True,
)
KILLED = wrong(
    "kills work with the signal that cannot be caught",
    SOLVE.replace("kill -TERM", "kill -KILL"),
    fails="killed",
    passes_examples=True,
)

NOTES = """
**Why it holds**: making the folder *is* the test, so two runs cannot both pass it.
`wait` is the one command that a trapped signal interrupts; the trap then stops the child, and `exit` leads through the EXIT trap.

**Pitfall**: `[ -d lock ] && exit; mkdir lock` is a race: both runs may look before either makes it.
And a lock outlives `kill -9` and a power cut: write the process id into it, or clear it at boot.

**Alternative**: `flock -n 9 … 9> lockfile` on Linux; the kernel releases it when the process ends, however it ends.
A systemd timer starts no second run anyway.

**At work**: Kubernetes, systemd and Docker stop with SIGTERM first and SIGKILL after a grace period (30, 90 and 10 seconds by default).
A shell in the foreground of `work` sits out the grace period and loses both.
"""
