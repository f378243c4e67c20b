"""Loads the source salesforce alone."""

import sys

from ingestion.standalone import main

sys.exit(main("salesforce"))
