"""Which agreements tie two records to one person, and which differences forbid it.

Each row of EVIDENCE can be defended in a sentence. What Splink says breaks ties and gives the
probability; it does not overrule a veto.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from identity.comparisons import MAIL_SQL, NAME_COLUMNS, NAME_SQL, OTHER_MAILBOX


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


_SAME_NAME = "gamma_name >= 5"
_NO_MAIL_AGAINST = "gamma_mail <> 1"
_NO_PHONE_AGAINST = "gamma_landline <> 0 and gamma_mobile <> 0"
# a frequent name in a large company, or other values that differ, take the weight down
_PROBABLE = "match_probability >= 0.5"
_UNNAMED = "gamma_name in (-1, 1)"

# Strongest first; a pair counts with the first row that fits.
EVIDENCE = (
    Evidence("メール+氏名一致", f"gamma_mail = 5 and {_SAME_NAME}", 0.999),
    Evidence("携帯+氏名一致", f"gamma_mobile = 1 and {_SAME_NAME}", 0.999),
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
)

# What people decided comes before system links, and these before every row of EVIDENCE.
DECISION_RANK, LINK_RANK = -1, 0

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, order=True)
class Tie:
    """Evidence between two nodes; ties sort strongest first.

    Attributes:
        rank: Place of its row in EVIDENCE; decisions and system links come before all.
        doubt: 1 − probability, so that the surer tie sorts first.
        one: The smaller node key.
        other: The larger node key.
        reason: What users read.
        must_be_only: As in `Evidence`.
    """

    rank: int
    doubt: float
    one: str
    other: str
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


def find_ties(con: duckdb.DuckDBPyConnection, pairs: str) -> list[Tie]:
    """The ties among predicted pairs, strongest first.

    Args:
        con: The database that holds the pairs.
        pairs: Table made by `predict_pairs`.
    """
    rows = con.execute(f"""
        select
            least(unique_id_l, unique_id_r) as one,
            greatest(unique_id_l, unique_id_r) as other,
            {_case("{rank}")} as rank,
            greatest(match_probability, {_case("{belief}")}) as probability
        from {pairs}
        where {_case("{rank}")} is not null
    """).fetchall()
    return sorted(
        Tie(rank, round(1.0 - probability, 9), one, other,
            EVIDENCE[rank - 1].reason, EVIDENCE[rank - 1].must_be_only)
        for one, other, rank, probability in rows
    )  # fmt: skip


_MAIL_COLUMNS = (
    "email", "email_domain", "mail_local", "mail_digits", "mail_as_read", "is_shared_mailbox",
    "work_domain",
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


def node_values(con: duckdb.DuckDBPyConnection) -> dict[str, Values]:
    """Name and mail of every node; the same name has the same key (that of its first node)."""
    rows = con.execute(f"""
        select unique_id, email, full_name,
            case when full_name is not null
                then min(unique_id) over (partition by {", ".join(NAME_COLUMNS)}) end as name
        from nodes_bare
    """).fetchall()
    return {node: Values(name, mail, written) for node, mail, written, name in rows}


@dataclass(frozen=True, slots=True)
class Vetoes:
    """Pairs of values that must not meet in one person.

    Attributes:
        names: Pairs of names that are different names: never.
        near_names: Pairs of names that need a tie of their own to be one.
        mails: Two mailboxes of one employer: they need a tie of their own.
    """

    names: frozenset[Pair]
    near_names: frozenset[Pair]
    mails: frozenset[Pair]


def _neighbourhood_sql(value: str, columns: str) -> str:
    return f"""
        select distinct component, {value} as value, {columns}
        from components inner join nodes_bare using (unique_id)
        inner join node_names using (unique_id)
        where {value} is not null
    """


def find_vetoes(
    con: duckdb.DuckDBPyConnection, values: dict[str, Values], components: dict[str, str]
) -> Vetoes:
    """The vetoes between values that ties could bring together.

    Args:
        con: The database that holds the nodes.
        values: As made by `node_values`.
        components: Node → key of the component that the ties span.
    """
    nodes = sorted(components)
    con.execute("create or replace table components (unique_id text, component text)")
    con.execute("create or replace table node_names (unique_id text, name text)")
    _insert(con, "components", [nodes, [components[node] for node in nodes]])
    _insert(con, "node_names", [nodes, [values[node].name for node in nodes]])
    names = _neighbourhood_sql("name", ", ".join(NAME_COLUMNS))
    levels = con.execute(f"""
        with named as ({names})
        select l.value, r.value, {NAME_SQL} as level
        from named as l
        inner join named as r on l.component = r.component and l.value < r.value
        where {NAME_SQL} in (0, 3, 4)
    """).fetchall()
    mailed = _neighbourhood_sql("email", ", ".join(_MAIL_COLUMNS))
    mails = con.execute(f"""
        with mailed as ({mailed})
        select l.value, r.value
        from mailed as l
        inner join mailed as r on l.component = r.component and l.value < r.value
        where {MAIL_SQL} = {OTHER_MAILBOX}
    """).fetchall()
    return Vetoes(
        names=frozenset((one, other) for one, other, level in levels if level == 0),
        near_names=frozenset((one, other) for one, other, level in levels if level != 0),
        mails=frozenset((one, other) for one, other in mails),
    )


def _insert(
    con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[Sequence[str | None]]
) -> None:
    con.execute(f"insert into {table} select unnest(?), unnest(?)", columns)
