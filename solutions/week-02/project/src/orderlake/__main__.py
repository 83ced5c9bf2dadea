"""Lets `python -m orderlake` be the command line."""

import sys

from orderlake.cli import main

sys.exit(main())
