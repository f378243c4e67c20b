"""Pull: vendors and dropped files into the raw layer. Knows vendors, and nothing after raw."""

import os

# Before anything imports dlt: no telemetry, and no log lines that quote rows.
os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
os.environ.setdefault("RUNTIME__LOG_LEVEL", "CRITICAL")
