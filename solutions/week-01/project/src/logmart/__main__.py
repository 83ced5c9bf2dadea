"""Lets `python -m logmart` be the command line."""

import sys

from logmart.cli import main

sys.exit(main())
