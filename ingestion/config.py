"""Where ingestion finds things on disk, and the few numbers a load is tuned by.

Not here: credentials (each ``vendors`` module reads its own) and anything a company agrees on
(``dbt_project/seeds/agreement``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

PROJECT_AGREEMENT_DIR = Path(__file__).resolve().parent.parent / "dbt_project/seeds/agreement"

# Vendors index and commit a little after they stamp; what was read twice is dropped again.
OVERLAP = timedelta(minutes=10)
# DuckDB's memory while rows are written, beyond which it spills to disk; the rest of the process
# needs up to 400 MB. Writing a table needs some memory per column, however few its rows.
LOAD_MEMORY_MB = 160
LOAD_MEMORY_MB_PER_COLUMN = 2
MAX_TEXT_CHARS = 1_000_000
MAX_FILE_BYTES = 50_000_000
MAX_FILE_ROWS = 200_000


@dataclass(frozen=True)
class LoadContext:
    """What every source is given: where to read and write, and the instant it is run for."""

    data_dir: Path
    inbox_dir: Path
    as_of: datetime
    agreement_dir: Path | None = None

    @property
    def warehouse(self) -> Path:
        """The rebuildable database."""
        return self.data_dir / "warehouse.duckdb"

    @property
    def pipelines_dir(self) -> Path:
        """The scratch folder of dlt."""
        return self.data_dir / "dlt"


def agreement_table(name: str, agreement_dir: Path | None) -> Path:
    """Return the CSV of an agreement table: the company's own, else the project's."""
    own = agreement_dir / f"{name}.csv" if agreement_dir else None
    return own if own is not None and own.is_file() else PROJECT_AGREEMENT_DIR / f"{name}.csv"
