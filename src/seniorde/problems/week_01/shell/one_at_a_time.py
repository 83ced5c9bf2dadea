"""# One at a time, and tidy when stopped

`sh work` loads data for a long time and prints what it did.
A scheduler may start your script while an earlier run is not over, and may stop it with a signal.

- The lock is a folder `load.lock`, because `mkdir` either makes it or fails, in one step, on every system.
  If it is there already, exit with 75 at once: do not start `work`, leave the lock where it is.
- While `work` runs, what it prints goes to `work.tmp`; when it succeeds, that file becomes `result`.
  When it fails, `result` stays as it was and its exit code is yours.
- On SIGTERM, stop `work` too, with the same signal, and exit with 143 (128 + 15), without waiting for its natural end.
- However it ends: no lock of yours and no `work.tmp` stay behind.

For example, a run that succeeds leaves `result` alone; beside a lock of another run the exit code is 75.

The script runs in `sh`: dash on Debian, bash 3.2 on macOS.
Write it as text: replace `...` by `r\"\"\"…\"\"\"`.
"""

from seniorde.checks.lab import run_script
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w1-shell-one-at-a-time",
    pattern="locks and signals",
    difficulty="hard",
    minutes=18,
    points=4,
    hints=(
        "Set the traps only after the lock is yours: else the second run removes the lock of the first.",
        "A shell runs its trap when the command in the foreground has ended. Start `work` with `&` and `wait` for it.",
        "`$!` is the process you started; `kill` it in the trap for TERM, `wait` for it, then `exit 143`.",
        "dash does not run the EXIT trap when a signal ends it: the trap for TERM has to call `exit`.",
    ),
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
SLOW = """
trap 'echo stopped > ended; exit 143' TERM
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
sleep 0.1
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
        work = f"echo half of it\nls -d load.lock work.tmp > during\nexit {code}\n"
        ran = run_script("sh answer" + AFTER, {"answer": script, "work": work, "result": "old\n"})
        if ran.code != code:
            raise Refused("code", f"work exits with {code}, the script with {ran.code}.", **facts(ran))
        if ran.files.get("result") != b"old\n":
            raise Refused("result", "work failed, and result is not the old one any more.")
        if ran.files.get("during", b"").split() != [b"load.lock", b"work.tmp"]:
            raise Refused("lock", "While work runs, load.lock and work.tmp are not both there.")
        tidy(ran, {"during"})
    again = run_script("sh answer; sh answer; sh answer" + AFTER, {"answer": script, "work": QUICK})
    if again.code:
        raise Refused(
            "code", f"Of three runs, one after the other, the last exits with {again.code}.", **facts(again)
        )
    return "Its exit code is yours, the old result stays; the next run finds no lock."


def a_signal(script):
    ran = run_script(STOPPED, {"answer": script, "work": SLOW, "result": "old\n"})
    if ran.code == 99:
        raise Refused("code", "work was not started.", **facts(ran))
    if ran.files.get("ended") == b"finished\n":
        raise Refused("signal", "SIGTERM was answered only when work had come to its natural end.")
    if "alive" in ran.files:
        raise Refused("signal", "The script has gone, and work is still running.")
    if ran.files.get("ended") != b"stopped\n":
        raise Refused("signal", "work was not stopped by SIGTERM, so it could not clean up.")
    if ran.code != 143:
        raise Refused("code", f"After SIGTERM the exit code is {ran.code}, not 143.", **facts(ran))
    if ran.files.get("result") != b"old\n":
        raise Refused("result", "work was stopped half way, and result is not the old one any more.")
    tidy(ran, {"begun", "ended", "during"})
    return "work stopped, 143, lock and temporary file gone."


PARTS = {"The example": the_example, "A failure": a_failure, "A signal": a_signal}

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
    fails="signal",
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
KILLED = wrong(
    "kills work with the signal that cannot be caught",
    SOLVE.replace("kill -TERM", "kill -KILL"),
    fails="signal",
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
