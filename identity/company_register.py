"""What the public register of corporations (国税庁 法人番号公表サイト) says of companies.

The register is an optional reference of some five million corporations. Here belongs finding those
that records speak of: by number, and by a name that the corporation has or had. Not here: which
records mean one company because of it (`employers`, `company_matching`).
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from identity.companies import parse_company
from identity.written_forms import has_kanji, read_table

# To be shown wherever something is that was found with the register.
ATTRIBUTION = (
    "国税庁法人番号公表サイト(https://www.houjin-bangou.nta.go.jp/)の情報を加工して作成。"
    "内容は国税庁によって保証されたものではありません。"
)
REGISTER_SCHEMA = pa.schema(
    [
        ("corporate_number", pa.string()),
        ("surviving_number", pa.string()),
        ("registered_name", pa.string()),
        ("core", pa.string()),
        ("legal_form", pa.string()),
        ("prefecture", pa.string()),
        ("is_current", pa.bool_()),
        ("is_closed", pa.bool_()),
    ]
)
EVENT_COLUMNS = (
    "corporate_number", "process", "updated_on", "company_name", "prefecture", "closed_on",
    "successor_corporate_number",
)  # fmt: skip
Events = Callable[[], Iterable[pa.RecordBatch]]

_SMALL_KANA = "ァィゥェォッャュョヮぁぃぅぇぉっゃゅょゎ"
_LARGE_KANA = "アイウエオツヤユヨワあいうえおつやゆよわ"
_MERGER_VOID, _TAKEN_BACK, _REVIVED = "72", "99", "22"


def find_corporations(events: Events, numbers: Collection[str], cores: Collection[str]) -> pa.Table:
    """The corporations that records speak of, with every name they had.

    Args:
        events: Opens the register anew at each call: batches in `EVENT_COLUMNS`.
        numbers: 法人番号 that records state.
        cores: Comparable names that records state, earlier names too.

    Returns:
        Rows of `REGISTER_SCHEMA`, one per corporation and name, sorted.
    """
    wanted = pa.array(sorted(numbers), pa.string())
    by_name = {number for batch in events() for number in _named(batch, frozenset(cores))}
    wanted = pa.array(sorted({*wanted.to_pylist(), *by_name}), pa.string())
    found = pa.schema([(name, pa.string()) for name in EVENT_COLUMNS]).empty_table()
    # a corporation that took another over may have been taken over itself
    while len(wanted):
        more = _of_numbers(events, wanted)
        found = pa.concat_tables([found, more])
        known = set(found["corporate_number"].to_pylist())
        heirs = set(more["successor_corporate_number"].drop_null().to_pylist())
        wanted = pa.array(sorted(heirs - known), pa.string())
    return _names(found)


def _of_numbers(events: Events, numbers: pa.Array) -> pa.Table:
    kept = [batch.filter(pc.is_in(batch["corporate_number"], numbers)) for batch in events()]
    schema = pa.schema([(name, pa.string()) for name in EVENT_COLUMNS])
    tables = [_as_text(batch) for batch in kept if batch.num_rows]
    return pa.concat_tables(tables) if tables else schema.empty_table()


def _as_text(batch: pa.RecordBatch) -> pa.Table:
    columns = {name: batch[name].cast(pa.string()) for name in EVENT_COLUMNS}
    return pa.table(columns)


@cache
def _folding() -> tuple[str, str, str]:
    """Characters, what they are folded to, and the legal forms: what makes a name comparable."""
    variants = read_table("kanji_variants")
    before = "".join(row["variant"] for row in variants) + _SMALL_KANA
    after = "".join(row["standard"] for row in variants) + _LARGE_KANA
    forms = [row["written"] for row in read_table("legal_forms")]
    written = sorted((form for form in forms if has_kanji(form) and len(form) > 2), key=len)
    return before, after, "|".join(map(re.escape, reversed(written)))


def _named(batch: pa.RecordBatch, cores: frozenset[str]) -> Iterator[str]:
    """The numbers of a batch whose name is one of the cores; most rows cost no Python."""
    names = pc.utf8_lower(pc.utf8_normalize(batch["company_name"].cast(pa.string()), "NFKC"))
    folded = "regexp_replace(translate({name}, $before, $after), '[^\\p{{L}}\\p{{N}}]|ー', '', 'g')"
    before, after, forms = _folding()
    with duckdb.connect(":memory:") as con:
        con.register("names", pa.table({"place": pa.array(range(len(names))), "name": names}))
        con.register("cores", pa.table({"core": pa.array(sorted(cores), pa.string())}))
        bare = folded.format(name="regexp_replace(name, $forms, '', 'g')")
        rows = con.execute(
            f"select place from names semi join cores on {bare} = {folded.format(name='core')}",
            {"before": before, "after": after, "forms": forms},
        ).fetchall()
    for (place,) in rows:
        if parse_company(batch["company_name"][place].as_py()).core in cores:
            yield batch["corporate_number"][place].as_py()


def _names(events: pa.Table) -> pa.Table:
    """One row per corporation and name."""
    parsed = {name: parse_company(name) for name in set(events["company_name"].to_pylist()) if name}
    spoken = {
        "company_name": pa.array(list(parsed), pa.string()),
        "core": pa.array([one.core for one in parsed.values()], pa.string()),
        "legal_form": pa.array([one.legal_form for one in parsed.values()], pa.string()),
    }
    with duckdb.connect(":memory:") as con:
        con.register("events", events)
        con.register("spoken", pa.table(spoken))
        found = con.sql(_NAMES_SQL).to_arrow_table()
    return found.cast(REGISTER_SCHEMA)


_NAMES_SQL = f"""
    with recursive latest as (
        select corporate_number, max_by(process, (updated_on, process)) as process,
            max_by(company_name, (updated_on, process)) as company_name,
            max_by(prefecture, (updated_on, process)) as prefecture,
            max_by(closed_on, (updated_on, process)) as closed_on,
            max_by(coalesce(successor_corporate_number, ''), (updated_on, process)) as successor
        from events group by corporate_number
        having max_by(process, (updated_on, process)) <> '{_TAKEN_BACK}'
    ),
    heirs as (
        select corporate_number, corporate_number as heir, 0 as steps from latest
        union
        select heirs.corporate_number, latest.successor, steps + 1
        from heirs inner join latest on heirs.heir = latest.corporate_number
        where latest.successor <> '' and latest.process not in ('{_MERGER_VOID}', '{_REVIVED}')
            and steps < 20
    ),
    surviving as (
        select corporate_number, max_by(heir, steps) as surviving_number
        from heirs group by corporate_number
    )
    select distinct
        latest.corporate_number,
        surviving.surviving_number,
        latest.company_name as registered_name,
        spoken.core,
        spoken.legal_form,
        latest.prefecture,
        events.company_name = latest.company_name as is_current,
        latest.closed_on is not null as is_closed
    from latest
    inner join surviving using (corporate_number)
    inner join events using (corporate_number)
    inner join spoken on events.company_name = spoken.company_name
    order by all
"""
