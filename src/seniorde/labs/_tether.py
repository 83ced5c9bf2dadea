"""Run a command for as long as the standard input stays open, then end it, its children and its folder.

`python _tether.py FOLDER COMMAND…`: the owner keeps the other end of the pipe. However the owner dies,
the kernel closes that end. Standard library only: it starts in some 20 ms.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading

GRACE_SECONDS = 3


def main(folder: str, *command: str) -> int:
    """Return the exit code of the command."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, cwd=folder, start_new_session=True)

    def end() -> None:
        sys.stdin.buffer.read()
        child.terminate()
        try:
            child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()

    threading.Thread(target=end, daemon=True).start()
    code = child.wait()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)  # what it started and left behind
    shutil.rmtree(folder, ignore_errors=True)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
