"""Commands: bronze, exit codes, last words."""

import socket

import planted
from kit import ends_in_words, expect, orderlake, placed, well, write


def test_ingest(lake, tmp_path):
    """`ingest` copies each delivered file to bronze, byte for byte; a second time it writes nothing."""
    folder = planted.first(tmp_path)
    well(orderlake(lake, "ingest", folder))
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    wanted = {
        f"bronze/{system}/{table}/delivered={day}/{name}": (folder / path).read_bytes()
        for path in files
        for system, table, day, name in [path.split("/")]
        if day != "latest" and not name.endswith(".txt")
    }
    keys = lake.keys("bronze/")
    expect(
        set(keys) == set(wanted),
        f"`ingest`: expected {len(wanted)} objects below bronze/, got {len(keys)}; the first that differs "
        f"is {min(set(keys) ^ set(wanted), default='none')}.",
    )
    for key, content in wanted.items():
        expect(lake.get(key) == content, f"{key}: expected the bytes of the delivered file, got others.")
    before = lake.versions("bronze/")
    well(orderlake(lake, "ingest", folder), given="a second time")
    expect(
        lake.versions("bronze/") == before,
        "`ingest` a second time: expected no object of bronze written again, got other versions.",
        "compare the content with the ETag before you write.",
    )


def test_delivered_again(lake, tmp_path):
    """A file that comes again with another content takes the place of the old one."""
    name = "shop/orders/2025-10-10/orders.jsonl"
    key = "bronze/shop/orders/delivered=2025-10-10/orders.jsonl"
    well(orderlake(lake, "ingest", write(tmp_path / "1", {name: [placed(1, "2025-10-10T10:00:00Z")]})))
    well(orderlake(lake, "ingest", write(tmp_path / "2", {name: [placed(2, "2025-10-10T10:00:00Z")]})))
    expect(
        lake.keys("bronze/") == [key] and b'"e-2"' in lake.get(key),
        f"A corrected file: expected its bytes in {key}, got {lake.keys('bronze/')} with the old ones.",
    )


def test_nothing_to_build(lake, tmp_path):
    """`build` without deliveries is done; `build` of a date that nothing was delivered for is not."""
    well(orderlake(lake, "build"), given="on an empty lake")
    ends_in_words(well(orderlake(lake, "build", "2025-10-10"), 1, "with nothing delivered for the date"))
    ends_in_words(well(orderlake(lake, "cost", "2025-10-10"), 1, "with a date that is not published"))


def test_wrong_use(lake, tmp_path):
    """A missing or senseless argument or variable, or no such folder: exit code 2, and a sentence."""
    cases = [
        ("without a command", (), {}),
        ("without a folder", ("run",), {}),
        ("with a folder that is not there", ("ingest", tmp_path / "none"), {}),
        ("with a date that is none", ("build", "2025-02-30"), {}),
        ("without ORDERLAKE_BUCKET", ("build",), {"ORDERLAKE_BUCKET": None}),
        ("with ORDERLAKE_MAX_REJECTS=1.5", ("build",), {"ORDERLAKE_MAX_REJECTS": "1.5"}),
        ("with ORDERLAKE_MAX_ORPHANS=few", ("build",), {"ORDERLAKE_MAX_ORPHANS": "few"}),
    ]
    for given, arguments, variables in cases:
        ends_in_words(well(orderlake(lake, *arguments, **variables), 2, given))


def test_no_service(lake, tmp_path):
    """An endpoint that nobody answers, or a bucket that is not there: exit code 3, and a sentence."""
    with socket.socket() as nobody:  # bound, but it does not listen
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        done = orderlake(lake, "ingest", tmp_path, AWS_ENDPOINT_URL=address, AWS_MAX_ATTEMPTS=2)
    ends_in_words(well(done, 3, "with an endpoint where nobody listens"))
    done = orderlake(lake, "ingest", tmp_path, ORDERLAKE_BUCKET="acceptance-no-such-lake")
    ends_in_words(well(done, 3, "with a bucket that is not there"))
