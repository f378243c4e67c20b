"""Loads the source typeform alone."""

import sys

from ingestion.standalone import main

sys.exit(main("typeform"))
