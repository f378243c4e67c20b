"""Business-card lists that people keep themselves: CP932 CSV, .xlsx, an Eight export.

Belongs here: free-hand headers and files of cards. Must not: decide who exchanges cards.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sandbox.world.answer_key import AnswerKey
from sandbox.world.journeys.plan import Appearance
from sandbox.world.streams import Streams, weighted
from sandbox.world.systems.spreadsheets import write_xlsx
from sandbox.world.timing import TOKYO, tokyo_date
from sandbox.world.truth.sales_team import FIELD_SALES
from sandbox.world.writing.handwriting import WrittenPerson, write_person


@dataclass(frozen=True)
class FileStyle:
    """One file: its name, its headers with what stands under them, and how dates are written."""

    file_name: str
    columns: tuple[tuple[str, str], ...]
    date_format: Callable[[date], str]
    encoding: str = "cp932"
    preamble: tuple[str, ...] = ()
    space: str = " "


def _era(day: date) -> str:
    return f"令和{day.year - 2018}年{day.month}月{day.day}日"


def _slashes(day: date) -> str:
    return f"{day.year}/{day.month}/{day.day}"


def _kanji(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


STYLES: tuple[FileStyle, ...] = (
    FileStyle(
        "名刺_営業1課.csv",
        (
            ("会社名", "company"), ("部署", "department"), ("役職", "title"), ("氏名", "full_name"),
            ("メールアドレス", "email"), ("TEL", "phone"), ("携帯", "mobile"),
            ("名刺交換日", "date"), ("担当", "owner"), ("備考", "memo"),
        ),
        _slashes,
    ),
    FileStyle(
        "展示会名刺_営業2課.csv",
        (
            ("お名前", "full_name"), ("貴社名", "company"), ("所属", "department"),
            ("肩書", "title"), ("E-mail", "email"), ("電話番号", "phone"), ("携帯電話", "mobile"),
            ("交換日", "date"), ("ご住所", "address"),
        ),
        _kanji,
        space="　",
    ),
    FileStyle(
        "名刺リスト_フィールドセールス.xlsx",
        (
            ("No", "number"), ("社名", "company"), ("姓", "family"), ("名", "given"),
            ("セイ", "family_kana"), ("メイ", "given_kana"), ("部署名", "department"),
            ("役職名", "title"), ("メール", "email"), ("代表電話", "phone"), ("携帯番号", "mobile"),
            ("郵便番号", "postal_code"), ("住所", "address"), ("名刺交換日", "date"),
            ("名刺所有者", "owner"),
        ),
        _slashes,
        encoding="xlsx",
        preamble=(
            "名刺管理台帳（フィールドセールス）",
            "※入力者: 各担当　最終更新は共有フォルダを参照",
            "",
        ),
    ),
    FileStyle(
        "大阪支店_名刺.xlsx",
        (
            ("企業名", "company"), ("ご担当者名", "full_name"), ("部門", "department"),
            ("役職", "title"), ("mail", "email"), ("Tel", "phone"), ("Mobile", "mobile"),
            ("受領日", "date"), ("メモ", "memo"),
        ),
        _era,
        encoding="xlsx",
        preamble=("大阪支店 受領名刺一覧",),
    ),
    FileStyle(
        "eight_export.csv",
        (
            ("会社名", "company"), ("部署名", "department"), ("役職", "title"), ("姓", "family"),
            ("名", "given"), ("e-mail", "email"), ("郵便番号", "postal_code"),
            ("住所", "address"), ("TEL会社", "phone"), ("TEL部門", ""), ("TEL直通", ""),
            ("Fax", ""), ("携帯電話", "mobile"), ("URL", "url"), ("名刺交換日", "date"),
            ("展示会", "tag"),
        ),
        lambda day: f"{day.year}-{day.month:02d}-{day.day:02d}",
        encoding="utf-8-sig",
    ),
)  # fmt: skip
_WEIGHTS = {0: 28.0, 1: 22.0, 2: 22.0, 3: 14.0, 4: 14.0}
_MEMOS = ("", "", "", "展示会", "紹介", "要フォロー")


class CardDrawer:
    """Collects card rows and writes them out as files."""

    def __init__(self, streams: Streams, key: AnswerKey) -> None:
        self._streams = streams
        self._key = key
        self._rows: dict[int, list[list[object]]] = {index: [] for index in _WEIGHTS}

    def file(self, appearance: Appearance) -> None:
        """Write one card into one of the lists."""
        person = appearance.person
        rng = self._streams.of("card-row", person.key, appearance.number)
        written = write_person(rng, appearance)
        index = weighted(rng, _WEIGHTS)
        style, rows = STYLES[index], self._rows[index]
        exchanged = tokyo_date(appearance.at)
        values = _values(rng, written, style, exchanged, len(rows) + 1)
        rows.append([values.get(source, "") for _, source in style.columns])
        ref = ("card_files", "row", f"{style.file_name}:{len(rows)}")
        self._key.note_person(ref, person, written)

    def file_junk(self, values: dict[str, object]) -> None:
        """Write a row that stands for nobody into the first list."""
        rows = self._rows[0]
        rows.append([values.get(source, "") for _, source in STYLES[0].columns])
        self._key.note_junk(("card_files", "row", f"{STYLES[0].file_name}:{len(rows)}"))

    def files(self) -> dict[str, bytes]:
        """Return the finished files by their path in the inbox."""
        return {
            f"cards/{STYLES[index].file_name}": _rendered(STYLES[index], rows)
            for index, rows in self._rows.items()
            if rows
        }


def _values(
    rng: random.Random, written: WrittenPerson, style: FileStyle, day: date, number: int
) -> dict[str, object]:
    name, address = written.name, written.address
    # a spreadsheet holds real dates in most rows and typed text in the rest
    typed = style.encoding != "xlsx" or rng.random() < 0.3
    moment = datetime(day.year, day.month, day.day, tzinfo=TOKYO).replace(tzinfo=None)
    return {
        "number": number,
        "company": written.company,
        "department": written.department,
        "title": written.title,
        "full_name": name.joined(style.space),
        "family": name.family,
        "given": name.given,
        "family_kana": name.family_kana,
        "given_kana": name.given_kana,
        "email": written.email,
        "phone": written.phone,
        "mobile": written.mobile,
        "postal_code": f"〒{address.postal_code}" if address else "",
        "address": f"{address.place.prefecture}{address.place.city}{address.street}"
        if address
        else "",
        "date": style.date_format(day) if typed else moment,
        "owner": rng.choice(FIELD_SALES).name,
        "memo": rng.choice(_MEMOS),
        "url": "",
        "tag": "1" if rng.random() < 0.2 else "",
    }


def _rendered(style: FileStyle, rows: Sequence[Sequence[object]]) -> bytes:
    headers = [header for header, _ in style.columns]
    if style.encoding == "xlsx":
        return write_xlsx("名刺", style.preamble, headers, rows)
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows([headers, *rows])
    # characters outside CP932 turn into ?, as Excel does when saving
    errors = "replace" if style.encoding == "cp932" else "strict"
    return buffer.getvalue().encode(style.encoding, errors)
