"""The server that `labs.sail` starts: `python _sail.py WHERE FOLDER` serves until it is killed.

It writes its port into the file WHERE once it listens, and takes relative paths from FOLDER.
"""

import os
import sys
import threading
from pathlib import Path

import pyspark

KNOWN = "4.2.0"
"""The newest PySpark that Sail 0.7 has settings for; those of 4.3 are the same in what Sail reads."""


def main(where: str, folder: str) -> None:
    pyspark.__version__ = KNOWN  # of this process, which Sail asks
    from pysail.spark import SparkConnectServer

    os.chdir(folder)
    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    address = server.listening_address
    assert address is not None
    written = Path(f"{where}.new")
    written.write_text(str(address[1]))
    written.rename(where)
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
