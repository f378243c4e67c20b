"""Loads the source marketo alone."""

import sys

from ingestion.standalone import main

sys.exit(main("marketo"))
