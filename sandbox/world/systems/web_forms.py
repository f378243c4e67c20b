"""Exports of form services: a Japanese form service's CSV twice, a Google sheet, a titled workbook.

Belongs here: who sent one of these forms, and the files as people export them. Must not: touch the
records of other systems; everything is drawn from streams of its own.
"""

from __future__ import annotations

import csv
import hashlib
import io
import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sandbox.world.answer_key import AnswerKey
from sandbox.world.identifiers import token
from sandbox.world.journeys.plan import Appearance, Journey
from sandbox.world.streams import Streams, chance, weighted
from sandbox.world.systems.spreadsheets import write_xlsx
from sandbox.world.timing import TOKYO, WEEKS, business_moment, in_office
from sandbox.world.truth.campaigns import Campaign
from sandbox.world.truth.sales_team import OWN_SITE
from sandbox.world.writing.handwriting import WrittenPerson, write_person

_SHARE = 0.06
_JUNK_SHARE = 0.002
# far beyond the records that a journey plans itself
_NUMBER = 900
_NOBODY_NEW = frozenset({"suspect", "recycled"})
_QUESTIONS = ("料金を知りたい", "導入の流れを知りたい", "", "デモを見たい", "既存のMAとの違いは？")
_STATES = ("未対応", "対応中", "完了")


@dataclass(frozen=True)
class Submission:
    """One answer; `sent_at` in the resolution of its service."""

    number: int
    sent_at: datetime
    family: str
    given: str
    email: str
    phone: str = ""
    company: str = ""
    department: str = ""
    title: str = ""
    page_url: str = f"{OWN_SITE}/lp/forms"
    question: str = ""
    state: str = _STATES[0]

    def name(self, space: str) -> str:
        """Return the name in one field."""
        return f"{self.family}{space}{self.given}" if self.given else self.family


@dataclass(frozen=True)
class FormStyle:
    """One form: its name, how its service writes instants, what it asks, and its columns."""

    form: str
    columns: tuple[tuple[str, Callable[[Submission], object]], ...]
    has_seconds: bool = False
    has_numbers: bool = False
    has_phone: bool = True


def _asked(sent: Submission) -> str:
    return sent.question or "詳しく聞きたい"


def _slashes(at: datetime) -> str:
    local = at.astimezone(TOKYO)
    return f"{local.year}/{local.month}/{local.day} {local.hour}:{local.minute:02d}"


_DOWNLOAD = FormStyle(
    "資料請求フォーム",
    (
        ("受付番号", lambda one: one.number), ("対応状況", lambda one: one.state),
        ("受信日時", lambda one: _slashes(one.sent_at)),
        ("貴社名", lambda one: one.company),
        ("部署名", lambda one: one.department), ("お役職", lambda one: one.title),
        ("お名前(姓)", lambda one: one.family),
        ("お名前(名)", lambda one: one.given),
        ("メールアドレス", lambda one: one.email),
        ("電話番号", lambda one: one.phone),
        ("ご質問", lambda one: one.question),
        ("個人情報の取り扱い", lambda one: "同意する"),
        ("送信元URL", lambda one: one.page_url),
    ),
    has_numbers=True,
)  # fmt: skip
_SEMINAR = FormStyle(
    "共催セミナーお申し込み",
    (
        ("タイムスタンプ", lambda one: f"{one.sent_at.astimezone(TOKYO):%Y/%m/%d %H:%M:%S}"),
        ("お名前", lambda one: one.name(" ")),
        ("メールアドレス", lambda one: one.email),
        ("会社名", lambda one: one.company),
        ("ご所属部署", lambda one: one.department),
        ("お役職", lambda one: one.title),
        ("ご興味のあるテーマ\n（複数選択可）", lambda one: "名寄せ, 営業とマーケの連携"),
        ("個人情報の取り扱いに同意しますか", lambda one: "はい"),
    ),
    has_seconds=True,
    has_phone=False,
)
_INQUIRY = FormStyle(
    "お問い合わせ",
    (
        ("No", lambda one: one.number),
        ("送信日時", lambda one: one.sent_at.astimezone(TOKYO).replace(tzinfo=None)),
        ("お名前", lambda one: one.name("　")),
        ("会社名", lambda one: one.company),
        ("メールアドレス", lambda one: one.email),
        ("TEL", lambda one: one.phone),
        ("お問い合わせ内容", _asked),
        ("ページURL", lambda one: one.page_url),
    ),
)
STYLES = (_DOWNLOAD, _SEMINAR, _INQUIRY)


@dataclass
class FormService:
    """Collects what people sent and writes it out as the exports that somebody dropped."""

    streams: Streams
    key: AnswerKey
    now: datetime
    _sent: dict[str, list[Submission]] = field(default_factory=dict)

    def collect(self, journeys: dict[str, Journey], calendar: list[Campaign]) -> None:
        """Let some people send a form, and some strangers send nonsense."""
        for journey in journeys.values():
            rng = self.streams.of("web-form", journey.person.key)
            if chance(rng, _SHARE) and journey.state not in _NOBODY_NEW:
                self._send(rng, journey, calendar)
        for number in range(max(1, round(len(journeys) * _JUNK_SHARE))):
            self._junk(self.streams.of("web-form-junk", number))

    def files(self) -> dict[str, bytes]:
        """Return the exports by their path in the inbox."""
        found: dict[str, bytes] = {}
        downloads = self._sent.get(_DOWNLOAD.form, [])
        earlier = self.now - timedelta(weeks=8)
        # the second export holds the first one's answers again, by then dealt with
        first = [replace(one, state="未対応") for one in downloads if one.sent_at < earlier]
        for day, sent in ((earlier, first), (self.now, downloads)):
            if sent:
                name = f"{_DOWNLOAD.form}_{day.astimezone(TOKYO):%Y%m%d}.csv"
                found[f"forms/{name}"] = _as_csv(_DOWNLOAD, sent, "cp932")
        if seminar := self._sent.get(_SEMINAR.form):
            name = f"{_SEMINAR.form}（回答） - フォームの回答 1.csv"
            found[f"forms/{name}"] = _as_csv(_SEMINAR, seminar, "utf-8")
        if inquiries := self._sent.get(_INQUIRY.form):
            rows = [_cells(_INQUIRY, one) for one in inquiries]
            headers = [header for header, _ in _INQUIRY.columns]
            title = ("お問い合わせ一覧", "※受信箱から書き出し", "")
            found[f"forms/{_INQUIRY.form}.xlsx"] = write_xlsx("Sheet1", title, headers, rows)
        return found

    def _send(self, rng: random.Random, journey: Journey, calendar: list[Campaign]) -> None:
        style = self._style(rng, journey)
        at = self._moment(rng, journey, style)
        appearance = Appearance(journey.person, "typeform", at, _NUMBER)
        written = _as_asked(style, write_person(rng, appearance))
        campaign = _campaign(rng, calendar, at)
        query = f"?utm_source=newsletter&utm_campaign={campaign.utm}" if campaign else ""
        sent = self._sent.setdefault(style.form, [])
        sent.append(
            Submission(
                number=10_001 + len(sent),
                sent_at=at,
                family=written.name.family,
                given=written.name.given,
                email=written.email,
                phone=written.phone,
                company=written.company,
                department=written.department,
                title=written.title,
                page_url=f"{OWN_SITE}/lp/forms{query}",
                question=rng.choice(_QUESTIONS),
                state=rng.choice(_STATES),
            )
        )
        ref = ("web_forms", "submission", submission_id(style, sent[-1]))
        self.key.note_person(ref, journey.person, written)

    def _style(self, rng: random.Random, journey: Journey) -> FormStyle:
        weights = {0: 4.0, 1: 5.0, 2: 3.0}
        reached = journey.mql_at
        may_score = reached is not None and reached < self.now - timedelta(days=2)
        drawn = STYLES[weighted(rng, weights)]
        return drawn if may_score else _SEMINAR

    def _moment(self, rng: random.Random, journey: Journey, style: FormStyle) -> datetime:
        start = journey.seen_at
        if style is not _SEMINAR and journey.mql_at:
            start = journey.mql_at + timedelta(hours=1)
        end = min(journey.person.seen_until or self.now, self.now - timedelta(minutes=90))
        end = max(end, start)
        hours = max((end - start).total_seconds() / 3600, 1.0)
        at = min(in_office(rng, start, 0.5, min(hours, 24 * 60)), end)
        return at.replace(second=at.second if style.has_seconds else 0, microsecond=0)

    def _junk(self, rng: random.Random) -> None:
        at = business_moment(rng, self.now - timedelta(days=rng.randint(3, WEEKS * 7 - 3)))
        family, given = rng.choice((("あああ", "いいい"), ("SEO", "Ranking"), ("テスト", "太郎")))
        sent = self._sent.setdefault(_DOWNLOAD.form, [])
        mail = f"{token(rng, 9)}@spam-sender.test"
        number = 10_001 + len(sent)
        sent.append(Submission(number, at.replace(second=0), family, given, mail))
        self.key.note_junk(("web_forms", "submission", submission_id(_DOWNLOAD, sent[-1])))


def submission_id(style: FormStyle, sent: Submission) -> str:
    """Return the id that the same submission has in every export."""
    if style.has_numbers:
        parts = [style.form, "no", str(sent.number)]
    else:
        at = sent.sent_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        parts = [style.form, at, sent.email, sent.name("")]
        if not sent.email:
            digits = "".join(one for one in _plain(sent.phone) if one.isdigit()).lstrip("0")
            parts += [digits, sent.company, _asked(sent) if style is _INQUIRY else ""]
    return hashlib.sha256("\n".join(map(_plain, parts)).encode()).hexdigest()[:32]


def _as_asked(style: FormStyle, written: WrittenPerson) -> WrittenPerson:
    """Leave out what the form does not ask for."""
    phone = (written.mobile or written.phone) if style.has_phone else ""
    name = replace(written.name, family_kana="", given_kana="")
    return replace(written, name=name, phone=phone, mobile="", address=None)


def _plain(text: str) -> str:
    folded = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    return folded.encode("cp932", "replace").decode("cp932")


def _campaign(rng: random.Random, calendar: list[Campaign], at: datetime) -> Campaign | None:
    day = at.astimezone(TOKYO).date()
    running = [one for one in calendar if one.starts_on <= day <= one.ends_on]
    return rng.choice(running) if running and chance(rng, 0.5) else None


def _cells(style: FormStyle, sent: Submission) -> list[object]:
    return [value(sent) for _, value in style.columns]


def _as_csv(style: FormStyle, sent: list[Submission], encoding: str) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([header for header, _ in style.columns])
    writer.writerows(_cells(style, one) for one in sent)
    # characters outside CP932 turn into ?, as form services write them
    return buffer.getvalue().encode(encoding, "replace" if encoding == "cp932" else "strict")
