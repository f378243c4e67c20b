"""Loads the source sansan alone."""

import sys

from ingestion.standalone import main

sys.exit(main("sansan"))
