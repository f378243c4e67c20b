"""The same raw data, state, agreement and as_of give the same published bytes, in whatever order
the raw rows happen to lie.

The Parquet files are compared byte by byte. Of the DuckDB file the rows are: its format writes a
random identifier into every new file.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from activation import ledger
from activation.published_mart import publish
from sandbox.world import build_world
from tests.benchmarks.line_records import AS_OF, pull, unify

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """What two installations publish that pulled the same; one has its raw rows turned round."""
    pulled = tmp_path_factory.mktemp("pulled")
    pull(build_world(people=150, seed=6, now=AS_OF), pulled)
    with duckdb.connect(str(pulled / "state.duckdb")) as state:
        ledger.migrate(state)
    folders = []
    for name in ("as_it_came", "turned_round"):
        folder = Path(shutil.copytree(pulled, tmp_path_factory.mktemp(name) / "data"))
        if name == "turned_round":
            turn_round(folder / "warehouse.duckdb")
        unify(folder, "+path:models/marts", "+hygiene_findings", "+hygiene_history", tested=False)
        publish(folder / "warehouse.duckdb", folder / "published")
        folders.append(folder / "published")
    return folders[0], folders[1]


def turn_round(warehouse: Path) -> None:
    """Rewrite every raw table with its last row first."""
    with duckdb.connect(str(warehouse)) as con:
        tables = con.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where schema_name like 'raw_%' and not internal"
        ).fetchall()
        for schema, table in tables:
            name = f'"{schema}"."{table}"'
            con.execute(f"create temp table turned as select * from {name} order by rowid desc")
            con.execute(f"delete from {name}")
            con.execute(f"insert into {name} select * from turned")
            con.execute("drop table turned")


def test_the_parquet_files_are_the_same_to_the_byte(published: tuple[Path, Path]) -> None:
    one, other = (sorted((folder / "parquet").glob("*.parquet")) for folder in published)
    assert [path.name for path in one] == [path.name for path in other]
    assert len(one) > 15
    unlike = [a.name for a, b in zip(one, other, strict=True) if a.read_bytes() != b.read_bytes()]
    assert unlike == []


def test_the_published_file_has_the_same_rows_in_the_same_order(
    published: tuple[Path, Path],
) -> None:
    def rows(folder: Path) -> dict[str, list[tuple[object, ...]]]:
        with duckdb.connect(str(folder / "kakehashi.duckdb"), read_only=True) as con:
            tables = con.execute("select table_name from duckdb_tables()").fetchall()
            return {
                table: con.execute(f'select * from mart."{table}"').fetchall()
                for (table,) in tables
            }

    one, other = map(rows, published)
    assert one == other
    assert sum(map(len, one.values())) > 3000
