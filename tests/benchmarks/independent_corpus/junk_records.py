"""Records that stand for nobody: tests, keyboard runs, and nameless rows on a role mailbox."""

from random import Random
from typing import Any

from tests.benchmarks.independent_corpus.company_records import identified
from tests.benchmarks.independent_corpus.draws import weighted_choice
from tests.benchmarks.independent_corpus.numbers import NumberBook
from tests.benchmarks.independent_corpus.people import FIRST_DAY, LAST_DAY
from tests.benchmarks.independent_corpus.sources import SOURCE_OF, Medium

_KINDS: list[tuple[str, float]] = [
    ("typeform:response", 3), ("web_forms:submission", 4), ("hubspot:contact", 3),
    ("salesforce:lead", 3), ("marketo:lead", 2),
]  # fmt: skip
_NAMES = [
    ("test", "test"), ("aaa", "aaa"), ("ああああ", None), ("テスト", "太郎"), ("テスト", "テスト"),
    ("Test", "User"), ("asdf", "asdf"), ("あ", "い"), ("山田", "テスト"), ("サンプル", "花子"),
    ("ダミー", None), ("x", "x"), ("！！", None), ("1", "1"),
]  # fmt: skip
_COMPANIES = [
    "テスト株式会社", "test", "aaa", "あああ", "-", "個人", "株式会社テスト", None, "サンプル会社",
]  # fmt: skip
_PHONES = [None, "000-0000-0000", "1234567890", "00000000", "111-1111-1111"]


def write_junk(rng: Random, numbers: NumberBook, role_mailboxes: list[str]) -> dict[str, Any]:
    """One record that stands for nobody.

    Args:
        rng: The stream of the corpus.
        numbers: Gives the record its id.
        role_mailboxes: That several people give; a row with nothing else is nobody's.
    """
    source = SOURCE_OF[weighted_choice(rng, _KINDS)]
    row: dict[str, Any] = identified(
        source.system, source.object, numbers.record_id(source.id_form)
    )
    row["created_at"] = FIRST_DAY + (LAST_DAY - FIRST_DAY) * (rng.random() ** 0.65)
    if role_mailboxes and rng.random() < 0.12:
        return row | {"email": rng.choice(role_mailboxes)}
    family, given = rng.choice(_NAMES)
    row["full_name"] = f"{family} {given}" if given else family
    if source.medium is not Medium.RESPONSE:
        row |= {"family_name": family, "given_name": given}
    row["email"] = _mail(rng)
    row["company_name"] = rng.choice(_COMPANIES)
    row["phone"] = rng.choice(_PHONES)
    return row


def _mail(rng: Random) -> str | None:
    numbered = f"test{rng.randrange(300)}@example.com"
    tagged = f"qa+{rng.randrange(99)}@example.com"
    reserved = ["test@example.com", "asdf@example.com", "aaa@example.co.jp", "test@test.test"]
    broken = [None, "aaa", "test@test"]
    return rng.choice([*reserved, numbered, "a@a.example", "abc@example.jp", *broken, tagged])
