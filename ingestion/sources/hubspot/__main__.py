"""Loads the source hubspot alone."""

import sys

from ingestion.standalone import main

sys.exit(main("hubspot"))
