"""Which form a file is of, and one id for one submission however often it was exported.

Here belong the names that services and people give to exports. Not here: reading a row.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

# what Google and copying add behind the name of a form
_SHEET_OF_ANSWERS = re.compile(r"\s*-?\s*(フォームの回答|form responses)\s*\d*$", re.IGNORECASE)
_ANSWERS = re.compile(r"\s*\((回答|responses)\)$", re.IGNORECASE)
_COPY = re.compile(r"(\s*\(\d+\)|\s*-\s*コピー|のコピー|\s*-?\s*copy)$", re.IGNORECASE)
# dates and running numbers of an export; 2026 alone may well be part of a form's name
_STAMP = re.compile(
    r"[\s_.-]*(\d{4}[-_.年]?\d{1,2}[-_.月]?\d{1,2}日?([\s_T.-]*\d{2}[-_:.]?\d{2}([-_:.]?\d{2})?)?|\d{10,})$"
)
_EXPORT = re.compile(r"[\s_.-]*(export|エクスポート|ダウンロード|一覧)$", re.IGNORECASE)
_PLAIN_SHEET = re.compile(r"(sheet|シート)\s*\d*", re.IGNORECASE)


def form_of_file(file_name: str) -> str:
    """Return the name of the form that an export is of.

    >>> form_of_file("資料請求_20260401.csv")
    '資料請求'
    >>> form_of_file("お問い合わせ (回答) - フォームの回答 1.csv")
    'お問い合わせ'
    """
    plain = unicodedata.normalize("NFKC", Path(file_name).stem).strip()
    name, before = plain, None
    while name and name != before:
        before = name
        for noise in (_SHEET_OF_ANSWERS, _ANSWERS, _COPY, _STAMP, _EXPORT):
            name = noise.sub("", name).strip()
    return name or plain


def form_of_sheet(sheet: str) -> str:
    """Return the form that a sheet is named after; empty where the name tells nothing."""
    plain = unicodedata.normalize("NFKC", sheet).strip()
    if _PLAIN_SHEET.fullmatch(plain) or _SHEET_OF_ANSWERS.fullmatch(plain):
        return ""
    return plain


def submission_id(values: Mapping[str, str], form: str, submitted_at: datetime) -> str:
    """Return the same id for the same submission in every export.

    Made of the service's own number if there is one, else of form, instant, mail and name; only
    without a mail address also of phone, company and message. Columns that people work in
    (status, owner) take no part, and characters that CP932 lacks count as lost everywhere.

    Args:
        values: the row's texts by column.
        form: the form's name.
        submitted_at: when it was sent.
    """
    own = values.get("submission_id", "").strip()
    if own:
        parts = [form, "no", own]
    else:
        name = values.get("full_name") or (
            values.get("family_name", "") + values.get("given_name", "")
        )
        parts = [form, submitted_at.strftime("%Y-%m-%dT%H:%M:%SZ"), values.get("email", ""), name]
        if not values.get("email"):
            phone = values.get("phone") or values.get("mobile", "")
            digits = "".join(one for one in _folded(phone) if one.isdigit()).lstrip("0")
            parts += [digits, values.get("company_name", ""), values.get("message", "")]
    text = "\n".join(map(_folded, parts))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _folded(text: str) -> str:
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    return plain.encode("cp932", "replace").decode("cp932")
