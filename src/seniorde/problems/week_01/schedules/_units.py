"""Reads unit files as systemd does: sections, keys that repeat, lines that go on, and the values of keys."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory

# The directives that a job of this kind is likely to use, by section. Another one is not judged.
KNOWN = {
    "Unit": "Description Documentation Wants Requires Requisite BindsTo PartOf After Before Conflicts OnFailure "
    "OnSuccess StartLimitIntervalSec StartLimitBurst RequiresMountsFor DefaultDependencies "
    "ConditionPathExists AssertPathExists ConditionACPower JobTimeoutSec",
    "Service": "Type User Group WorkingDirectory RootDirectory Environment EnvironmentFile ExecStart ExecStartPre "
    "ExecStartPost ExecCondition ExecStop ExecStopPost Restart RestartSec TimeoutStartSec TimeoutStopSec "
    "TimeoutSec RuntimeMaxSec RemainAfterExit SuccessExitStatus MemoryMax MemoryHigh MemorySwapMax CPUQuota "
    "CPUWeight IOWeight TasksMax Nice NoNewPrivileges ProtectSystem ProtectHome ReadWritePaths ReadOnlyPaths "
    "InaccessiblePaths PrivateTmp PrivateDevices PrivateNetwork PrivateUsers ProtectKernelTunables "
    "ProtectKernelModules ProtectKernelLogs ProtectControlGroups ProtectClock ProtectHostname "
    "RestrictAddressFamilies RestrictNamespaces RestrictRealtime RestrictSUIDSGID LockPersonality "
    "MemoryDenyWriteExecute SystemCallFilter SystemCallArchitectures CapabilityBoundingSet UMask "
    "StateDirectory CacheDirectory LogsDirectory RuntimeDirectory StandardOutput StandardError StandardInput "
    "SyslogIdentifier LimitNOFILE DynamicUser KillMode KillSignal OOMPolicy OOMScoreAdjust LoadCredential",
    "Timer": "OnCalendar OnActiveSec OnBootSec OnStartupSec OnUnitActiveSec OnUnitInactiveSec AccuracySec "
    "RandomizedDelaySec FixedRandomDelay Persistent WakeSystem Unit RemainAfterElapse OnClockChange "
    "OnTimezoneChange",
    "Install": "WantedBy RequiredBy Alias Also",
}
SECTIONS = {name: set(keys.split()) for name, keys in KNOWN.items()}

Unit = Mapping[str, Mapping[str, list[str]]]  # section → key → values, in order; an empty value resets

_UNITS_OF_TIME = {
    1: "s sec second seconds",
    60: "m min minute minutes",
    3600: "h hr hour hours",
    86400: "d day days",
    604800: "w week weeks",
    0.001: "ms msec",
}
SECONDS = {name: size for size, names in _UNITS_OF_TIME.items() for name in names.split()} | {"": 1}
BYTES = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def files(text: str) -> dict[str, str]:
    """The unit files of a text in the form of `systemctl cat`: each after a comment line with its path."""
    found: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        if path := re.fullmatch(r"#\s*(?:\S*/)?([\w@.-]+\.(?:service|timer))\s*", line):
            name = path[1]
            found[name] = ""
        elif name:
            found[name] += line + "\n"
    return found


def parse(text: str) -> Unit:
    """The sections of a unit file. Raise ValueError for a line that is none."""
    unit: dict[str, dict[str, list[str]]] = {}
    section = ""
    joined = re.sub(r"\\\n(?:[ \t]*[#;].*\n)*", " ", text)
    for line in map(str.strip, joined.splitlines()):
        if not line or line[0] in "#;":
            continue
        if heading := re.fullmatch(r"\[(.+)\]", line):
            section = heading[1]
            unit.setdefault(section, {})
        elif "=" in line and section:
            key, _, value = (part.strip() for part in line.partition("="))
            values = unit[section].setdefault(key, [])
            if value:
                values.append(value)
            else:
                values.clear()
        else:
            raise ValueError(line)
    return unit


def last(unit: Unit, section: str, key: str) -> str:
    """The value that counts where a key stands more than once, or ""."""
    return (unit.get(section, {}).get(key) or [""])[-1]


def words(unit: Unit, section: str, key: str) -> list[str]:
    """The values of a list, such as `After=` or `ReadWritePaths=`."""
    values = unit.get(section, {}).get(key, [])
    return [word for value in values for word in shlex.split(value)]


def boolean(text: str) -> bool | None:
    """What systemd takes for a boolean; None for anything else."""
    return {
        **dict.fromkeys(("1", "yes", "true", "on", "y", "t"), True),
        **dict.fromkeys(("0", "no", "false", "off", "n", "f"), False),
    }.get(text.lower())


def seconds(text: str) -> float | None:
    """A span such as `1h 30min` in seconds, `inf` for infinity and for 0 where that means none; None if unreadable."""
    if text == "infinity":
        return float("inf")
    total = 0.0
    for number, unit in (parts := re.findall(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*", text)):
        if unit not in SECONDS:
            return None
        total += float(number) * SECONDS[unit]
    return total if parts and re.fullmatch(r"(\d+(\.\d+)?\s*[A-Za-z]*\s*)+", text) else None


def size(text: str) -> float | None:
    """A size such as `1G` in bytes, `inf` for infinity; None if it is no number of bytes."""
    if text == "infinity":
        return float("inf")
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)B?", text)
    return float(match[1]) * BYTES[match[2]] if match else None


def ignored(unit: Unit) -> Iterator[str]:
    """What systemd would ignore in silence: an unknown section, a misspelt key, a key in another section."""
    for section, keys in unit.items():
        if section not in SECTIONS:
            if not section.startswith("X-"):
                yield f"the section [{section}]"
            continue
        for key in keys:
            if key in SECTIONS[section] or key.startswith("X-"):
                continue
            home = next((name for name, known in SECTIONS.items() if key in known), "")
            near = get_close_matches(key, SECTIONS[section], 1, 0.8)
            if home:
                yield f"{key}= in [{section}]: it belongs into [{home}]"
            elif near:
                yield f"{key}= in [{section}]: do you mean {near[0]}=?"


def complaints(units: Mapping[str, str]) -> list[str]:
    """What `systemd-analyze verify` finds unknown or unreadable; nothing where there is no such tool."""
    tool = shutil.which("systemd-analyze")
    if not tool:
        return []
    with TemporaryDirectory(prefix="seniorde-units-") as folder:
        paths = [Path(folder, name) for name in units]
        for path, text in zip(paths, units.values(), strict=True):
            path.write_text(text)
        try:
            ran = subprocess.run(
                [tool, "verify", *map(str, paths)], capture_output=True, text=True, timeout=10, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return []
    # The program and the user that the unit names are not on this machine; spelling is what is asked.
    said = [re.sub(r"^\S*/", "", line) for line in ran.stderr.splitlines() if line.startswith(folder)]
    spelling = r"Unknown (key|section|lvalue)|Failed to parse|Invalid|Assignment outside|Missing '='"
    return sorted({line for line in said if re.search(spelling, line)})
