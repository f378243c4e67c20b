"""Loads the source card_files alone."""

import sys

from ingestion.standalone import main

sys.exit(main("card_files"))
