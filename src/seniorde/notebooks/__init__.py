"""The author's tools: assemble, run, normalise, compare, verify, measure."""

import sys

# nbformat pulls in a grammar of web addresses that takes two CPU seconds to build and serves no notebook.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
