"""Lets `python -m lakehouse` be the command line."""

import sys

from lakehouse.cli import main

sys.exit(main())
