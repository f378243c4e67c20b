"""Which agreements tie two records to one person, and which differences forbid it.

Each row of EVIDENCE can be defended in a sentence. What Splink says breaks ties and gives the
probability; it does not overrule a veto.
"""

from collections import defaultdict
from dataclasses import dataclass

import duckdb

from identity.comparisons import (
    FORMER_NAME_LEVEL,
    MAIL_SQL,
    NAME_COLUMNS,
    NAME_SQL,
    OTHER_MAILBOX,
    SAME_NAME_LEVEL,
    SAME_SOUND_LEVEL,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One kind of tie.

    Attributes:
        reason: What users read.
        condition: SQL over the compared pair (gamma_… columns, match_probability).
        belief: The least probability that this tie deserves.
        must_be_only: Whether it ties only when all it points to can be one person.
    """

    reason: str
    condition: str
    belief: float
    must_be_only: bool = False


_SAME_NAME = f"gamma_name >= {SAME_NAME_LEVEL}"
# an earlier surname that is stated; beside the name it takes what the same name takes
_FORMER_NAME = f"gamma_name = {FORMER_NAME_LEVEL}"
# what kana and Latin letters sound like; they leave a lot open
_SAME_SOUND = f"gamma_name = {SAME_SOUND_LEVEL}"
_NO_MAIL_AGAINST = "gamma_mail <> 1"
_NO_PHONE_AGAINST = "gamma_landline <> 0 and gamma_mobile <> 0"
# a frequent name in a large company, or other values that differ, take the weight down
_PROBABLE = "match_probability >= 0.5"
_UNNAMED = "gamma_name in (-1, 1)"

# Strongest first; a pair counts with the first row that fits.
EVIDENCE = (
    Evidence("メール+氏名一致", f"gamma_mail = 5 and {_SAME_NAME}", 0.999),
    Evidence("携帯+氏名一致", f"gamma_mobile = 1 and {_SAME_NAME}", 0.999),
    Evidence("メール+旧姓・名一致", f"gamma_mail = 5 and {_FORMER_NAME}", 0.99),
    Evidence("携帯+旧姓・名一致", f"gamma_mobile = 1 and {_FORMER_NAME}", 0.985),
    Evidence("メール一致(氏名はカナと英字)", f"gamma_mail = 5 and {_SAME_SOUND}", 0.99),
    Evidence("携帯一致(氏名はカナと英字)", f"gamma_mobile = 1 and {_SAME_SOUND}", 0.985),
    Evidence("メール一致(氏名の表記違い)", "gamma_mail = 5 and gamma_name = 4", 0.99),
    Evidence("携帯一致(氏名の表記違い)", "gamma_mobile = 1 and gamma_name = 4", 0.985),
    Evidence("メール+名一致(改姓の可能性)", "gamma_mail = 5 and gamma_name = 3", 0.98),
    Evidence("携帯+名一致(改姓の可能性)", "gamma_mobile = 1 and gamma_name = 3", 0.975),
    Evidence("メール+携帯一致", f"gamma_mail = 5 and gamma_mobile = 1 and {_UNNAMED}", 0.99, True),
    Evidence(
        "メールの打ち間違い+氏名一致",
        f"gamma_mail = 4 and {_SAME_NAME} and gamma_employer <> 0",
        0.985,
        True,
    ),
    Evidence("共有メール+氏名一致", f"gamma_mail = 3 and {_SAME_NAME}", 0.98, True),
    Evidence(
        "会社名+氏名+メール名一致(ドメイン変更)",
        f"gamma_mail = 2 and gamma_employer >= 1 and {_SAME_NAME} and {_NO_PHONE_AGAINST}",
        0.98,
        True,
    ),
    Evidence(
        "電話+氏名一致", f"gamma_landline = 1 and {_SAME_NAME} and {_NO_MAIL_AGAINST}", 0.985, True
    ),
    Evidence("共有メール+旧姓・名一致", f"gamma_mail = 3 and {_FORMER_NAME}", 0.96, True),
    Evidence(
        "電話+旧姓・名一致",
        f"gamma_landline = 1 and {_FORMER_NAME} and {_NO_MAIL_AGAINST}",
        0.96,
        True,
    ),
    Evidence(
        "電話一致(氏名はカナと英字)",
        f"gamma_landline = 1 and {_SAME_SOUND} and {_NO_MAIL_AGAINST}",
        0.96,
        True,
    ),
    Evidence("メール+姓一致", "gamma_mail = 5 and gamma_name = 2", 0.97, True),
    Evidence("携帯+姓一致", "gamma_mobile = 1 and gamma_name = 2", 0.96, True),
    Evidence("メール一致", f"gamma_mail = 5 and {_UNNAMED}", 0.96, True),
    Evidence("携帯一致", f"gamma_mobile = 1 and {_UNNAMED}", 0.93, True),
    Evidence(
        "会社名+氏名一致",
        f"gamma_employer = 2 and {_SAME_NAME} and {_NO_MAIL_AGAINST} and {_PROBABLE}",
        0.9,
        True,
    ),
    Evidence(
        "会社名一致(氏名はカナと英字)",
        f"gamma_employer = 2 and {_SAME_SOUND} and {_NO_MAIL_AGAINST} and {_PROBABLE}",
        0.9,
        True,
    ),
    Evidence(
        "会社名+旧姓・名一致",
        f"gamma_employer = 2 and {_FORMER_NAME} and {_NO_MAIL_AGAINST} and {_PROBABLE}",
        0.9,
        True,
    ),
)

# What people decided comes before system links, and these before every row of EVIDENCE.
DECISION_RANK, LINK_RANK = -1, 0

Pair = tuple[str, str]

# What speaks against a tie, as users read it.
OTHER_NAME = "氏名が違う"
OTHER_SPELLING = "氏名の表記が違う"
OTHER_MAIL = "同じ勤め先の別メール"
# What lifts the first two.
_RENAMED = "旧姓"


@dataclass(frozen=True, slots=True, order=True)
class Tie:
    """Evidence between two nodes; ties sort strongest first.

    Attributes:
        rank: Place of its row in EVIDENCE; decisions and system links come before all.
        doubt: 1 − probability, so that the surer tie sorts first.
        one: The smaller node.
        other: The larger node.
        reason: What users read.
        must_be_only: As in `Evidence`.
    """

    rank: int
    doubt: float
    one: int
    other: int
    reason: str
    must_be_only: bool

    @property
    def probability(self) -> float:
        """How probable it is that the two are one person."""
        return 1.0 - self.doubt


def _case(value: str) -> str:
    whens = " ".join(
        f"when {row.condition} then {value.format(rank=rank, belief=row.belief)}"
        for rank, row in enumerate(EVIDENCE, start=1)
    )
    return f"case {whens} end"


def weigh_evidence(con: duckdb.DuckDBPyConnection) -> None:
    """Create the table `weighed`: `scored` with the evidence that fits each pair.

    Adds rank (place in EVIDENCE of the first row that fits, null if none), belief (the
    probability that the pair deserves) and also_fits (the reasons of all rows that fit).
    """
    reasons = ", ".join(f"case when {row.condition} then '{row.reason}' end" for row in EVIDENCE)
    con.execute(f"""
        create or replace table weighed as
        with ranked as (select *, {_case("{rank}")} as rank from scored)
        select
            *,
            round(greatest(match_probability, coalesce({_case("{belief}")}, 0)), 9) as belief,
            case when rank is not null
                then list_filter([{reasons}], lambda reason: reason is not null) end as also_fits
        from ranked
    """)


_MAIL_COLUMNS = (
    "email", "email_domain", "mail_local", "mail_digits", "mail_as_read", "is_shared_mailbox",
    "work_domain", "former_mail_locals",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Values:
    """What a node is called and reached by, as keys that vetoes speak of.

    Attributes:
        name: Key of the name with its readings.
        mail: The mailbox.
        written: The name as written, which several keys may share.
    """

    name: str | None
    mail: str | None
    written: str | None = None


def node_values(con: duckdb.DuckDBPyConnection, nodes: str) -> dict[int, Values]:
    """Name and mail of some nodes; the same name has the same key.

    Args:
        con: The database with the table `nodes`.
        nodes: Query for the column node.
    """
    rows = con.execute(f"""
        select node, email, full_name, name_key from nodes where node in ({nodes})
    """).fetchall()
    return {node: Values(name, mail, written) for node, mail, written, name in rows}


@dataclass(frozen=True, slots=True)
class Vetoes:
    """Pairs of values that must not meet in one person.

    Attributes:
        names: Pairs of names that are different names: never.
        near_names: Pairs of names that need a tie of their own to be one.
        mails: Two mailboxes of one employer: they need a tie of their own.
        renamed: No veto but what lifts one: of two names the one states the other as its earlier
            one, so that they stand for one person however the surnames differ.
    """

    names: frozenset[Pair] = frozenset()
    near_names: frozenset[Pair] = frozenset()
    mails: frozenset[Pair] = frozenset()
    renamed: frozenset[Pair] = frozenset()


def _neighbourhood_sql(value: str, columns: tuple[str, ...]) -> str:
    return f"""
        select component, {value} as value, {", ".join(f"min({c}) as {c}" for c in columns)}
        from components inner join nodes using (node)
        where {value} is not null
        group by component, {value}
    """


def find_vetoes(con: duckdb.DuckDBPyConnection) -> None:
    """Create the table `vetoes` (component, kind, one, other) of values that must not meet.

    Beside them stand the names that earlier surnames bring together, as _RENAMED.

    Reads `components` (node, component): what ties could bring together.
    """
    con.execute(f"""
        create or replace table vetoes as
        with
        named as ({_neighbourhood_sql("name_key", NAME_COLUMNS)}),
        mailed as ({_neighbourhood_sql("email", _MAIL_COLUMNS)}),
        levels as (
            select l.component, l.value as one, r.value as other, {NAME_SQL} as level
            from named as l
            inner join named as r on l.component = r.component and l.value < r.value
        )
        select
            component,
            case level when 0 then '{OTHER_NAME}' when {FORMER_NAME_LEVEL} then '{_RENAMED}'
                else '{OTHER_SPELLING}' end as kind,
            one,
            other
        from levels
        where level in (0, 3, 4, {FORMER_NAME_LEVEL})
        union all
        select l.component, '{OTHER_MAIL}', l.value, r.value
        from mailed as l
        inner join mailed as r on l.component = r.component and l.value < r.value
        where {MAIL_SQL} = {OTHER_MAILBOX}
    """)


def read_vetoes(con: duckdb.DuckDBPyConnection) -> dict[int, Vetoes]:
    """The table `vetoes` as pairs of values, by component."""
    found: dict[int, dict[str, set[Pair]]] = defaultdict(lambda: defaultdict(set))
    rows = con.execute("select component, kind, one, other from vetoes").fetchall()
    for component, kind, one, other in rows:
        found[component][kind].add((one, other))
    return {
        component: Vetoes(
            names=frozenset(by_kind[OTHER_NAME]),
            near_names=frozenset(by_kind[OTHER_SPELLING]),
            mails=frozenset(by_kind[OTHER_MAIL]),
            renamed=frozenset(by_kind[_RENAMED]),
        )
        for component, by_kind in found.items()
    }
