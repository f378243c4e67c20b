"""What people dropped into the inbox: files written here, so that their truth is known first.

Belongs here: writing a table as the files that people really drop, and what raw must hold of it.
"""

from __future__ import annotations

import csv
import hashlib
import io
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from openpyxl import Workbook

from tests.faults.comparison import Cells, Holding, Json, Rejected
from tests.faults.vendor_side import VendorSide

FORMATS = ("utf-8", "utf-8-sig", "cp932", "xlsx")
UNKNOWN = "社内番号X"
TOKYO = ZoneInfo("Asia/Tokyo")


@dataclass
class Dropped:
    """One file by what raw must hold of it: its good rows, and the bad ones with their column."""

    rows: list[Cells] = field(default_factory=list)
    bad: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One line of a file: its cells as typed, and the columns they mean or the header at fault."""

    cells: Sequence[str]
    columns: Mapping[str, Any] = field(default_factory=dict)
    at_fault: str = ""


class DroppedFilesSide(VendorSide):
    """An inbox folder."""

    folder: ClassVar[str]
    header: ClassVar[tuple[str, ...]]
    resource: ClassVar[str] = "row"
    derived: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, place: Any) -> None:
        super().__init__(place)
        self._files: dict[str, Dropped] = {}
        self._contents: dict[str, bytes] = {}
        self._copied: set[str] = set()
        (place.inbox_dir / self.folder).mkdir(parents=True, exist_ok=True)

    @abstractmethod
    def line(self, rng: Random) -> Line:
        """Return a line that is right."""

    @abstractmethod
    def bad_line(self, rng: Random) -> Line:
        """Return a line that cannot be loaded."""

    def holdings(self) -> list[Holding]:
        """Return the rows of all files."""
        rows = [row for file in self._files.values() for row in file.rows]
        bad = {k: column for file in self._files.values() for k, column in file.bad.items()}
        rejected = {(name,): Rejected(name, column) for name, column in bad.items()}
        return [Holding(self.resource, ("row_id",), rows, rejected=rejected, unseen=self.derived)]

    def changes(self) -> Mapping[str, Callable[[Random], None]]:
        """Return what people drop."""
        return {
            "drop a file": lambda rng: self._drop(rng, f"一覧{rng.randrange(10**6)}"),
            "drop a file with bad rows": self._drop_partly_bad,
            "drop a name again": self._drop_again,
            "drop a file twice": self._drop_twice,
            "drop a copy": self._drop_copy,
            "drop no table": self._drop_garbage,
        }

    def _drop(self, rng: Random, stem: str, bad: int = 0) -> None:
        form = rng.choice(FORMATS)
        lines = [self.line(rng) for _ in range(rng.randint(1, 12))]
        lines += [self.bad_line(rng) for _ in range(bad)]
        rng.shuffle(lines)
        name = f"{stem}.{'xlsx' if form == 'xlsx' else 'csv'}"
        content = written(self.header, lines, form)
        self._place(name, content)
        self._files[name] = self._truth(name, content, lines, "名簿" if form == "xlsx" else None)

    def _place(self, name: str, content: bytes) -> None:
        self._contents[name] = content
        (self.place.inbox_dir / self.folder / name).write_bytes(content)

    def _truth(
        self, name: str, content: bytes, lines: Sequence[Line], sheet: str | None
    ) -> Dropped:
        dropped = Dropped()
        for number, line in enumerate(lines, start=1):
            if line.at_fault:
                dropped.bad[f"{name}:{number}"] = line.at_fault
                continue
            row = {"row_id": f"{name}:{number}", "file_name": name, "sheet_name": sheet}
            row |= {"row_number": number, "file_sha256": hashlib.sha256(content).hexdigest()}
            dropped.rows.append({**row, **line.columns})
        return dropped

    def _drop_partly_bad(self, rng: Random) -> None:
        self._drop(rng, f"一部不備{rng.randrange(10**6)}", bad=rng.randint(1, 3))

    def _drop_again(self, rng: Random) -> None:
        """Drop other content under a name that was dropped before."""
        stems = {name.rpartition(".")[0] for name in self._files}
        stems -= {name.rpartition(".")[0] for name in self._copied}
        if stems:
            self._drop(rng, rng.choice(sorted(stems)))

    def _drop_twice(self, rng: Random) -> None:
        if self._contents:
            name = rng.choice(sorted(self._contents))
            self._place(name, self._contents[name])

    def _drop_copy(self, rng: Random) -> None:
        """Drop the content of a file under another name, read after it; it is loaded once."""
        names = sorted(name for name in self._files if self._files[name].rows)
        if names:
            name = rng.choice(names)
            self._copied.add(name)
            copy = self.place.inbox_dir / self.folder / f"龍写し{rng.randrange(10**6)}_{name}"
            copy.write_bytes(self._contents[name])

    def _drop_garbage(self, rng: Random) -> None:
        name = f"メモ{rng.randrange(10**6)}.csv"
        (self.place.inbox_dir / self.folder / name).write_text("ただの\nメモ\n", encoding="utf-8")
        self._files[name] = Dropped(bad={name: ""})


class CardFilesSide(DroppedFilesSide):
    """Card lists."""

    source = "card_files"
    folder = "cards"
    header = ("氏名", "会社名", "メールアドレス", "電話番号", "名刺交換日", UNKNOWN)

    def line(self, rng: Random) -> Line:
        """Return a card."""
        day = date(2026, rng.randint(1, 9), rng.randint(1, 28))
        typed = rng.choice([day.isoformat(), f"{day:%Y/%m/%d}", f"令和8年{day.month}月{day.day}日"])
        name, phone = f"架空 {rng.randrange(10**4)}子", f"03-0000-{rng.randrange(10**4):04d}"
        number = rng.choice(["", "007", "NA"])
        columns = {"full_name": name, "company_name": "株式会社例", "phone": phone}
        columns |= {"exchanged_on": day, "extra_json": Json({UNKNOWN: number}) if number else None}
        return Line((name, "株式会社例", "", phone, typed, number), columns)

    def bad_line(self, rng: Random) -> Line:
        """Return a card with a date that is none."""
        cells = ("架空 太郎", "株式会社例", "", "", "そのうち", "")
        return Line(cells, at_fault="名刺交換日")


class CampaignSpendSide(DroppedFilesSide):
    """Lists of what campaigns cost."""

    source = "campaign_spend"
    folder = "spend"
    header = ("キャンペーン名", "年月", "費用", UNKNOWN)

    def line(self, rng: Random) -> Line:
        """Return a month's cost."""
        yen, month = rng.randrange(10**7), rng.randint(1, 12)
        typed = rng.choice([str(yen), f"￥{yen:,}", f"{yen:,}円"])
        columns = {"campaign_name": "広告 春", "month_on": date(2026, month, 1), "cost_jpy": yen}
        return Line(("広告 春", f"2026/{month}", typed, ""), columns)

    def bad_line(self, rng: Random) -> Line:
        """Return a cost that is none."""
        return Line(("広告 春", "2026/4", "未定", ""), at_fault="費用")


class WebFormsSide(DroppedFilesSide):
    """Exports of form services."""

    source = "web_forms"
    folder = "forms"
    resource = "submission"
    # ours: the same for one submission in several exports
    derived = frozenset({"submission_id"})
    header = (
        "送信日時",
        "フォーム名",
        "氏名",
        "会社名",
        "メールアドレス",
        "お問い合わせ内容",
        UNKNOWN,
    )

    def line(self, rng: Random) -> Line:
        """Return a submission, sent at a time that the export writes as of Tokyo."""
        day, hour = (rng.randint(1, 9), rng.randint(1, 28)), rng.randrange(24)
        sent = datetime(2026, *day, hour, 30, tzinfo=TOKYO)
        name, mail = f"架空 {rng.randrange(10**4)}子", f"f{rng.randrange(10**6)}@example.test"
        typed = rng.choice([f"{sent:%Y/%m/%d %H:%M}", f"{sent:%Y-%m-%d %H:%M:%S}"])
        columns = {"submitted_at": sent, "form_name": "資料請求"}
        columns |= {"full_name": name, "company_name": "株式会社例", "email": mail}
        columns |= {"message": "御社の製品、\n2行目です。", "extra_json": None}
        return Line((typed, "資料請求", name, "株式会社例", mail, columns["message"], ""), columns)

    def bad_line(self, rng: Random) -> Line:
        """Return a submission whose instant is none."""
        cells = ("きのう", "資料請求", "架空 太郎", "株式会社例", "", "", "")
        return Line(cells, at_fault="送信日時")


def written(header: Sequence[str], lines: Sequence[Line], form: str) -> bytes:
    """Return a table as the bytes of a file, with a title above it as people like to have."""
    rows = [["一覧"], [], list(header), *(list(line.cells) for line in lines)]
    if form != "xlsx":
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        return text.getvalue().encode(form)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "名簿"
    for row in rows:
        sheet.append([cell or None for cell in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
