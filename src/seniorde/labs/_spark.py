"""Spark: one session a process, on a JVM of its own or on the cluster that a variable names; and Sail.

PySpark's launcher starts two JVMs, one after the other, and reads two dozen variables. Here starts the one
that is needed, with what stands below, so that nothing on the machine changes a plan, and nothing but a
result or an exception reaches the notebook.
"""

from __future__ import annotations

import logging
import os
import re
import socket
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from py4j.protocol import Py4JError, Py4JJavaError
from pyspark import SparkContext
from pyspark.errors import PySparkException
from pyspark.java_gateway import launch_gateway
from pyspark.sql import SparkSession

from seniorde.labs import _sail
from seniorde.labs._common import LabError, package_folder, setting
from seniorde.labs._java import START_SECONDS, Jvm
from seniorde.labs._locks import at_exit, own_folder
from seniorde.labs._servers import TetheredServer

LOOPBACK = "127.0.0.1"
EMBEDDED = "local[2]"
MEMORY = "-Xmx1g"
REACH_SECONDS = 5

DEFAULTS = {
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.python.filterPushdown.enabled": "true",
}
"""Of the session; whatever else is set in it, the next call takes back."""

STATIC = {
    "spark.app.name": "seniorde",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.bindAddress": LOOPBACK,
    "spark.driver.host": LOOPBACK,
    "spark.local.dir": "{folder}",
    "spark.sql.warehouse.dir": "{folder}/warehouse",
}
"""Of the JVM, read at its start."""

HIVE = {
    "spark.sql.catalogImplementation": "hive",
    "spark.hadoop.javax.jdo.option.ConnectionURL": "jdbc:derby:;databaseName={folder}/metastore;create=true",
    "spark.hadoop.hive.exec.scratchdir": "{folder}/scratch",
    "spark.hadoop.hive.exec.local.scratchdir": "{folder}/scratch",
    "spark.hadoop.hive.downloaded.resources.dir": "{folder}/scratch",
}

OPENED = (
    *("java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio", "java.util"),
    *("java.util.concurrent", "java.util.concurrent.atomic", "jdk.internal.ref", "sun.nio.ch", "sun.nio.cs"),
    *("sun.security.action", "sun.util.calendar"),
)
"""What Spark opens of Java itself (org.apache.spark.launcher.JavaModuleOptions). It would also add the
module jdk.incubator.vector, which a small Java does not have and only machine learning uses."""

LOGGING = """\
rootLogger.level = error
rootLogger.appenderRef.log.ref = log
appender.log.type = Console
appender.log.name = log
appender.log.target = SYSTEM_ERR
appender.log.layout.type = PatternLayout
appender.log.layout.pattern = %p %c{1}: %m%n
"""

recorded: Path | None = None
"""Where a JVM that starts lists the classes that it loads."""

_lock = threading.RLock()
_engine: _Engine | None = None
_remote: tuple[str, Any, dict[str, str]] | None = None
_beside: _Sail | None = None


def session(config: Mapping[str, object] | None, *, hive: bool) -> SparkSession:
    """Return this process's session, with its default settings and then those given."""
    wanted = {name: _text(value) for name, value in (config or {}).items()}
    with _lock:
        if (url := setting("SPARK_REMOTE")) is not None:
            return _joined(url, wanted)
        return _classic(wanted, hive)


def sail() -> SparkSession:
    """Return a session on this process's own Sail server, or on what SENIORDE_SPARK_REMOTE names."""
    global _beside
    with _lock:
        if (url := setting("SPARK_REMOTE")) is not None:
            return _joined(url, None)
        if _beside is None or not _beside.alive():
            _end_sail()
            _beside = _Sail()
            at_exit(_beside.end)
        return _beside.session


def reset() -> None:
    """Empty this process's session: views, tables, cache, streams, settings; end its Sail server.

    The JVM stays. What a variable of ours names is somebody's own, and stays as it is.
    """
    with _lock:
        _end_sail()
        if _engine is not None and _engine.alive() and not _engine.stopped:
            _engine.clear()


def _end_sail() -> None:
    global _beside
    if _beside is not None:
        _beside.end()
    _beside = None


class _Engine:
    """This process's JVM, its folder, the session in it and what the session's settings are by default."""

    session: SparkSession
    defaults: dict[str, str]

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.folder = own_folder("spark")
        self.jvm = _jvm(self.folder)
        self.gateway = _gateway(self.jvm, self.folder)

    def alive(self) -> bool:
        return self.owner == os.getpid() and self.jvm.running()

    @property
    def stopped(self) -> bool:
        return self.session.sparkContext._jsc is None

    def end(self) -> None:
        with suppress(Exception):
            self.session.stop()
        self.jvm.end()

    def start(self, static: Mapping[str, str], hive: bool) -> None:
        """Make the session."""
        master, address = _master()
        own = STATIC | DEFAULTS | (HIVE if hive else {}) | {"spark.master": master}
        own |= {"spark.driver.host": address, "spark.driver.bindAddress": address}
        settings: dict[str, Any] = {name: value.format(folder=self.folder) for name, value in own.items()}
        python = static.get("spark.pyspark.python", sys.executable)
        os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = python
        try:
            self.session = SparkSession.builder.config(map=settings | dict(static)).getOrCreate()
        except (Py4JError, PySparkException) as error:
            raise LabError(f"Spark did not start: {_reason(error)}.") from None
        _add_delta(self.session, native=master != EMBEDDED)
        self.defaults = dict(self.session.conf.getAll)

    def static(self, name: str) -> bool:
        """Whether a setting is read only once, at the start."""
        if not name.startswith("spark.sql."):
            return name.startswith("spark.")
        return bool(self.gateway.jvm.org.apache.spark.sql.internal.SQLConf.isStaticConfigKey(name))

    def clear(self) -> None:
        spark = self.session
        for query in spark.streams.active:
            query.stop()
        spark.catalog.clearCache()
        spark.catalog.setCurrentDatabase("default")
        for table in spark.catalog.listTables("default"):
            if table.isTemporary:
                spark.catalog.dropTempView(table.name)
            else:
                kind = "VIEW" if table.tableType == "VIEW" else "TABLE"
                spark.sql(f"DROP {kind} IF EXISTS default.`{table.name}`")
        for database in spark.catalog.listDatabases():
            if database.name != "default":
                spark.sql(f"DROP DATABASE IF EXISTS `{database.name}` CASCADE")
        _set(spark, self.defaults, {})


def _classic(wanted: dict[str, str], hive: bool) -> SparkSession:
    global _engine
    if _engine is None or not _engine.alive():
        _forget()
        _engine = _Engine()
        at_exit(_engine.end)
    engine = _engine
    static = {name: value for name, value in wanted.items() if engine.static(name)}
    if not hasattr(engine, "session") or engine.stopped:
        engine.start(static, hive)
    context = engine.session.sparkContext.getConf()
    for name, value in static.items():
        if context.get(name) != value:
            raise LabError(
                f"Spark runs already, and reads {name} only when it starts: restart the kernel, "
                "and give it to the first call of labs.spark."
            )
    if hive and context.get("spark.sql.catalogImplementation") != "hive":
        raise LabError(
            "Spark runs already, without Hive: restart the kernel, and let the first call be "
            "labs.spark(hive=True)."
        )
    _set(engine.session, engine.defaults, {n: v for n, v in wanted.items() if n not in static})
    return engine.session


def _set(spark: SparkSession, defaults: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    """Restore the default settings of a session, then make those that are wanted."""
    now, then = dict(spark.conf.getAll), {**defaults, **wanted}
    for name in now.keys() - then.keys():
        spark.conf.unset(name)
    for name, value in then.items():
        if now.get(name) != value:
            spark.conf.set(name, value)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def classpath() -> str:
    """Return where Spark's classes are."""
    return f"{package_folder('pyspark')}/jars/*"


def _jvm(folder: Path) -> Jvm:
    home = package_folder("pyspark")
    if not (home / "jars").is_dir():
        raise LabError(
            f"The PySpark in {home} has no engine with it: unset PYTHONPATH, or reinstall it with "
            "`make lab WEEK=3`, then restart the kernel."
        )
    for name in [n for n in os.environ if n.startswith(("SPARK_", "PYSPARK_")) or n == "MASTER"]:
        del os.environ[name]  # of this process: PySpark would follow them elsewhere, at any later time
    os.environ["SPARK_HOME"] = str(home)
    (folder / "log4j2.properties").write_text(LOGGING)
    options = [
        *(MEMORY, "-XX:+IgnoreUnrecognizedVMOptions"),
        *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED),
        "--add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED",
        *("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED"),
        "-Dio.netty.tryReflectionSetAccessible=true",
        f"-Dlog4j2.configurationFile={(folder / 'log4j2.properties').as_uri()}",
        f"-Djava.io.tmpdir={folder}",
        f"-Dderby.system.home={folder}",
        "-Duser.timezone=UTC",
    ]
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL") if name in os.environ}
    environment = {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": LOOPBACK,
        "SPARK_LOCAL_HOSTNAME": "localhost",
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": _python_path(),
        "_PYSPARK_DRIVER_CONN_INFO_PATH": str(folder / "gateway"),
    }
    main = "org.apache.spark.api.python.PythonGatewayServer"
    return Jvm(classpath(), options, main, kept | environment, folder, recorded=recorded)


def _gateway(jvm: Jvm, folder: Path) -> Any:
    """Connect PySpark to the JVM, in the way in which it joins one that is there already."""
    jvm.wait_for(folder / "gateway")
    with (folder / "gateway").open("rb") as file:
        port = int.from_bytes(file.read(4))
        secret = file.read(int.from_bytes(file.read(4))).decode()
    joined = {"PYSPARK_GATEWAY_PORT": str(port), "PYSPARK_GATEWAY_SECRET": secret}
    os.environ.update(joined)
    try:
        gateway: Any = launch_gateway()  # type: ignore[no-untyped-call]
    finally:
        for name in joined:
            del os.environ[name]
    SparkContext._ensure_initialized(gateway=gateway)
    hooks = gateway.jvm.org.apache.spark.util.ShutdownHookManager
    hooks.registerShutdownDeleteDir(gateway.jvm.java.io.File(str(folder)))
    for name in ("DataFrameQueryContextLogger", "SQLQueryContextLogger"):  # the exception says it too
        logging.getLogger(name).disabled = True
    Py4JJavaError.__str__ = _said
    return gateway


def _said(error: Py4JJavaError) -> str:
    """What Java says of an exception that PySpark has no class for, without the stacks of its threads."""
    text = str(error.java_exception.toString()).partition("\nDriver stacktrace:")[0]
    return re.sub(r"\n\s+(at .*|\.\.\. \d+ more)", "", text).strip()


def _forget() -> None:
    """Let PySpark forget a JVM that has died, or that a fork has inherited; refuse one of somebody else's."""
    if _engine is None and SparkContext._active_spark_context is not None:
        raise LabError(
            "A SparkSession that labs.spark() did not make is open here: stop it with its stop(), "
            "or restart the kernel."
        )
    SparkContext._gateway = SparkContext._jvm = SparkContext._active_spark_context = None
    SparkSession._instantiatedSession = None


def _master() -> tuple[str, str]:
    """The master's URL, and the address at which it reaches this process."""
    url = setting("SPARK_MASTER")
    if url is None or url.startswith("local"):
        return url or EMBEDDED, LOOPBACK
    hosts = url.removeprefix("spark://").split(",")
    for host in hosts:
        place = urlsplit(f"//{host}")
        with suppress(OSError, ValueError):
            with socket.create_connection((place.hostname or "", place.port or 7077), REACH_SECONDS) as found:
                if url.startswith("spark://"):
                    return url, found.getsockname()[0]
    raise LabError(
        f"No Spark master answers at {url}: SENIORDE_SPARK_MASTER takes spark://host:port or local[n]; "
        "unset it to use Spark in this process."
    )


def _reason(error: Exception) -> str:
    """The innermost cause in one line."""
    java = getattr(error, "java_exception", None)
    while java is not None and java.getCause() is not None:
        java = java.getCause()
    return str(error if java is None else java.toString()).strip().partition("\n")[0].rstrip(".")


def _add_delta(spark: SparkSession, *, native: bool) -> None:
    """Let the session read and write Delta under its name, where Spark cannot do so by itself."""
    if native:
        try:
            spark.read.format("delta").load("/nonexistent")
        except (Py4JError, PySparkException) as error:
            if "DATA_SOURCE_NOT_FOUND" not in str(error):
                return  # it looked for the table
    from seniorde import delta

    delta.register(spark)


def _joined(url: str, wanted: Mapping[str, str] | None) -> SparkSession:
    """The session of this process on a Spark Connect server."""
    global _remote
    if _engine is not None:
        raise LabError(
            "Spark runs in this kernel already: restart it, so that it joins SENIORDE_SPARK_REMOTE."
        )
    if _remote is None or _remote[0] != url or _remote[1].is_stopped:
        spark = _connect(
            url,
            f"No Spark Connect server answers at {_place(url)}: correct SENIORDE_SPARK_REMOTE, "
            "or unset it to use Spark in this process",
        )
        os.environ["SPARK_CONNECT_MODE_ENABLED"] = "1"  # so that functions.col and the like are Connect's
        for name, value in DEFAULTS.items():
            with suppress(PySparkException):
                spark.conf.set(name, value)
        _add_delta(spark, native=True)
        _remote = url, spark, dict(spark.conf.getAll)
    if wanted is not None:
        _set(_remote[1], _remote[2], wanted)
    return _remote[1]


def _place(url: str) -> str:
    """Host and port of a URL, without the token that may follow."""
    return urlsplit(url).netloc or url.partition(";")[0]


def _connect(url: str, complaint: str) -> Any:
    """A new Spark Connect session; raise LabError with the complaint if nobody answers."""
    import grpc
    from pyspark.sql.connect.client import DefaultChannelBuilder
    from pyspark.sql.connect.session import SparkSession as ConnectSession

    try:
        options = [("grpc.enable_http_proxy", 0)] if LOOPBACK in url or "localhost" in url else []
        builder = DefaultChannelBuilder(url, options)
        with builder.toChannel() as channel:
            grpc.channel_ready_future(channel).result(REACH_SECONDS)
        spark = ConnectSession.builder.channelBuilder(builder).create()
        spark.conf.get("spark.sql.session.timeZone")
    except (grpc.FutureTimeoutError, grpc.RpcError, PySparkException, ValueError) as error:
        reason = f" ({_reason(error)})" if str(error) else ""
        raise LabError(f"{complaint}{reason}.") from None
    return spark


class _Sail:
    """This process's Sail server, and the session on it."""

    def __init__(self) -> None:
        package_folder("pysail")
        self.owner = os.getpid()
        self.folder = own_folder("sail")
        where = self.folder / "port"
        command = [sys.executable, _sail.__file__, str(where), str(Path.cwd())]
        self.server = TetheredServer(command, {"RUST_LOG": "off", "TZ": "UTC", "PYTHONPATH": _python_path()})
        deadline = time.monotonic() + START_SECONDS
        while not where.exists():
            if not self.server.running() or time.monotonic() > deadline:
                said = self.server.last_words()
                self.server.end()
                raise LabError(f"Sail did not start ({said}): restart the kernel.")
            time.sleep(0.02)
        self.session = _connect(
            f"sc://{LOOPBACK}:{where.read_text()}", "Sail does not answer: restart the kernel"
        )
        self.session.conf.set("spark.sql.session.timeZone", "UTC")
        self.session.conf.set("spark.sql.warehouse.dir", str(self.folder / "warehouse"))

    def alive(self) -> bool:
        return self.owner == os.getpid() and self.server.running() and not self.session.is_stopped

    def end(self) -> None:
        if self.owner == os.getpid():
            # The server goes as well; to one that is gone already a farewell is tried again for minutes.
            self.session.release_session_on_close = False
            with suppress(Exception):
                self.session.stop()
            self.server.end()


def _python_path() -> str:
    """What a function that Spark runs elsewhere on this machine may import: the same as here."""
    return os.pathsep.join(filter(os.path.isdir, sys.path))
