"""Commands on a lakehouse: interrupted anywhere, run twice, replayed, at once."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable

from conftest import customer, deliver, order
from lakehouse.checkpoints import Checkpoints
from lakehouse.lock import alone
from lakehouse.tables import Tables

Command = Callable[..., tuple[int, str]]


class KilledError(BaseException):
    """What stands for kill -9 in this process: nothing catches it."""


def state(root: Path) -> dict[str, list[Any]]:
    """Return the rows of every table, in order."""
    found = {}
    for log in sorted(root.glob("*/*/_delta_log")):
        rows = DeltaTable(log.parent).to_pyarrow_table().to_pylist()
        found[f"{log.parent.parent.name}/{log.parent.name}"] = sorted(
            str(sorted(row.items())) for row in rows
        )
    return found


def versions(root: Path) -> dict[str, int]:
    return {str(log.parent): DeltaTable(log.parent).version() for log in root.glob("*/*/_delta_log")}


@pytest.fixture
def deliveries(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders: the second holds late changes, duplicates, a delete and a new column."""
    first = deliver(
        tmp_path / "1",
        customers=[customer("r", 1, 1), customer("r", 2, 2, email="two@mail.example", city="Zwickau")],
        orders=[order("c", 3, 1), order("c", 4, 2), order("u", 5, 2, status="returned")],
    )
    second = deliver(
        tmp_path / "2",
        day=3,
        customers=[customer("u", 9, 1, 2, segment="vip", loyalty="gold"), customer("d", 8, 2, 3), "{"],
        orders=[order("d", 7, 1, 3), order("u", 6, 1, 2), order("u", 5, 2, status="returned")],
    )
    return first, second


POINTS = (
    (Tables, "append", ("bronze/changes",)),  # after bronze, before anything is known of it
    (Tables, "upsert", ("silver/customers",)),  # in the middle of silver
    (Checkpoints, "put", ()),  # all of silver is merged, and not noted
    (Tables, "replace", ("gold/daily_orders",)),  # one mart is new, the others are old
)


def test_a_run_that_dies_is_finished_by_the_next(
    lakehouse: Command, deliveries: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = deliveries
    lenient = {"LAKEHOUSE_MAX_QUARANTINED": 1}
    assert lakehouse("run", first)[0] == 0
    shutil.copytree(tmp_path / "lake", tmp_path / "begin")
    assert lakehouse("run", second, **lenient)[0] == 0
    undisturbed = state(tmp_path / "lake")
    shutil.rmtree(tmp_path / "lake")
    shutil.copytree(tmp_path / "begin", tmp_path / "lake")

    for owner, method, name in POINTS:
        real = getattr(owner, method)

        def dying(self: Any, *given: Any, real: Any = real, name: Any = name, **more: Any) -> Any:
            if name and given[:1] != name:
                return real(self, *given, **more)
            if name:
                real(self, *given, **more)
            raise KilledError

        with monkeypatch.context() as patch, pytest.raises(KilledError):
            patch.setattr(owner, method, dying)
            lakehouse("run", second, **lenient)
    assert state(tmp_path / "lake") != undisturbed
    assert lakehouse("run", second, **lenient)[0] == 0
    assert state(tmp_path / "lake") == undisturbed

    settled = versions(tmp_path / "lake")
    assert lakehouse("run", second)[0] == 0
    assert versions(tmp_path / "lake") == settled

    shutil.rmtree(tmp_path / "lake" / "silver")
    assert lakehouse("forget")[0] == 0  # it makes silver anew, and asks no gate
    after = state(tmp_path / "lake")
    changed = {name for name in after if after[name] != undisturbed[name]}
    assert changed == {"bronze/changes", "quarantine/lines", "silver/customers_changes"}
    assert "two@mail.example" in str(undisturbed) and "two@mail.example" not in str(after)
    events = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    steps = {event["step"] for event in events if event["event"] == "done"}
    assert steps == {"ingest", "silver", "gold", "forget", "maintain"}


def test_a_gate_leaves_gold_as_it_was(lakehouse: Command, tmp_path: Path) -> None:
    sound = deliver(tmp_path / "1", customers=[customer("r", 1, 1)], orders=[order("c", 2, 1)])
    assert lakehouse("run", sound)[0] == 0
    before = versions(tmp_path / "lake")
    orphan = deliver(tmp_path / "2", day=2, orders=[order("c", 3, 2, customer_id=9), "cut"])
    code, words = lakehouse("run", orphan)
    assert code == 1 and "quarantined: 1 of 2" in words and "orphans: 1 of 2" in words
    changed = {name for name, version in versions(tmp_path / "lake").items() if before.get(name) != version}
    assert changed and not [name for name in changed if "/gold/" in name]


def test_two_at_once_take_turns(lakehouse: Command, tmp_path: Path) -> None:
    with alone(tmp_path / "lake", 0):
        code, words = lakehouse("silver", LAKEHOUSE_WAIT=0.2)
    assert code == 3 and "Another command works on" in words
    assert lakehouse("silver", LAKEHOUSE_WAIT=0.2)[0] == 0


def test_a_table_that_is_broken_is_said_in_words(lakehouse: Command, tmp_path: Path) -> None:
    log = tmp_path / "lake" / "bronze" / "changes" / "_delta_log"
    log.mkdir(parents=True)
    (log / "00000000000000000000.json").write_text("{broken")
    code, words = lakehouse("silver")
    assert code == 3 and "cannot be used" in words
