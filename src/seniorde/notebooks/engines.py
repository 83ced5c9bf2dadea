"""Servers that notebooks share, kept up while kernels come and go."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress

from seniorde import labs

from .execute import Job


@contextmanager
def kept_up(jobs: Iterable[Job], environment: Mapping[str, str]) -> Iterator[Callable[[], float]]:
    """Keep PostgreSQL up for a block, if a notebook uses it; what is given tells its CPU seconds so far.

    Where it does not start, nothing happens here: the notebook fails with the reason.
    """
    server, begin = None, 0.0
    embedded = "SENIORDE_DATABASE_URL" not in environment
    with ExitStack() as stack:
        if embedded and any("labs.postgres" in job.notebook for job in jobs):
            with suppress(labs.LabError):
                server = stack.enter_context(labs.embedded_postgres())
                begin = server.cpu_seconds()

        def spent() -> float:
            return max(0.0, server.cpu_seconds() - begin) if server else 0.0

        yield spent
