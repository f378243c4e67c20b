"""Importing the entry point neither loads Great Expectations nor lets it phone home."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import os, sys
import expectations.validation
assert "great_expectations" not in sys.modules, "loaded too early"
assert os.environ["GX_ANALYTICS_ENABLED"] == "false"
"""


def test_great_expectations_is_loaded_only_when_a_suite_runs() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True)
