"""Files that wait, links, folders, hostile names, and bytes of every kind: none stops another."""

import os
import random
import threading
import time
import unicodedata
from pathlib import Path

import pytest

from ingestion import inbox as inbox_module
from ingestion.inbox import Inbox

GOOD = "会社名,氏名,メール\n山田製作,山田 太郎,taro@yamada.test\n"


@pytest.fixture
def cards(landing):
    folder = landing.inbox_dir / "cards"
    folder.mkdir(parents=True)
    return folder


def loaded(landing):
    return [row[0] for row in landing.ask("SELECT row_id FROM raw_card_files.row ORDER BY 1")]


def drop(folder, name="a.csv", content=GOOD):
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_a_file_that_grows_while_we_look_waits(cards, monkeypatch):
    monkeypatch.setattr(inbox_module, "QUIET_SECONDS", 0.4)
    path = drop(cards)
    writer = threading.Timer(0.15, lambda: path.write_text(GOOD * 3, encoding="utf-8"))
    writer.start()
    listing = Inbox(cards).listing()
    writer.join()
    assert listing.waiting == {"a.csv": "is still being written"}
    assert listing.files == []


def test_a_file_that_is_quiet_is_not_waited_for(cards, monkeypatch):
    monkeypatch.setattr(inbox_module, "QUIET_SECONDS", 30)
    path = drop(cards)
    os.utime(path, (time.time() - 60, time.time() - 60))
    began = time.monotonic()
    assert len(Inbox(cards).listing().files) == 1
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("lock", ["~$名刺.csv", ".~lock.名刺.csv#"])
def test_a_file_that_is_open_in_a_program_waits_and_loads_once_it_is_closed(landing, cards, lock):
    drop(cards, "名刺.csv")
    (cards / lock).write_bytes(b"somebody")
    report = landing.load("card_files")
    assert (report.status, loaded(landing)) == ("partial", [])
    assert "名刺.csv is open in a program; it waits." in report.error
    (cards / lock).unlink()
    assert landing.load("card_files").status == "ok"
    assert loaded(landing) == ["名刺.csv:1"]


def test_a_lock_that_a_crash_left_behind_holds_nothing_up(landing, cards):
    drop(cards)
    lock = cards / "~$a.csv"
    lock.write_bytes(b"somebody")
    os.utime(lock, (time.time() - 90_000, time.time() - 90_000))
    landing.load("card_files")
    assert loaded(landing) == ["a.csv:1"]


@pytest.mark.parametrize(
    "name", ["a.csv.part", "a.csv.crdownload", "a.xlsx.tmp", ".a.csv", "Thumbs.db", "desktop.ini"]
)
def test_what_nobody_dropped_on_purpose_is_left_alone(landing, cards, name):
    drop(cards, name)
    assert landing.load("card_files").status == "ok"
    assert [path.name for path in cards.iterdir()] == [name]


def test_a_link_is_never_opened(landing, cards, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text(GOOD, encoding="utf-8")
    (cards / "link.csv").symlink_to(secret)
    (cards / "nowhere.csv").symlink_to(tmp_path / "missing")
    assert landing.load("card_files").status == "partial"
    assert loaded(landing) == []
    assert (cards / "rejected" / "link.csv").is_symlink()
    assert "リンク" in (cards / "rejected" / "link.csv.txt").read_text(encoding="utf-8-sig")
    assert secret.read_text(encoding="utf-8") == GOOD
    assert landing.load("card_files").status == "ok"


def test_a_dropped_folder_is_named_and_not_read(landing, cards):
    (cards / "2026年").mkdir()
    drop(cards / "2026年")
    drop(cards, "b.csv")
    report = landing.load("card_files")
    assert (report.status, loaded(landing)) == ("partial", ["b.csv:1"])
    note = cards / "rejected" / "2026年.folder.txt"
    assert "フォルダの中のファイルを、フォルダから出して" in note.read_text(encoding="utf-8-sig")
    assert landing.load("card_files").resources[0].rows_total == 1


HOSTILE = [
    "名 刺 '; DROP TABLE row; --.csv",
    "a..csv.csv",
    "a\nb.csv",
    "長い" * 40 + ".csv",
    "<script>.csv",
    "{{ x }}.csv",
    "100%.csv",
]


@pytest.mark.parametrize("content", [GOOD, "色,形\n赤,丸\n", GOOD + ",,,surplus\n"])
def test_hostile_names_are_only_names(landing, cards, content):
    for number, name in enumerate(HOSTILE):
        drop(cards, name, content.replace("太郎", f"太郎{number}"))
        drop(cards, f"色{number}.csv", f"色{number},形\n")
    landing.load("card_files")
    assert not [path for path in cards.iterdir() if path.is_file()]
    assert len(loaded(landing)) == content.count("山田製作") * len(HOSTILE)
    assert landing.load("card_files").resources[0].rows_loaded == 0


def test_a_name_that_is_no_text_is_shown_as_one(landing, cards):
    raw = os.fsencode(cards) + b"/\x96\xbc\x8e\x68.csv"
    Path(os.fsdecode(raw)).write_text(GOOD, encoding="utf-8")
    assert landing.load("card_files").status == "ok"
    assert loaded(landing) == [r"\x96\xbc\x8eh.csv:1"]


def test_one_name_is_one_name_whichever_system_wrote_it(landing, cards):
    drop(cards, unicodedata.normalize("NFD", "データ.csv"))
    landing.load("card_files")
    drop(cards, "データ.csv", GOOD.replace("太郎", "三郎"))
    landing.load("card_files")
    assert loaded(landing) == ["データ.csv:1"]


def test_a_file_that_may_not_be_read_waits(landing, cards, monkeypatch):
    drop(cards)
    real = inbox_module._sha256

    def refuse(path):
        if path.name == "a.csv":
            raise PermissionError(13, "no")
        return real(path)

    monkeypatch.setattr(inbox_module, "_sha256", refuse)
    drop(cards, "b.csv", GOOD.replace("太郎", "三郎"))
    report = landing.load("card_files")
    assert (report.status, loaded(landing)) == ("partial", ["b.csv:1"])
    assert "a.csv cannot be read (PermissionError)" in report.error


def test_what_was_processed_is_not_read_again_to_find_that_out(landing, cards, monkeypatch):
    drop(cards)
    landing.load("card_files")
    landing.load("card_files")
    read = []
    real = inbox_module._sha256
    monkeypatch.setattr(inbox_module, "_sha256", lambda path: (read.append(path), real(path))[1])
    landing.load("card_files")
    assert read == []


def test_a_fault_of_ours_in_one_file_stops_no_other(landing, cards, monkeypatch):
    import ingestion.sources.card_files as source

    drop(cards, "a.csv", GOOD.replace("太郎", "毒"))
    drop(cards, "b.csv")
    real = source.shape_card

    def shape(row):
        if "毒" in row.values["full_name"]:
            raise KeyError("a bug")
        return real(row)

    monkeypatch.setattr(source, "shape_card", shape)
    report = landing.load("card_files")
    assert (report.status, loaded(landing)) == ("partial", ["b.csv:1"])
    assert "読み取れませんでした" in (cards / "rejected" / "a.csv.txt").read_text("utf-8-sig")


def test_bytes_of_every_kind_stop_no_other_file(landing, cards):
    rng = random.Random(7)
    suffixes = [".csv", ".xlsx", ".txt", ".tsv", ".xlsm", ".pdf", "", ".xls", ".numbers"]
    heads = [b"", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
    for number in range(60):
        content = rng.choice(heads) + rng.randbytes(rng.randrange(1, 400))
        (cards / f"{number}{rng.choice(suffixes)}").write_bytes(content)
    drop(cards, "z_good.csv")
    report = landing.load("card_files")
    assert report.status == "partial"
    assert loaded(landing) == ["z_good.csv:1"]
    assert not [path for path in cards.iterdir() if path.is_file()]
    notes = list((cards / "rejected").glob("*.txt"))
    assert len(notes) >= 60
    assert landing.load("card_files").status == "ok"
