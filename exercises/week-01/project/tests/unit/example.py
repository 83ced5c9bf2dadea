"""An example of a test of your own: name the file test_something.py, and it runs.

The fixtures and helpers of the acceptance tests, conftest.py and kit.py, serve your tests too.
"""

import json

from kit import access, logmart, well, write


def test_status_counts_lines(database, tmp_path):
    folder = write(tmp_path, {"web-1/access.log": [access(), access()]})
    well(logmart(database, "load", folder))
    status = json.loads(well(logmart(database, "status")).out)
    assert status["staged"] == 2
