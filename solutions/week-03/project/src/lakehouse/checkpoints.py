"""How far each layer has come, by the batch of bronze: written whole, and after the tables."""

import json
from pathlib import Path


class Checkpoints:
    """A small file beside the tables; without it a layer begins from the first batch."""

    def __init__(self, root: Path) -> None:
        self._path = root / "ops" / "checkpoints.json"

    def get(self, layer: str) -> int:
        """Return the last batch that a layer is made from, 0 if there is none."""
        return int(self._all().get(layer, 0))

    def put(self, **batches: int) -> None:
        """Remember the batch of some layers; a kill leaves the old file or the new one."""
        known = self._all()
        if known | batches == known:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        scratch = self._path.with_suffix(".new")
        scratch.write_text(json.dumps(known | batches), encoding="utf-8")
        scratch.replace(self._path)

    def _all(self) -> dict[str, int]:
        found: dict[str, int] = json.loads(self._path.read_text()) if self._path.exists() else {}
        return found
