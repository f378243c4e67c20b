"""Loads the source web_forms alone."""

import sys

from ingestion.standalone import main

sys.exit(main("web_forms"))
