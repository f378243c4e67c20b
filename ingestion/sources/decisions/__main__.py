"""Loads the source decisions alone."""

import sys

from ingestion.standalone import main

sys.exit(main("decisions"))
