"""# A service and a timer

Write two unit files for the machine that loads the lake: `load.service` and `load.timer`.

- The command is `/opt/etl/bin/load --catch-up`, as user `etl`, in the folder `/opt/etl`.
  The run is over when the command is, whoever starts the service waits until then, and the command's exit code is the result.
- It starts from Monday to Friday at 05:15 and at 17:15 UTC, whatever the zone of the machine, each time up to 5 minutes later by chance.
  Runs missed while the machine was off lead to a run after the start.
- A run that takes longer than 45 minutes is stopped and counts as failed.
  After any failure, `alert@load.service.service` is started.
- The service has at most 1 GiB of memory, cannot gain new privileges, has a `/tmp` of its own, and finds every file system read-only, except `/srv/lake`.
- The timer can be enabled; the service starts only through its timer.

Write both as one text in the form of `systemctl cat load.service load.timer`: each file after a comment line with its path.

```
# /etc/systemd/system/load.service
[Unit]
Description=Load the lake
…
# /etc/systemd/system/load.timer
…
```

Any spelling that means the same is right.
Replace `...` by `r\"\"\"…\"\"\"`.
The check reads the files itself; where `systemd-analyze` is installed, it is asked as well.
"""

import re
import shlex

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong
from seniorde.problems.week_01.schedules._meaning import Unclear, calendar, zone
from seniorde.problems.week_01.schedules._units import (
    boolean,
    complaints,
    files,
    ignored,
    last,
    parse,
    seconds,
    size,
    words,
)

PROBLEM = LabProblem(
    id="w1-schedules-load-units",
    pattern="systemd units",
    difficulty="medium",
    minutes=15,
    points=4,
    hints={
        "The command": (
            "The service says what runs and how far it may go: one `ExecStart=` with the path from the root; it is no shell.",
            "`systemd.service(5)` lists the values of `Type=`: with which of them is a start over when the command is?",
            "`Type=oneshot`, `User=`, `WorkingDirectory=` and `ExecStart=` stand in [Service]; each file comes after a comment line with its path.",
        ),
        "The times": (
            "Only the timer says when, in `OnCalendar=`; a line may name several days and several hours.",
            "`OnCalendar=Mon..Fri 05:15` is one half of the days' two times, and the zone stands at its end.",
            "`systemd-analyze calendar --iterations=5 '…'` shows what an expression means.",
        ),
        "Unattended": (
            "`systemd.timer(5)` has the missed runs and the delay by chance; only the timer has [Install].",
            "A oneshot has no time limit unless you set `TimeoutStartSec=`; `RuntimeMaxSec=` does not work for it.",
            "`%n` is the full name of the unit, so `OnFailure=alert@%n.service`; it stands in [Unit].",
        ),
        "The limits": (
            "`systemd.resource-control(5)` has the memory, `systemd.exec(5)` the rest; a G is 1024 M.",
            "`ProtectSystem=` has several values: `true` and `full` protect some folders, one protects all but what `ReadWritePaths=` names.",
        ),
    },
)

SOLVE = r"""
# /etc/systemd/system/load.service
[Unit]
Description=Load the lake
OnFailure=alert@%n.service

[Service]
Type=oneshot
User=etl
WorkingDirectory=/opt/etl
ExecStart=/opt/etl/bin/load --catch-up
TimeoutStartSec=45min
MemoryMax=1G
NoNewPrivileges=true
PrivateTmp=true
ProtectSystem=strict
ReadWritePaths=/srv/lake

# /etc/systemd/system/load.timer
[Unit]
Description=Load the lake on working days at 05:15 and 17:15 UTC

[Timer]
OnCalendar=Mon..Fri *-*-* 05,17:15:00 UTC
RandomizedDelaySec=5min
Persistent=true

[Install]
WantedBy=timers.target
"""


def units(answer):
    found = files(answer)
    if missing := {"load.service", "load.timer"} - found.keys():
        raise Refused("form", f"There is no comment line with the path of {' and '.join(sorted(missing))}, "
                      "such as `# /etc/systemd/system/load.timer`.")  # fmt: skip
    parsed = {}
    for name, text in found.items():
        try:
            parsed[name] = parse(text)
        except ValueError as error:
            raise Refused(
                "form", f"{name}: `{error}` is no section, no `Key=value` and no comment."
            ) from None
        if wrong_key := next(ignored(parsed[name]), ""):
            raise Refused("ignored", f"{name}: systemd ignores {wrong_key}")
    if said := complaints(found):
        raise Refused("ignored", "systemd-analyze verify complains.", says=said[0])
    return parsed["load.service"], parsed["load.timer"]


def command(answer):
    service, _ = units(answer)
    starts = service.get("Service", {}).get("ExecStart", [])
    if len(starts) != 1:
        raise Refused("service", f"load.service has {len(starts)} lines ExecStart=, not one.")
    got = shlex.split(re.sub(r"^[@:]+", "", starts[0]))
    if not got or not got[0].startswith("/"):
        raise Refused("service", f"ExecStart={starts[0]}: write the path of the program from the root.")
    if starts[0][0] in "-+!":
        raise Refused(
            "service", f"ExecStart={starts[0]}: `{starts[0][0]}` ignores a failure or lifts the limits."
        )
    if got != ["/opt/etl/bin/load", "--catch-up"]:
        raise Refused("service", "ExecStart= starts something else.", expected="/opt/etl/bin/load --catch-up",
                      got=starts[0])  # fmt: skip
    if (kind := last(service, "Service", "Type")) != "oneshot":
        raise Refused(
            "service",
            "Who starts the service does not wait for the command's end: only one Type= counts as started then.",
            got=f"Type={kind}" if kind else "no Type=, which means simple",
        )
    for key, expected in (("User", "etl"), ("WorkingDirectory", "/opt/etl")):
        if (value := last(service, "Service", key)).rstrip("/") != expected:
            raise Refused("service", f"{key}= is not {expected}.", got=value or "not set")
    if boolean(last(service, "Service", "RemainAfterExit")):
        raise Refused(
            "service", "With RemainAfterExit= the service stays active, and the timer starts it once."
        )
    if last(service, "Service", "Restart") not in ("", "no"):
        raise Refused(
            "service", "With Restart= a failure is tried again and does not reach OnFailure= at once."
        )
    return "The command, as etl, in its folder, its exit code the result."


def times(answer):
    _, timer = units(answer)
    expressions = timer.get("Timer", {}).get("OnCalendar", [])
    if not expressions:
        raise Refused("timer", "The timer has no OnCalendar=.")
    wanted = calendar("Mon..Fri *-*-* 05,17:15:00", 2026)
    got = set()
    for expression in expressions:
        text, where = zone(expression)
        if where.upper() not in ("UTC", "GMT", "ETC/UTC", "ETC/GMT"):
            raise Refused("zone", f"OnCalendar={expression} is read in {where or 'the zone of the machine'}.")
        try:
            got |= calendar(text, 2026)
        except Unclear as unclear:
            raise Refused("timer", f"OnCalendar={expression}: {unclear}.") from None
    for surplus, word in ((got - wanted, "starts"), (wanted - got, "does not start")):
        if surplus:
            raise Refused("timer", f"It {word} at {min(surplus):%A %d %B %Y, %H:%M} UTC.")
    other = {"OnActiveSec", "OnBootSec", "OnStartupSec", "OnUnitActiveSec", "OnUnitInactiveSec"}
    if extra := sorted(other & {key for key, values in timer["Timer"].items() if values}):
        raise Refused("timer", f"{extra[0]}= starts it at further times.")
    if last(timer, "Timer", "Unit") not in ("", "load.service"):
        raise Refused("timer", "Unit= starts another unit.")
    return f"{len(wanted)} starts in 2026, in UTC."


def unattended(answer):
    service, timer = units(answer)
    if not boolean(last(timer, "Timer", "Persistent")):
        raise Refused("missed", "A run that was missed while the machine was off is forgotten.")
    delay = last(timer, "Timer", "RandomizedDelaySec")
    if seconds(delay) != 300:
        raise Refused("delay", "The starts are not spread over 5 minutes.", got=delay or "not set")
    if words(timer, "Install", "WantedBy") != ["timers.target"]:
        raise Refused("install", "`systemctl enable load.timer` has nothing to do: WantedBy=timers.target.")
    if any(service.get("Install", {}).values()):
        raise Refused("install", "With [Install] the service can be enabled, and then runs at every boot.")
    limit = last(service, "Service", "TimeoutStartSec") or last(service, "Service", "TimeoutSec")
    if seconds(limit) != 45 * 60:
        raise Refused(
            "limit", "A run is not stopped after 45 minutes.", got=limit or "no time limit to start"
        )
    alarms = words(service, "Unit", "OnFailure")
    if not {"alert@%n.service", "alert@load.service.service", "alert@%N.service.service",
            "alert@%p.service.service"} & {*alarms}:  # fmt: skip
        raise Refused(
            "alarm", "A failure starts no alert@load.service.service.", got=" ".join(alarms) or "not set"
        )
    return "Missed runs, spread starts, a time limit and an alarm."


def limits(answer):
    service, _ = units(answer)
    memory = last(service, "Service", "MemoryMax")
    if size(memory) != 1 << 30:
        raise Refused("memory", "The memory is not limited to 1 GiB.", got=memory or "not set")
    for key in ("NoNewPrivileges", "PrivateTmp"):
        if last(service, "Service", key) == "disconnected" and key == "PrivateTmp":
            continue
        if not boolean(last(service, "Service", key)):
            raise Refused("hardening", f"{key}= is not set.")
    system = last(service, "Service", "ProtectSystem")
    if system != "strict":
        raise Refused("hardening", "ProtectSystem= leaves file systems writable: `true` and `full` protect /usr "
                      "and more, only one value protects all.", got=system or "not set")  # fmt: skip
    writable = {path.lstrip("-+").rstrip("/") for path in words(service, "Service", "ReadWritePaths")}
    if writable != {"/srv/lake"}:
        raise Refused(
            "hardening", "Not /srv/lake alone is writable.", got=" ".join(sorted(writable)) or "nothing"
        )
    return "Memory, privileges and file systems are limited."


PARTS = {
    "The command": command,
    "The times": times,
    "Unattended": unattended,
    "The limits": limits,
}

OTHERWISE_SPELT = variant(r"""
# load.timer
[Timer]
Persistent=yes
RandomizedDelaySec=300
OnCalendar=mon,tue,wed,thu,fri 5:15 UTC
OnCalendar=Monday..Friday *-*-* 17:15 Etc/UTC
Unit=load.service
[Install]
WantedBy=timers.target

# load.service
; comments may begin so
[Service]
Type=simple
Type=oneshot
User=etl
Group=etl
WorkingDirectory=/opt/etl/
ExecStart=/opt/etl/bin/load \
    --catch-up
TimeoutSec=2700
MemoryMax=1024M
MemorySwapMax=0
NoNewPrivileges=1
PrivateTmp=on
ProtectHome=yes
ProtectSystem=strict
ReadWritePaths=-/srv/lake
[Unit]
OnFailure=alert@load.service.service
""")

SHELL_LINE = wrong(
    "writes a shell line: ExecStart= knows no cd and no >>",
    SOLVE.replace("/opt/etl/bin/load --catch-up", "cd /opt/etl && bin/load --catch-up >> load.log"),
    fails="service",
)
SIMPLE = wrong(
    "leaves the type simple: started counts as done", SOLVE.replace("Type=oneshot\n", ""), fails="service"
)
EXEC = wrong(
    "counts as started with the program: nobody waits for the result",
    SOLVE.replace("Type=oneshot", "Type=exec").replace("TimeoutStartSec", "RuntimeMaxSec"),
    fails="service",
)
MACHINES_ZONE = wrong(
    "takes the zone of the machine", SOLVE.replace("00 UTC", "00"), fails="zone", passes_examples=True
)
EVERY_DAY = wrong(
    "starts at the weekend too", SOLVE.replace("Mon..Fri ", ""), fails="timer", passes_examples=True
)
MISSPELT = wrong(
    "misspells a key, which systemd ignores", SOLVE.replace("Persistent", "Persistant"), fails="ignored"
)
WRONG_SECTION = wrong(
    "puts OnFailure= into [Service]",
    SOLVE.replace("OnFailure=alert@%n.service\n", "").replace(
        "User=etl", "User=etl\nOnFailure=alert@%n.service"
    ),
    fails="ignored",
)
FORGETS = wrong(
    "forgets missed runs", SOLVE.replace("Persistent=true\n", ""), fails="missed", passes_examples=True
)
NO_LIMIT = wrong(
    "limits the run time, which a oneshot does not know",
    SOLVE.replace("TimeoutStartSec", "RuntimeMaxSec"),
    fails="limit",
    passes_examples=True,
)
AT_BOOT = wrong(
    "enables the service as well",
    SOLVE.replace(
        "ReadWritePaths=/srv/lake\n", "ReadWritePaths=/srv/lake\n[Install]\nWantedBy=multi-user.target\n"
    ),
    fails="install",
    passes_examples=True,
)
FULL = wrong(
    "protects the system, and not the data",
    SOLVE.replace("ProtectSystem=strict", "ProtectSystem=full"),
    fails="hardening",
    passes_examples=True,
)

NOTES = """
**Why it holds**: `oneshot` ties the unit's state to the exit code, `TimeoutStartSec=` makes a hung run a failed one, and `OnFailure=` turns a failed one into a message.
While a run is active, the timer starts no second one.

**Pitfall**: systemd ignores a key that it does not know, and says so only in the journal.
`Persistant=true`, or `OnFailure=` in `[Service]`, is a file that works until the day you need it.
`systemd-analyze verify` before the deployment finds both.

**Alternative**: `RuntimeMaxSec=` limits services of the other types; for a oneshot it has no effect.
`StateDirectory=` or `LogsDirectory=` make writable folders below `/var/lib` and `/var/log`, with the right owner.

**At work**: `Persistent=true` starts *one* run, however many were missed, so the command itself must find the dates that are due: hence `--catch-up`.
"""
