"""Writes docs/agreement-tables.md from the descriptions of the tables: `make dictionary`."""

from __future__ import annotations

from expectations.agreement import read_descriptions
from expectations.agreement.page import render
from orchestration.settings import PROJECT_DIR

PAGE = PROJECT_DIR.parent / "docs" / "agreement-tables.md"


def current_page() -> str:
    """The page as it should be now."""
    return render(read_descriptions(PROJECT_DIR / "models"))


if __name__ == "__main__":
    PAGE.write_text(current_page(), encoding="utf-8")
    print(f"wrote {PAGE}")
