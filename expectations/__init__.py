"""Audits of business quality with Great Expectations: the blocking gate and the Friday hygiene.

Belongs here: suites written in Python, the frames they look at, their results as plain
dataclasses. Does not: Dagster, logic of a model (dbt unit tests), invariants (dbt data tests).
"""

import os

# Great Expectations reads this once, when it is imported; every import of it comes after this one.
os.environ["GX_ANALYTICS_ENABLED"] = "false"
