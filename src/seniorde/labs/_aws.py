"""AWS: servers of each process's own, so that two notebooks never see each other's buckets.

MiniStack runs the services; moto, which has fewer of them, enforces IAM.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES
from botocore.exceptions import ProfileNotFound

from seniorde.labs._common import LabError, package_folder, setting
from seniorde.labs._locks import at_exit
from seniorde.labs._servers import TetheredServer, free_port

REGION = "us-east-1"
START_SECONDS = 60
ATTEMPTS = 3  # another process can take the free port before the server does
NOBODY = "test", "test"
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


@dataclass(frozen=True)
class _Program:
    """What plays AWS: its package and module, where it says that it is ready, what it reads at its start."""

    package: str
    module: str
    health: str
    port: str
    environment: Mapping[str, str]


SERVICES = _Program(
    "ministack",
    "ministack",
    "/_ministack/health",
    "GATEWAY_PORT",
    {
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "ATHENA_ENGINE": "duckdb",
        "DOCKER_HOST": "unix:///nonexistent",  # else it removes containers that carry its label
        "LOG_LEVEL": "WARNING",
    },
)
GUARDED = _Program(
    "moto",
    "moto.server",
    "/moto-api/data.json",
    "MOTO_PORT",
    {"INITIAL_NO_AUTH_ACTION_COUNT": "3"},  # those that make the administrator
)

_lock = threading.Lock()
_owner = 0  # the process that started the servers
_running: dict[str, _Running] = {}


@dataclass(frozen=True)
class _Running:
    """A server that is ready, where it is, and the keys of the one who may do everything there."""

    server: TetheredServer
    url: str
    keys: tuple[str, str]


def session(*, iam: bool = False) -> boto3.Session:
    """Return a session on this process's own server, or on the profile that SENIORDE_AWS_PROFILE names.

    With `iam`, the server is the one that asks a policy before it acts.
    """
    if (profile := setting("AWS_PROFILE")) is not None:
        return _real(profile)
    local = _local(GUARDED if iam else SERVICES)
    core = _core(local.url)
    core.set_credentials(*local.keys)
    return boto3.Session(botocore_session=core)


def reset() -> None:
    """End this process's servers; the next session gets an empty one."""
    with _lock:
        _forget()


class _Core(botocore.session.Session):  # type: ignore[misc]
    """A botocore session with one endpoint for all services, which reads no AWS variable."""

    def __init__(self, endpoint: str | None, profile: str | None, defaults: dict[str, str]) -> None:
        without_environment = {
            name: (config, None, defaults.get(name, default), convert)
            for name, (config, _, default, convert) in BOTOCORE_DEFAUT_SESSION_VARIABLES.items()
        }
        super().__init__(session_vars=without_environment, profile=profile)
        self.set_config_variable("ignore_configured_endpoint_urls", True)
        self.endpoint = endpoint

    def create_client(self, *arguments: Any, **options: Any) -> Any:
        position = 5  # of endpoint_url
        if len(arguments) <= position and options.get("endpoint_url") is None:
            options["endpoint_url"] = self.endpoint
        return super().create_client(*arguments, **options)


def _core(url: str) -> _Core:
    core = _Core(url, None, {"config_file": os.devnull, "credentials_file": os.devnull, "region": REGION})
    core.set_default_client_config(Config(s3={"addressing_style": "path"}, proxies={}))
    return core


def _real(profile: str) -> boto3.Session:
    files = {
        "config_file": os.environ.get("AWS_CONFIG_FILE", "~/.aws/config"),
        "credentials_file": os.environ.get("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
    }
    core = _Core(None, profile, files)
    try:
        core.endpoint = core.get_scoped_config().get("endpoint_url")
    except ProfileNotFound:
        raise LabError(
            f"There is no AWS profile {profile!r}: correct SENIORDE_AWS_PROFILE, "
            "or unset it to use the local AWS."
        ) from None
    return boto3.Session(botocore_session=core)


def _local(program: _Program) -> _Running:
    global _owner
    with _lock:
        if _owner != os.getpid():
            _forget()
            _owner = os.getpid()
            at_exit(reset)
        found = _running.get(program.package)
        if found is None or not found.server.running():
            server, url = _start(program)
            found = _Running(server, url, _administrator(url) if program is GUARDED else NOBODY)
            _running[program.package] = found
        return found


def _forget() -> None:
    if _owner == os.getpid():  # a fork's servers are its parent's
        for one in _running.values():
            one.server.end()
    _running.clear()


def _start(program: _Program) -> tuple[TetheredServer, str]:
    package_folder(program.package)
    said = ""
    for _ in range(ATTEMPTS):
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        environment = {program.port: str(port), "PYTHONNOUSERSITE": "1", "TZ": "UTC"}
        server = TetheredServer(
            [sys.executable, "-m", program.module], {**environment, **program.environment}
        )
        deadline = time.monotonic() + START_SECONDS
        while server.running() and time.monotonic() < deadline:
            if _ready(url + program.health) and server.running():
                return server, url
            time.sleep(0.05)
        said = server.last_words()
        server.end()
    raise LabError(
        f"The local AWS did not start ({said}): restart the kernel, or reinstall it with `make lab`."
    )


def _ready(address: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _administrator(url: str) -> tuple[str, str]:
    """Return the keys of a user who may do everything, made with the calls that moto lets pass at first."""
    core = _core(url)
    core.set_credentials(*NOBODY)
    iam = boto3.Session(botocore_session=core).client("iam")
    policy = json.dumps({"Version": "2012-10-17", "Statement": [EVERYTHING]})
    iam.create_user(UserName="administrator")
    iam.put_user_policy(UserName="administrator", PolicyName="everything", PolicyDocument=policy)
    key = iam.create_access_key(UserName="administrator")["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]
