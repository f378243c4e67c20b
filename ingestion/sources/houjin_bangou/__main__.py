"""Loads the source houjin_bangou alone."""

import sys

from ingestion.standalone import main

sys.exit(main("houjin_bangou"))
