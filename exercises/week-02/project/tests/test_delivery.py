"""What surrounds the pipeline: costs in bytes, metrics, dbt's docs, CI."""

import json
import re

import yaml
from kit import TABLES, expect, fail, orderlake, well
from kit.command import PROJECT

MARTS = ("daily_sales", "daily_payments", "daily_flow")


def test_cost(generated):
    """`cost DATE` counts what one question reads: objects of bronze, column chunks of silver and gold."""
    after, day = generated.after("run"), "2025-10-10"
    got = well(orderlake(generated.case.lake, "cost", day)).printed()
    window = ("2025-10-10", "2025-10-11", "2025-10-12", "2025-10-13")
    files = [one for late in window for one in (generated.some / "shop/orders" / late).glob("*.jsonl")]
    expected = {"bronze": sum(one.stat().st_size for one in files)}
    for layer, needed in (
        ("silver", {"silver_orders": "order_id currency"}),
        ("silver", {"silver_order_items": "order_id quantity unit_price_cents"}),
        ("gold", {"gold_daily_sales": "currency gross_cents"}),
    ):
        for table, columns in needed.items():
            prefix = next(place for date, place in after.partitions[table] if str(date) == day)
            chunks = (
                file.metadata.row_group(group).column(number)
                for file in generated.case.lake.files(prefix)
                for group in range(file.metadata.num_row_groups)
                for number in range(file.metadata.num_columns)
            )
            read = sum(c.total_compressed_size for c in chunks if c.path_in_schema in columns.split())
            expected[layer] = expected.get(layer, 0) + read
    expect(
        {layer: got.get(layer) for layer in expected} == expected,
        f"`cost {day}`: expected the bytes {expected}, got {got}.",
        "a column chunk's total_compressed_size stands in the footer.",
    )
    expect(
        expected["bronze"] > expected["silver"] > expected["gold"],
        f"`cost {day}`: expected each layer to read less than the one before, got {expected}.",
    )


def test_metrics(generated, gates):
    """ORDERLAKE_METRICS is in the Prometheus text format and counts the dates of the build, failed ones too."""
    after = generated.after("run")
    gates.after("failing")
    done = orderlake(generated.case.lake, "build", "2025-10-10", **generated.case.variables)
    well(done, given="of a date that is published and not stale")
    path = generated.metrics
    dates = len({row[0] for row in after.tables["gold_daily_flow"]})
    for given, text, wanted in (
        ("of a build that passed", generated.measured, (dates, 0)),
        ("of a build in which three dates failed a gate", gates.measured, (2, 3)),
        ("of `build 2025-10-10`, not stale,", path.read_text() if path.exists() else "", (1, 0)),
    ):
        lines = re.findall(r'^orderlake_dates\{state="(\w+)",?\} +([0-9.e+]+)', text, flags=re.M)
        found = {state: float(value) for state, value in lines}
        expect(
            (found.get("published"), found.get("failed")) == wanted,
            f'ORDERLAKE_METRICS {given}: expected orderlake_dates{{state="published"}} {wanted[0]} and '
            f'{{state="failed"}} {wanted[1]}, got {found}.',
        )


def test_docs(generated):
    """ORDERLAKE_DOCS holds dbt's pages: every mart and each of its columns is described."""
    generated.after("run")
    missing = [name for name in ("index.html", "manifest.json") if not (generated.docs / name).exists()]
    expect(not missing, f"ORDERLAKE_DOCS: expected index.html and manifest.json, got none of {missing}.")
    manifest = json.loads((generated.docs / "manifest.json").read_text())
    models = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    for mart in MARTS:
        if mart not in models:
            fail(f"dbt: expected a model {mart}, got {sorted(models)}.")
        columns = models[mart]["columns"]
        wanted = {name.strip() for name in TABLES[f"gold_{mart}"].split(",")}
        bare = sorted(
            name for name in wanted if not columns.get(name, {}).get("description", "").strip()
        )
        expect(
            models[mart]["description"].strip() and not bare,
            f"dbt's model {mart}: expected a description of it and of each column, got none for {bare}.",
        )


def test_workflow():
    """CI runs at every pull request, tests, and keeps dbt's docs; its actions are pinned, its rights few."""
    paths = sorted((PROJECT / ".github" / "workflows").glob("*.y*ml"))
    text = "\n".join(path.read_text() for path in paths)
    flows = [found for path in paths if isinstance(found := yaml.safe_load(path.read_text()), dict)]
    triggers = [flow.get("on", flow.get(True)) or {} for flow in flows]  # YAML 1.1 reads `on` as true
    jobs = [job for flow in flows for job in flow.get("jobs", {}).values()]
    steps = [step for job in jobs for step in job.get("steps", ())]
    uses = [step["uses"] for step in steps if "uses" in step]
    expect(any("pull_request" in one for one in triggers), "CI: expected it at pull_request, got none.")
    expect("make test" in text or "pytest" in text, "CI: expected a step that runs the tests, got none.")
    kept = [step for step in steps if "actions/upload-artifact@" in step.get("uses", "")]
    expect(
        any("docs" in json.dumps(step) for step in kept),
        "CI: expected dbt's docs kept by actions/upload-artifact, got no such step.",
        "say docs in the step's name or in the artifact's.",
    )
    loose = [one for one in uses if not re.search(r"@[0-9a-f]{40}$", one) and not one.startswith("./")]
    expect(not loose, f"CI: expected every action pinned to a commit, got {loose}.")
    expect(
        all(
            "permissions" in flow or all("permissions" in job for job in flow.get("jobs", {}).values())
            for flow in flows
        )
        and not re.search(r"write-all|: write\b", text),
        "CI: expected `permissions` in each workflow and no right to write, got wider ones.",
    )
