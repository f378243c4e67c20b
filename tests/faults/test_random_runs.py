"""A few seeds of the random-fault runs; `make test-faults` runs a hundred, `SEED=n` one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.comparison import told
from tests.faults.random_runs import RandomRun, seeds

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("seed", seeds(few=(46, 80)))
def test_raw_equals_the_vendors_after_random_faults(seed: int, tmp_path: Path) -> None:
    run = RandomRun(seed)
    found = run.differences(tmp_path)
    story = "\n".join(run.story)
    assert not found, f"SEED={seed} make test-faults\n{told(found)}\n\n{story}"
