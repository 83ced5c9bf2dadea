"""AWS: MiniStack, a server for each process, so that two notebooks never see each other's buckets."""

from __future__ import annotations

import os
import sys
import threading
import time
import urllib.error
import urllib.request
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

_lock = threading.Lock()
_server: tuple[int, TetheredServer, str] | None = None  # of which process, what, where


def session() -> boto3.Session:
    """Return a session on this process's own server, or on the profile that SENIORDE_AWS_PROFILE names."""
    if (profile := setting("AWS_PROFILE")) is not None:
        return _real(profile)
    core = _Core(_url(), None, {"config_file": os.devnull, "credentials_file": os.devnull, "region": REGION})
    core.set_credentials("test", "test")
    core.set_default_client_config(Config(s3={"addressing_style": "path"}, proxies={}))
    return boto3.Session(botocore_session=core)


def reset() -> None:
    """End this process's server; the next session gets an empty one."""
    global _server
    with _lock:
        if _server is not None and _server[0] == os.getpid():
            _server[1].end()
        _server = None


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


def _url() -> str:
    global _server
    with _lock:
        if _server is None or _server[0] != os.getpid() or not _server[1].running():
            if _server is None:
                at_exit(reset)
            _server = (os.getpid(), *_start())
        return _server[2]


def _start() -> tuple[TetheredServer, str]:
    package_folder("ministack")
    said = ""
    for _ in range(ATTEMPTS):
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        server = TetheredServer([sys.executable, "-m", "ministack"], _environment(port))
        deadline = time.monotonic() + START_SECONDS
        while server.running() and time.monotonic() < deadline:
            if _ready(url) and server.running():
                return server, url
            time.sleep(0.05)
        said = server.last_words()
        server.end()
    raise LabError(
        f"The local AWS did not start ({said}): restart the kernel, or reinstall it with `make lab`."
    )


def _ready(url: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{url}/_ministack/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _environment(port: int) -> dict[str, str]:
    return {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "ATHENA_ENGINE": "duckdb",
        "DOCKER_HOST": "unix:///nonexistent",  # else it removes containers that carry its label
        "LOG_LEVEL": "WARNING",
        "PYTHONNOUSERSITE": "1",
        "TZ": "UTC",
    }
