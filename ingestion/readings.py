"""Opens a file that somebody dropped, by what is in it and not only by its name.

Here belong telling the kinds of files apart and what to advise for those that are no tables. Not
here: decoding text (``text_files``), workbooks (``workbooks``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingestion.config import MAX_FILE_BYTES
from ingestion.sheets import NotATable, Sheet
from ingestion.text_files import read_texts
from ingestion.workbooks import read_book

_BOOK_SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm")
_TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
_SAVE_AS = "「名前を付けて保存」で種類に「Excelブック(*.xlsx)」を選んだものを入れてください。"
_PICTURE = ("PDFや画像は読み取れません。", "Excel(.xlsx)かCSVの表にして入れてください。")
_PACKED = ("圧縮されたファイルです。", "展開(解凍)して、中のExcelやCSVを入れてください。")
_OFFICE = (
    "WordやPowerPointのファイルは読めません。",
    "中の表をExcelに貼り付け、.xlsxで保存して入れてください。",
)
_OLD_BOOK = ("古い形式、または特別な形式のExcelです。", f"Excelで開き、{_SAVE_AS}")
_LOCKED = (
    "パスワードで保護されているため開けません。",
    "Excelで開いてパスワードを外し、保存し直したファイルを入れてください。",
)
_ADVICE = {
    **dict.fromkeys((".xls", ".xlt", ".xlsb", ".xla", ".xlam"), _OLD_BOOK),
    **dict.fromkeys((".pdf", ".jpg", ".jpeg", ".png", ".heic", ".gif", ".tif", ".tiff"), _PICTURE),
    **dict.fromkeys((".zip", ".gz", ".7z", ".rar", ".lzh"), _PACKED),
    **dict.fromkeys((".doc", ".docx", ".ppt", ".pptx"), _OFFICE),
    ".numbers": (
        "Numbersのファイルは読めません。",
        "Numbersの「ファイル」>「書き出す」>「Excel」で.xlsxにして入れてください。",
    ),
    ".ods": ("OpenDocumentの表は読めません。", f"表計算ソフトで開き、{_SAVE_AS}"),
    ".vcf": ("vCardは読めません。", "名刺アプリからCSVで書き出して入れてください。"),
}
_OTHER = ("ExcelでもCSVでもないファイルです。", "Excel(.xlsx)かCSVで保存して入れてください。")
_ZIP, _OLE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF"
# the name of the part that holds an encrypted workbook, as its container spells it
_ENCRYPTED_PART = "EncryptedPackage".encode("utf-16-le")


def readings(path: Path) -> Iterator[list[Sheet]]:
    """Yield the ways in which a file can be read, the likeliest first.

    EUC-JP bytes are often valid CP932 as well, so the caller takes the first reading in which it
    recognises a header.

    Raises:
        NotATable: the file cannot be opened at all, or breaks off while it is read.
        OSError: the file went away or may not be read.
    """
    size, suffix = path.stat().st_size, path.suffix.lower()
    if size > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 1_000_000
        raise NotATable(f"ファイルが大きすぎます({limit}MBまで)。", "分割して入れてください。")
    with path.open("rb") as file:
        start = file.read(8)
    if not start:
        raise NotATable("ファイルが空です。", "中身を確かめて、入れ直してください。")
    _refuse_other_kinds(path, start, suffix)
    if start.startswith(_ZIP) or suffix in _BOOK_SUFFIXES:
        yield read_book(path)
    else:
        yield from read_texts(path)


def _refuse_other_kinds(path: Path, start: bytes, suffix: str) -> None:
    if start.startswith(_OLE):
        is_locked = suffix not in _ADVICE and _ENCRYPTED_PART in path.read_bytes()
        raise NotATable(*(_LOCKED if is_locked else _ADVICE.get(suffix, _OLD_BOOK)))
    if start.startswith(_PDF):
        raise NotATable(*_PICTURE)
    if suffix not in (*_BOOK_SUFFIXES, *_TEXT_SUFFIXES):
        raise NotATable(*_ADVICE.get(suffix, _OTHER))
