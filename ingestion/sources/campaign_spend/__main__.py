"""Loads the source campaign_spend alone."""

import sys

from ingestion.standalone import main

sys.exit(main("campaign_spend"))
