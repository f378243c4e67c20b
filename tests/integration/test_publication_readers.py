"""Publishing swaps the mart under readers: nobody waits, nobody sees half, nothing is left over."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from activation import published_mart
from activation.published_mart import PublicationError, publish

pytestmark = pytest.mark.integration

# Opens the published mart again and again and holds the two tables against each other: they are
# written with the same number, so a mixed or half state would show. Ends when told to.
READER = """
import json, sys, duckdb
path, stop = sys.argv[1:]
import pathlib
seen, opens = set(), 0
while not pathlib.Path(stop).exists():
    with duckdb.connect(path, read_only=True) as con:
        ask = "select count(*), min(version), max(version) from mart."
        first = con.execute(ask + "persons").fetchone()
        second = con.execute(ask + "accounts").fetchone()
    assert first == second, (first, second)
    assert first[0] == 500 and first[1] == first[2], first
    seen.add(first[1]); opens += 1
print(json.dumps([sorted(seen), opens]))
"""


def write_marts(
    warehouse: Path, version: int, tables: tuple[str, ...] = ("persons", "accounts")
) -> None:
    warehouse.unlink(missing_ok=True)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema mart; create schema staging")
        connection.execute("create table staging.leads as select 1 as id")
        for table in tables:
            connection.execute(
                f"""
                create table mart.{table} as
                select 'id_' || (499 - i) as id, {version} as version from range(500) as r(i)
                """
            )


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    write_marts(path, 0)
    return path


@pytest.fixture
def published(tmp_path: Path) -> Path:
    return tmp_path / "published"


def published_rows(path: Path, table: str = "persons") -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(f"from mart.{table}").fetchall()


def files(folder: Path) -> set[str]:
    return {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()}


def test_a_publication_holds_every_mart_and_its_parquet_copy(
    warehouse: Path, published: Path
) -> None:
    publication = publish(warehouse, published)
    assert publication.path == published / "kakehashi.duckdb"
    assert publication.rows == {"accounts": 500, "persons": 500}
    assert files(published) == {
        "kakehashi.duckdb",
        "parquet/accounts.parquet",
        "parquet/persons.parquet",
    }
    parquet = duckdb.read_parquet(str(published / "parquet" / "persons.parquet")).fetchall()
    assert parquet == published_rows(publication.path)


def test_the_same_rows_come_in_the_same_order(warehouse: Path, published: Path) -> None:
    first = published_rows(publish(warehouse, published).path)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "create or replace table mart.persons as from mart.persons order by id desc"
        )
    assert published_rows(publish(warehouse, published).path) == first == sorted(first)


def test_a_reader_never_waits_and_never_sees_half(
    warehouse: Path, published: Path, tmp_path: Path
) -> None:
    path, stop = publish(warehouse, published).path, tmp_path / "stop"
    command = [sys.executable, "-c", READER, str(path), str(stop)]
    reader = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        for version in range(1, 21):
            write_marts(warehouse, version)
            publish(warehouse, published)
    finally:
        stop.touch()
        output, errors = reader.communicate(timeout=30)
    assert reader.returncode == 0, errors
    seen, opens = json.loads(output)
    assert len(seen) > 1
    assert opens >= len(seen)
    assert published_rows(path)[0][1] == 20
    assert files(published) == {
        "kakehashi.duckdb",
        "parquet/accounts.parquet",
        "parquet/persons.parquet",
    }


def test_a_reader_that_has_it_open_keeps_what_it_opened(warehouse: Path, published: Path) -> None:
    path = publish(warehouse, published).path
    # In another process: DuckDB would share one instance of the file inside this one.
    program = (
        "import duckdb, sys\n"
        "con = duckdb.connect(sys.argv[1], read_only=True)\n"
        "print('open', flush=True); sys.stdin.readline()\n"
        "print(con.execute('select min(version), count(*) from mart.persons').fetchone())\n"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "open\n"
    write_marts(warehouse, 7)
    publish(warehouse, published)
    output, _ = reader.communicate("go\n", timeout=30)
    assert output == "(0, 500)\n"
    assert published_rows(path)[0][1] == 7


def test_a_table_that_is_no_more_leaves_no_parquet(warehouse: Path, published: Path) -> None:
    publish(warehouse, published)
    write_marts(warehouse, 1, tables=("persons",))
    publish(warehouse, published)
    assert files(published) == {"kakehashi.duckdb", "parquet/persons.parquet"}


def test_leftovers_of_a_killed_publication_are_removed(warehouse: Path, published: Path) -> None:
    left = published / ".building" / "parquet"
    left.mkdir(parents=True)
    (left.parent / "kakehashi.duckdb").write_bytes(b"half of a file")
    (left.parent / "kakehashi.duckdb.wal").write_bytes(b"half")
    (left / "persons.parquet").write_bytes(b"half")
    publish(warehouse, published)
    assert not (published / ".building").exists()
    assert len(published_rows(published / "kakehashi.duckdb")) == 500


def test_descriptions_travel_with_the_tables(warehouse: Path, published: Path) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("comment on table mart.persons is '1行 = 1人物'")
        connection.execute("comment on column mart.persons.id is 'it''s an id'")
    path = publish(warehouse, published).path
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select comment from duckdb_tables() where comment is not null"
        ).fetchall()
        columns = connection.execute(
            "select comment from duckdb_columns() where comment is not null and not internal"
        ).fetchall()
    assert (tables, columns) == ([("1行 = 1人物",)], [("it's an id",)])


def test_a_warehouse_without_marts_leaves_the_last_publication(
    warehouse: Path, published: Path
) -> None:
    path = publish(warehouse, published).path
    write_marts(warehouse, 1, tables=())
    with pytest.raises(PublicationError, match="no marts"):
        publish(warehouse, published)
    assert len(published_rows(path)) == 500


def test_a_full_disk_is_one_sentence_and_the_last_publication_stands(
    warehouse: Path, published: Path
) -> None:
    publish(warehouse, published)
    write_marts(warehouse, 1)
    # A limit on file size stands in for a full disk: it fails the same writes inside DuckDB.
    program = (
        "import pathlib, resource, signal, sys\n"
        "from activation.published_mart import PublicationError, publish\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))\n"
        "try:\n"
        "    publish(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))\n"
        "except PublicationError as error:\n"
        "    print(error)\n"
    )
    root = Path(published_mart.__file__).resolve().parents[1]
    done = subprocess.run(
        [sys.executable, "-c", program, str(warehouse), str(published)],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("There is no space left to publish the mart in")
    assert done.stdout.count("\n") == 1
    assert published_rows(published / "kakehashi.duckdb")[0][1] == 0
    assert not (published / ".building").exists()


def test_a_full_disk_while_swapping_is_said_the_same_way(
    warehouse: Path, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(published_mart, "_swap", full)
    with pytest.raises(PublicationError, match="no space left"):
        publish(warehouse, published)
