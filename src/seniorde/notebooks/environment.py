"""The environment that a notebook runs in: what a machine needs, nothing that a person has set."""

from collections.abc import Mapping

MACHINE = frozenset(
    {
        *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "LANG", "LC_ALL", "LC_CTYPE"),
        *("VIRTUAL_ENV", "LD_LIBRARY_PATH", "JAVA_HOME"),
        *("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "SENIORDE_CACHE", "SENIORDE_HOME"),
    }
)


def scrubbed(environment: Mapping[str, str], *, real: bool = False) -> dict[str, str]:
    """The variables a kernel gets: no credentials, no settings of other tools, no real service.

    `real` lets every SENIORDE_ variable pass, so that notebooks join the services these name.
    """
    kept = {
        name: value
        for name, value in environment.items()
        if name in MACHINE or (real and name.startswith("SENIORDE_"))
    }
    return kept | {
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
