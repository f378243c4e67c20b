"""How long dropped lists of 200,000 rows take, and what memory: `make bench-files`.

Each list is loaded by a process of its own into an empty warehouse, and its peak is measured there;
an empty inbox shows what the process takes without a list.
"""

import csv
import multiprocessing
import resource
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from openpyxl import Workbook

from ingestion.pipeline import load_source

ROWS = 199_000
FORMATTED_ROWS = 1_048_000
HEADER = ["会社名", "部署", "役職", "氏名", "メールアドレス", "TEL", "携帯", "名刺交換日", "担当",
          "備考", "ランク", "住所"]  # fmt: skip


def _rows() -> Iterator[list[str]]:
    for number in range(ROWS):
        firm = number % 9_000
        yield [
            f"株式会社山田製作{firm}", "営業部", "課長", f"山田 太郎{number}",
            f"taro{number}@yamada{firm}.test", "03-0000-1234", "090-0000-1234", "2026/1/2",
            "佐藤", "展示会で交換", "A", "東京都千代田区1-1-1",
        ]  # fmt: skip


def _csv(path: Path) -> None:
    with path.open("w", encoding="cp932", newline="") as file:
        csv.writer(file).writerows([HEADER, *_rows()])


def _xlsx(path: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名刺")
    sheet.append(HEADER)
    for row in _rows():
        sheet.append(row)
    book.save(path)


def _formatted(path: Path) -> None:
    """A list of one row in a sheet that is formatted down to its last line."""
    book = Workbook()
    book.active.append(HEADER)
    book.active.append(next(_rows()))
    book.save(path)
    blank = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(3, FORMATTED_ROWS))
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            end = b"</sheetData>"
            new.writestr(name, data.replace(end, blank.encode() + end))


def _bad(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = ([*row[:7], "あした", *row[8:]] for row in _rows())
        csv.writer(file).writerows([HEADER, *rows])


LISTS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "no list at all": ("", lambda path: None),
    f"CSV (CP932), {ROWS:,} rows": ("list.csv", _csv),
    f".xlsx, {ROWS:,} rows": ("list.xlsx", _xlsx),
    f".xlsx, 1 row, {FORMATTED_ROWS:,} lines formatted": ("list.xlsx", _formatted),
    f"CSV, {ROWS:,} rows, all of them bad": ("list.csv", _bad),
}


def _load(folder: Path) -> tuple[int, int, float, float, float]:
    began, used = time.monotonic(), time.process_time()
    done = load_source(
        "card_files",
        data_dir=folder / "data",
        inbox_dir=folder / "inbox",
        as_of=datetime(2026, 10, 2, tzinfo=UTC),
    ).resources[0]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    took = time.monotonic() - began
    return done.rows_total, done.rejected, took, time.process_time() - used, peak


def main() -> None:
    """Print a line per list."""
    print(f"{'list':52} {'rows':>8} {'rejected':>8} {'s':>7} {'cpu s':>7} {'peak MB':>8}")
    for title, (name, write) in LISTS.items():
        with tempfile.TemporaryDirectory() as made:
            cards = Path(made) / "inbox" / "cards"
            cards.mkdir(parents=True)
            if name:
                write(cards / name)
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                rows, rejected, took, cpu, peak = pool.apply(_load, (Path(made),))
        print(f"{title:52} {rows:8,} {rejected:8,} {took:7.1f} {cpu:7.1f} {peak:8.0f}", flush=True)


if __name__ == "__main__":
    main()
