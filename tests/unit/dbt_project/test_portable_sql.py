"""The models keep to SQL that DuckDB and Spark both run.

What the engines spell differently stands in dispatching macros. So the project is compiled with
the body of every dispatching macro blanked out, and whatever engine-specific construct is then
still found in the parsed SQL of a model is in the wrong place. The clock is banned on the same
way: time is an input.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlglot import exp, parse_one

ROOT = Path(__file__).resolve().parents[3]
PROJECT = ROOT / "dbt_project"

BANNED_FUNCTIONS = {
    "age": "ages differ between engines; use kk_seconds_between",
    "arg_max": "use row_number()",
    "arg_min": "use row_number()",
    "array_agg": "aggregated lists differ in order and nulls",
    "columns": "COLUMNS(…) exists in DuckDB only",
    "current_date": "time is an input: use as_of()",
    "current_timestamp": "time is an input: use as_of()",
    "dayofweek": "week days are numbered differently",
    "epoch": "use kk_seconds_between",
    "epoch_ms": "use kk_seconds_between",
    "generate_series": "row generators exist in DuckDB only",
    "get_current_timestamp": "time is an input: use as_of()",
    "isodow": "week days are numbered differently",
    "list": "aggregated lists differ in order and nulls",
    "list_aggregate": "list functions exist in DuckDB only",
    "list_contains": "list functions exist in DuckDB only",
    "list_filter": "list functions exist in DuckDB only",
    "list_transform": "list functions exist in DuckDB only",
    "map": "map literals exist in DuckDB only",
    "now": "time is an input: use as_of()",
    "range": "row generators exist in DuckDB only",
    "regexp_extract": "no match is '' in one engine and null in another; use kk_regexp_extract",
    "regexp_replace": "DuckDB replaces the first match, Spark all of them",
    "strftime": "use kk_iso_instant or a dispatching macro",
    "string_split": "use kk_split_to_rows",
    "strptime": "use kk_try_cast or a dispatching macro",
    "struct_pack": "struct literals exist in DuckDB only",
    "timezone": "use kk_tokyo_date or kk_tokyo_midnight",
    "today": "time is an input: use as_of()",
    "unnest": "use kk_split_to_rows",
}
BANNED_NODES: dict[type[exp.Expression], str] = {
    exp.AtTimeZone: "use kk_tokyo_date or kk_tokyo_midnight",
    exp.Bracket: "lists are counted from 1 in DuckDB and from 0 in Spark",
    exp.Comprehension: "list comprehensions exist in DuckDB only",
    exp.CurrentDate: "time is an input: use as_of()",
    exp.CurrentTimestamp: "time is an input: use as_of()",
    exp.DayOfWeek: "week days are numbered differently",
    exp.DayOfWeekIso: "week days are numbered differently",
    exp.Explode: "use kk_split_to_rows",
    exp.GenerateSeries: "row generators exist in DuckDB only",
    exp.Lambda: "lambdas exist in DuckDB only",
    exp.Map: "map literals exist in DuckDB only",
    exp.ArrayAgg: "aggregated lists differ in order and nulls",
    exp.RegexpReplace: "DuckDB replaces the first match, Spark all of them",
    exp.Slice: "slices exist in DuckDB only",
    exp.Struct: "struct literals exist in DuckDB only",
    exp.TimeToStr: "use kk_iso_instant or a dispatching macro",
    exp.ToMap: "map literals exist in DuckDB only",
    exp.UnixToTime: "use kk_seconds_between",
    exp.Unnest: "use kk_split_to_rows",
}
WEEK_DAY_PART = re.compile(
    r"(extract\(|date_part\(')(iso)?(dow|dayofweek|weekday)\b", re.IGNORECASE
)

DISPATCHED_BODY = re.compile(
    r"(\{%-? macro (default__(?!kk_read_csv)\w+)\([^)]*\) -?%\}).*?(\{%-? endmacro -?%\})",
    re.DOTALL,
)


def violations(sql: str) -> Iterator[str]:
    """Yield a sentence for every construct that only one of the engines understands."""
    for node in parse_one(sql, dialect="duckdb").walk():
        reason = BANNED_NODES.get(type(node))
        if isinstance(node, exp.Func):
            reason = reason or BANNED_FUNCTIONS.get(function_name(node))
        if reason:
            yield f"{node.sql(dialect='duckdb')}: {reason}"
        elif WEEK_DAY_PART.match(node.sql(dialect="duckdb")):
            yield f"{node.sql(dialect='duckdb')}: week days are numbered differently"
        elif isinstance(node, exp.Join) and str(node.args.get("method") or "").upper() == "ASOF":
            yield "ASOF join: exists in DuckDB only"
        elif isinstance(node, exp.Distinct) and node.args.get("on"):
            yield "DISTINCT ON: exists in DuckDB only; use row_number()"
        elif isinstance(node, exp.Star) and (node.args.get("except_") or node.args.get("replace")):
            yield "* EXCLUDE / * REPLACE: exists in DuckDB only"
    if re.search(r",\s*(from\b|\))", sql, re.IGNORECASE):
        yield "a comma before FROM or a closing bracket: Spark refuses it"


def function_name(node: exp.Func) -> str:
    """Return the name under which a parsed function was written, in lower case."""
    return (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()


@pytest.fixture(scope="module")
def compiled_models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Compile the project with blanked dispatching macros; return model path → SQL."""
    copy = tmp_path_factory.mktemp("portable") / "dbt_project"
    shutil.copytree(PROJECT, copy, ignore=shutil.ignore_patterns("target", "logs"))
    for macro_file in copy.glob("macros/**/*.sql"):
        macro_file.write_text(DISPATCHED_BODY.sub(r"\1 \2() \3", macro_file.read_text()))
    run_dbt_compile(copy)
    compiled = copy / "target" / "compiled" / "kakehashi" / "models"
    # dbt puts the compiled tests of a properties file into a folder named after that file
    return {
        str(path.relative_to(compiled)): path.read_text()
        for path in compiled.rglob("*.sql")
        if path.parent.suffix != ".yml"
    }


def run_dbt_compile(project: Path) -> None:
    """Run dbt on a project, with databases in memory and without settings of this machine."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("KAKEHASHI_", "DBT_"))}
    result = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")),
            "compile",
            "--quiet",
            "--select=resource_type:model",
            f"--project-dir={project}",
            f"--profiles-dir={project}",
            "--vars={as_of: '2026-10-02T05:30:00Z'}",
        ],
        env={**environment, "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_model_keeps_to_sql_that_both_engines_run(compiled_models: dict[str, str]) -> None:
    found = {path: sorted(set(violations(sql))) for path, sql in sorted(compiled_models.items())}
    assert {path: reasons for path, reasons in found.items() if reasons} == {}


def test_every_sql_model_was_looked_at(compiled_models: dict[str, str]) -> None:
    expected = {
        str(path.relative_to(PROJECT / "models")) for path in PROJECT.glob("models/**/*.sql")
    }
    assert expected - set(compiled_models) == set()


def test_the_blanked_macros_are_the_dispatching_ones(compiled_models: dict[str, str]) -> None:
    hubspot_events = compiled_models["staging/hubspot/stg_hubspot__events.sql"]
    assert "default__kk_url_parameter()" in hubspot_events


@pytest.mark.parametrize(
    "macro_file", sorted(PROJECT.glob("macros/**/*.sql")), ids=lambda p: p.name
)
def test_every_dispatching_macro_has_a_variant_for_spark(macro_file: Path) -> None:
    text = macro_file.read_text()
    defaults = set(re.findall(r"macro default__(\w+)", text))
    assert defaults <= set(re.findall(r"macro spark__(\w+)", text))
    assert defaults <= set(re.findall(r"adapter\.dispatch\('(\w+)'", text))


@pytest.mark.parametrize(
    "sql",
    [
        "select list(v order by v) as vs from t",
        "select array_agg(v order by v) as vs from t",
        "select regexp_replace(v, 'a', 'b') as w from t",
        "select regexp_extract(v, 'a') as w from t",
        "select epoch_ms(v) as w from t",
        "select vs[-1] as w from t",
        "select vs[1:2] as w from t",
        "select dayofweek(v) as w from t",
        "select isodow(v) as w from t",
        "select extract(dow from v) as w from t",
        "select date_part('isodow', v) as w from t",
        "select strftime(v, '%G-W%V') as w from t",
        "select v at time zone 'Asia/Tokyo' as w from t",
        "select timezone('Asia/Tokyo', v) as w from t",
        "select * from generate_series(1, 3)",
        "select * from range(3)",
        "select [x + 1 for x in vs] as w from t",
        "select map {'a': 1} as w from t",
        "select {'a': 1} as w from t",
        "select * from t asof join u on t.v >= u.v",
        "select age(v, w) as x from t",
        "select columns('v.*') from t",
        "select unnest(vs) as v from t",
        "select list_transform(vs, x -> x + 1) as w from t",
        "select distinct on (v) v, w from t",
        "select * exclude (v) from t",
        "select v, from t",
        "select current_timestamp as v from t",
        "select now() as v from t",
        "select today() as v from t",
    ],
)
def test_a_construct_of_one_engine_is_found(sql: str) -> None:
    assert list(violations(sql)) != []


@pytest.mark.parametrize(
    "sql",
    [
        "select date_trunc('week', v) as w, cast(v as date) as d from t",
        "select row_number() over (partition by v order by w desc nulls last) as r from t",
        "with recursive a as (select 1 as n union all select n + 1 from a) select n from a",
        "select instr(v, 'x') as w, substr(md5(v), 1, 16) as h, v || 'x' as c from t",
        "select sum(v) over (order by w range between interval '30' day preceding and current row)"
        " as s from t",
        "select extract(year from v) as y, date_part('hour', v) as h from t",
    ],
)
def test_sql_of_both_engines_passes(sql: str) -> None:
    assert list(violations(sql)) == []
