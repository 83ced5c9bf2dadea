"""The IAM policies in infra/policies, filled in for one lake."""

import json
from pathlib import Path
from string import Template

FOLDER = Path(__file__).parents[2] / "infra" / "policies"


def policy(name: str, **values: str) -> str:
    """Return a policy's text with bucket, account, region and database in place of their names."""
    text = Template((FOLDER / f"{name}.json").read_text(encoding="utf-8")).substitute(values)
    json.loads(text)
    return text
