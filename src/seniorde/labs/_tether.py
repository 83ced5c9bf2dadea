"""Run a command for as long as the standard input stays open, then end it, its children and its folder.

`python _tether.py FOLDER COMMAND…`: the owner keeps the other end of the pipe. However the owner dies,
the kernel closes that end. Standard library only, so that it starts at once.
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
        while os.read(0, 1):
            pass
        child.terminate()
        killer.start()

    killer = threading.Timer(GRACE_SECONDS, child.kill)
    killer.daemon = True
    owner = threading.Thread(target=end, daemon=True)
    owner.start()
    code = child.wait()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)  # what it started and left behind
    if not owner.is_alive():  # a living owner may want to read the log, and removes the folder itself
        shutil.rmtree(folder, ignore_errors=True)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
