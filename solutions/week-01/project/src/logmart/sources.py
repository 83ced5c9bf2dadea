"""Log files: found, told apart by their content, cut into blocks of whole lines."""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

BLOCK = 2**15  # bytes in memory at a time: they stay in the processor's cache; 2**20 take twice the CPU time


class Unreadable(Exception):
    """A file whose content cannot be read to its end."""


@dataclass(frozen=True)
class Source:
    """A log file of a server."""

    file: Path
    path: str  # relative to the folder
    server: str
    log: str

    def blocks(self) -> Iterator[bytes]:
        """Yield the uncompressed content in pieces; raise Unreadable where it breaks off."""
        try:
            with self._open() as content:
                while block := content.read(BLOCK):
                    yield block
        except (OSError, EOFError, zlib.error) as error:
            raise Unreadable(f"{self.path}: {error}") from error

    def sha256(self) -> str:
        """Return the digest of the uncompressed content."""
        digest = hashlib.sha256()
        for block in self.blocks():
            digest.update(block)
        return digest.hexdigest()

    def lines(self) -> Iterator[bytes]:
        """Yield the content in blocks of whole lines, each ended by a line feed, the last one too."""
        rest: list[bytes] = []
        for block in self.blocks():
            whole, feed, after = block.rpartition(b"\n")
            if not feed:
                rest.append(block)
                continue
            yield b"".join((*rest, whole, feed))
            rest = [after] if after else []
        if rest:
            yield b"".join((*rest, b"\n"))

    def _open(self) -> BinaryIO:
        # Nothing at all is what a full disk leaves of a compressed file: no lines, and no error.
        return cast(BinaryIO, gzip.open(self.file)) if self.file.suffix == ".gz" else self.file.open("rb")


def sources(folder: Path) -> list[Source]:
    """Return the files `SERVER/access.log*`, then `SERVER/app.log*`, each in the order of their paths."""
    return [
        Source(file, file.relative_to(folder).as_posix(), file.parent.name, log)
        for log in ("access", "app")
        for file in sorted(folder.glob(f"*/{log}.log*"))
        if file.is_file()
    ]
