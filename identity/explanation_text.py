"""An explanation in plain Japanese, line by line.

Every figure stands beside the parts that it is made of, so that a reader can add them up. Not
here: the facts themselves (`explanation`).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from identity.company_matching import REGISTER
from identity.company_register import ATTRIBUTION
from identity.comparisons import OTHER_MAILBOX
from identity.evidence import EVIDENCE
from identity.explanation import (
    BETWEEN,
    SAME_CONTENT,
    VETOED,
    Case,
    Compared,
    Decided,
    Record,
    Redirect,
    Registered,
)
from identity.splink_model import read_weights

_TOKYO = ZoneInfo("Asia/Tokyo")
_NOUN = {"person": "人物", "account": "会社"}
_STOPS = {"person": ("同じ人物です", "別の人物です"), "account": ("同じ会社です", "別の会社です")}
_TITLES = {
    "name": "氏名", "mail": "メール", "mobile": "携帯", "landline": "固定電話", "employer": "会社",
    "postal": "郵便番号",
}  # fmt: skip
# the levels that a veto between the two themselves rests on
_AGAINST = (("name", 0), ("name", 3), ("name", 4), ("mail", OTHER_MAILBOX))
_BELIEF = {row.reason: row.belief for row in EVIDENCE}
NOTHING_TO_COMPARE = "比べる値がない"


@cache
def _levels() -> dict[str, tuple[str, dict[int, str]]]:
    """Comparison → what it is called, and the words for its levels."""
    found = {}
    for comparison in read_weights()["comparisons"]:
        weighing = [one for one in comparison["comparison_levels"] if not one.get("is_null_level")]
        words = {len(weighing) - 1 - at: one["label_for_charts"]
                 for at, one in enumerate(weighing)}  # fmt: skip
        name = comparison["output_column_name"]
        found[name] = (_TITLES.get(name, name), words)
    return found


def pair_lines(case: Case, a: str, b: str) -> Iterator[str]:
    """Whether two records are one person or company, and everything that speaks on it.

    Args:
        case: The records of both with all that touches them.
        a: Key of the one record.
        b: Key of the other.
    """
    one, other = case.records[a], case.records[b]
    yield f"A  {_shown(one)}"
    yield f"B  {_shown(other)}"
    yield ""
    yield from _conclusion(case, one, other)
    pair = case.pair(a, b)
    if one.place == other.place and a != b:
        yield f"根拠: 「{SAME_CONTENT}」— 照合に使う値がすべて同じ2件です。"
    yield from _decision_lines(case.between(a, b))
    if pair is not None:
        yield from _comparison_lines(pair, one, other)
    elif one.place != other.place:
        yield ""
        yield "直接の比較: ありません(共有する値がなく、比べる候補になりませんでした)。"
    yield from _value_lines(one, other)
    yield from _chain_lines(case, one, other)
    yield from _id_lines(case, *dict.fromkeys((one.resolved_id, other.resolved_id)))
    yield from _source_lines(case)


def record_lines(case: Case, a: str) -> Iterator[str]:
    """The person or company of one record: each of its records with what holds it there."""
    record = case.records[a]
    members = case.members(record.resolved_id)
    yield f"{_NOUN[record.entity]} {record.resolved_id} — レコード {len(members)} 件"
    yield ""
    for member in members:
        mark = "→" if member.key == a else " "
        yield f"{mark} {_shown(member)}"
        yield f"    {member.reason}(確率 {member.probability:.6f})"
        yield from _partner_line(case, member)
    yield from _decision_lines(case.decisions)
    yield from _id_lines(case, record.resolved_id)
    yield from _source_lines(case)


def _partner_line(case: Case, member: Record) -> Iterator[str]:
    tie = case.strongest_tie(member)
    is_elsewhere = member.place != member.key and not member.place.startswith("mention:")
    if is_elsewhere:
        how = SAME_CONTENT if member.entity == "person" else member.reason
        yield f"    結びつけた相手: {member.place}({how})"
    elif tie is not None:
        partner = tie.other if tie.one == member.place else tie.one
        yield f"    結びつけた相手: {_name_of(partner)}({tie.evidence}{_probability(tie)})"


def _conclusion(case: Case, one: Record, other: Record) -> Iterator[str]:
    same, apart = _STOPS[one.entity]
    if one.is_company != other.is_company:
        same, apart = "A と B は勤め先と会社の関係です", "A と B は勤め先と会社の関係ではありません"
    if one.resolved_id == other.resolved_id:
        yield f"結論: {same}({one.resolved_id})。"
        for record in (one, other):
            if one.is_company != other.is_company and not record.is_company:
                yield f"根拠: 「{record.reason}」(確率 {record.probability:.6f})"
        return
    yield f"結論: {apart}(A は {one.resolved_id}、B は {other.resolved_id})。"
    refused = case.refused(one.key, other.key)
    direct = case.pair(one.key, other.key)
    if direct is not None and direct.verdict == VETOED:
        yield f"理由: 禁止の規則「{direct.veto}」に当たるため、他に一致があっても結びつけません。"
    elif direct is not None and direct.verdict == BETWEEN:
        yield f"理由: {_undecided(direct)}"
    elif refused is not None:
        yield (
            f"理由: 途中の {_name_of(refused.one)} と {_name_of(refused.other)} を"
            f"結びつけていません({refused.veto or _undecided(refused)})。"
        )
    else:
        yield "理由: 2件を結びつける証拠がありません。"


def _undecided(pair: Compared) -> str:
    if pair.evidence is not None:
        return (
            f"証拠「{pair.evidence}」はありますが、同じ証拠が別々の相手を指すか"
            "食い違う値があるため、決めていません(人の確認待ち)"
        )
    return f"確率 {pair.probability:.6f} で、証拠と言える一致がありません(人の確認待ち)"


def _comparison_lines(pair: Compared, one: Record, other: Record) -> Iterator[str]:
    yield ""
    if pair.total is None or pair.prior is None:
        how = "" if one.entity == "account" else "(元システムまたは人が指定したもの)"
        yield f"直接の一致: 「{pair.evidence}」{how}" if pair.evidence else "直接の一致: なし"
        return
    yield "直接の比較(重みは 2 を底とする対数。+ は同じ、- は別であることを示す)"
    yield f"  {'事前の見込み':　<8}{pair.prior:+12.6f}  無作為に選んだ2件が同じである見込み"
    for name, weight in pair.weights.items():
        title, words = _levels()[name]
        level = pair.levels[name]
        said = NOTHING_TO_COMPARE if weight is None else words.get(level or 0, "")
        values = f"{one.values.get(name) or '-'} / {other.values.get(name) or '-'}"
        yield f"  {title:　<8}{weight or 0.0:+12.6f}  {said}: {values}"
    yield f"  {'合計':　<8}{pair.total:+12.6f}"
    yield f"重みから出る確率: 1/(1+2^-合計) = {pair.weighed_probability:.6f}"
    for number, reason in enumerate(pair.fits):
        least = _BELIEF.get(reason)
        stated = "元システムまたは人が指定" if least is None else f"認める最低の確率 {least:.6f}"
        yield f"{'証拠: ' if number == 0 else '      '}「{reason}」({stated})"
    if pair.fits:
        yield f"採用した確率: {pair.probability:.6f}"
        yield "  (重みから出る確率と、上の証拠に認める最低の確率のうち、最初のものとの大きいほう)"
    if pair.veto is not None:
        yield f"結びつけを禁じるもの: 「{pair.veto}」"
        if all(pair.levels.get(name) != level for name, level in _AGAINST):
            yield "  (この2件ではなく、それぞれの人物の他のレコードの値が食い違います)"


def _value_lines(one: Record, other: Record) -> Iterator[str]:
    """Companies are not weighed; their values stand side by side."""
    if one.entity != "account":
        return
    yield ""
    yield "照合に使う値"
    for name in one.values:
        mine, theirs = one.values[name], other.values.get(name)
        word = "一致" if mine and mine == theirs else "違う" if mine and theirs else "片方が空"
        yield f"  {name:　<8}{word}: {mine or '-'} / {theirs or '-'}"


def _chain_lines(case: Case, one: Record, other: Record) -> Iterator[str]:
    chain = case.chain(one.key, other.key)
    if not chain or one.resolved_id != other.resolved_id:
        return
    yield ""
    if len(chain) == 1:
        yield f"つながり: 2件を直接結ぶ証拠があります(「{chain[0].evidence}」)。"
        return
    yield f"つながり: 直接ではなく、次の {len(chain)} つの結びつきで 1 つになっています。"
    at = one.place
    for number, link in enumerate(chain, start=1):
        there = link.other if link.one == at else link.one
        yield (f"  {number}. {_name_of(at)} ─ {_name_of(there)}: "
               f"{link.evidence}{_probability(link)}")  # fmt: skip
        at = there


def _decision_lines(decisions: Iterable[Decided]) -> Iterator[str]:
    for one in decisions:
        said = "同じ" if one.is_same else "別"
        pair = f"{one.one} と {one.other}"
        by = f"、{one.decided_by}" if one.decided_by else ""
        standing = "" if one.holds else " — 新しい判断と食い違うため使っていません"
        yield f"人の判断: {pair} は「{said}」({_day(one.decided_at)}{by}){standing}"


def _id_lines(case: Case, *ids: str) -> Iterator[str]:
    for resolved_id in ids:
        for redirect in case.earlier_ids(resolved_id):
            yield _redirected(redirect)


def _source_lines(case: Case) -> Iterator[str]:
    """What the register says of stated numbers, with what its agency asks everybody to say."""
    reasons = {record.reason for record in case.records.values()}
    checked = [_checked(case, *found) for found in sorted((case.register or {}).items())]
    if checked or REGISTER in reasons | {pair.evidence for pair in case.compared}:
        yield ""
        yield from checked
        yield ATTRIBUTION


def _checked(case: Case, number: str, found: Registered | None) -> str:
    if found is None:
        return f"法人番号 {number}: 取り込んだ公表情報にはありません。"
    said = f"法人番号 {number}: {found.name}"
    if found.surviving_number != number:
        said += f"({found.surviving_number} に合併・承継)"
    elif found.is_closed:
        said += "(閉鎖)"
    stated = {record.values.get("会社名") for record in case.records.values()
              if record.values.get("法人番号") == number}  # fmt: skip
    others = sorted(name for name in stated - found.cores if name)
    return f"{said} — 記録の会社名「{'、'.join(others)}」とは違います" if others else said


def _redirected(redirect: Redirect) -> str:
    how = "に統合" if redirect.reason == "統合" else "を分割"
    return f"以前のID: {redirect.old_id} → {redirect.new_id}({_day(redirect.happened_at)} {how})"


def _shown(record: Record) -> str:
    gone = "(元システムで削除済み)" if record.is_deleted else ""
    return f"{record.key}{gone}  {record.face}".rstrip()


def _name_of(place: str) -> str:
    """A place in words: a record by its key, a statement about a company by what it says."""
    if not place.startswith("mention:"):
        return place
    said = [part for part in place.removeprefix("mention:").split("|") if part]
    return f"人のレコードが名乗る会社「{' / '.join(said)}」"


def _probability(pair: Compared) -> str:
    return "" if pair.probability is None else f"、確率 {pair.probability:.6f}"


def _day(instant: datetime | None) -> str:
    return "日時不明" if instant is None else f"{instant.astimezone(_TOKYO):%Y-%m-%d}"
