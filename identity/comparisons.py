"""What it means that two records agree, as SQL over the pair `l`, `r`.

The one home of these conditions: the Splink model, the evidence and the vetoes are all built of
them. What follows from an agreement is decided in `evidence`.
"""

import re

# all that the conditions on names look at
NAME_COLUMNS = (
    "full_name", "given_name", "family_kanji", "given_kanji", "family_key", "given_key",
    "family_readings", "given_readings", "given_initials", "former_kanji", "former_readings",
    "middle_readings", "name_words", "kana_sounds", "latin_sounds",
)  # fmt: skip

_BOTH = "(l.{c} is not null and r.{c} is not null)"


def _both(column: str) -> str:
    return _BOTH.format(c=column)


def _equal(column: str) -> str:
    return f"(l.{column} = r.{column})"


def _readings_meet(part: str) -> str:
    return f"list_has_any(l.{part}_readings, r.{part}_readings)"


def _readings_apart(part: str) -> str:
    """Both state a reading, no slip of a finger makes one of the other, nor are both one name's."""
    key = f"{part}_key"
    return (
        f"({_both(key)} and l.{key} <> r.{key} and levenshtein(l.{key}, r.{key}) > 1"
        f" and not {_readings_meet(part)})"
    )


def _same_part(part: str) -> str:
    """The part is the same: written alike, or read alike where one side has no kanji."""
    written = f"{part}_kanji"
    one_without = f"(l.{written} is null or r.{written} is null)"
    alike = f"({_equal(written)} and not {_readings_apart(part)})"
    return f"({alike} or ({one_without} and {_readings_meet(part)}))"


# Middle names that one side leaves out say nothing.
_MIDDLE_APART = (
    f"({_both('middle_readings')} and not list_has_any(l.middle_readings, r.middle_readings))"
)


def _near_part(part: str) -> str:
    """Misconverted or one kanji apart; or the same kanji with readings that contradict."""
    written = f"{part}_kanji"
    lengths = f"length(l.{written}) = length(r.{written}) and length(l.{written}) > 1"
    # readings that are known on both sides and never meet make it another name
    never_read_alike = f"(l.{part}_readings is not null and r.{part}_readings is not null)"
    one_character = f"levenshtein(l.{written}, r.{written}) = 1"
    one_apart = f"({lengths} and {one_character} and not {never_read_alike})"
    differ = f"({_both(written)} and l.{written} <> r.{written})"
    contradicting = f"({_equal(written)} and {_readings_apart(part)})"
    return f"(({differ} and ({_readings_meet(part)} or {one_apart})) or {contradicting})"


def _unknown_part(part: str) -> str:
    """Nothing to compare: a side lacks the part, or no reading is known for its kanji."""
    lacking = " or ".join(
        f"({side}.{part}_kanji is null and {side}.{part}_readings is null)" for side in ("l", "r")
    )
    unread = " or ".join(
        f"({a}.{part}_kanji is null and {b}.{part}_kanji is not null"
        f" and {b}.{part}_readings is null)"
        for a, b in (("l", "r"), ("r", "l"))
    )
    return f"({lacking} or {unread})"


def _initial(part: str) -> str:
    """One side has only the first letter, and it fits."""
    fits = " or ".join(
        f"(length({a}.{part}_key) = 1 and list_contains({b}.{part}_initials, {a}.{part}_key))"
        for a, b in (("l", "r"), ("r", "l"))
    )
    return f"({fits})"


def _former_family(now: str, before: str) -> str:
    """One side states as its earlier surname the one that the other side goes by."""
    kanji = f"({now}.former_kanji = {before}.family_kanji)"
    one_without = f"({now}.former_kanji is null or {before}.family_kanji is null)"
    meet = f"list_has_any({now}.former_readings, {before}.family_readings)"
    return f"({kanji} or ({one_without} and {meet}))"


def _swapped() -> str:
    return "(l.family_kanji = r.given_kanji and l.given_kanji = r.family_kanji)"


SAME_FAMILY = _same_part("family")
_SAME_GIVEN_NAME = f"({_same_part('given')} and not {_MIDDLE_APART})"
SAME_GIVEN = f"({_SAME_GIVEN_NAME} or {_initial('given')})"
NO_NAME = "(l.full_name is null or r.full_name is null)"
SAME_WRITTEN_NAME = (
    "(l.full_name = r.full_name and (l.given_name is not null or r.given_name is not null)"
    f" and not {_readings_apart('given')} and not {_readings_apart('family')}"
    f" and not {_MIDDLE_APART})"
)
# Fields that were turned, in kanji or with the same words in kana or Latin letters.
SAME_NAME = f"(({SAME_FAMILY} and {SAME_GIVEN}) or {_swapped()} or {_equal('name_words')})"
SAME_SOUND = (
    "((list_has_any(l.kana_sounds, r.latin_sounds)"
    f" or list_has_any(l.latin_sounds, r.kana_sounds)) and not {_MIDDLE_APART})"
)
# An initial is too little beside another surname.
FORMER_NAME = f"({_SAME_GIVEN_NAME} and ({_former_family('l', 'r')} or {_former_family('r', 'l')}))"
NEAR_NAME = (
    f"(({SAME_FAMILY} and {_near_part('given')}) or ({_near_part('family')} and {SAME_GIVEN})"
    f" or ({_near_part('family')} and {_near_part('given')})"
    f" or ({_unknown_part('family')} and {_near_part('given')}))"
)
SAME_GIVEN_OTHER_FAMILY = f"({SAME_GIVEN} and not {_unknown_part('family')})"
FAMILY_ONLY = f"({SAME_FAMILY} and {_unknown_part('given')})"
GIVEN_ONLY = f"({SAME_GIVEN} and {_unknown_part('family')})"
UNCOMPARABLE_NAME = f"({_unknown_part('family')} and {_unknown_part('given')})"

# Level of the name comparison, highest first; Splink calls it gamma_name.
NAME_LEVELS: tuple[tuple[int, str, str], ...] = (
    (8, SAME_WRITTEN_NAME, "同じ表記"),
    (7, SAME_NAME, "同じ読みまたは同じ要素"),
    (6, SAME_SOUND, "カナと英字のつづりの音が一致"),
    (5, FORMER_NAME, "名が同じで旧姓が一致"),
    (4, NEAR_NAME, "一字違いまたは同音異字"),
    (3, SAME_GIVEN_OTHER_FAMILY, "名が同じで姓が違う"),
    (2, FAMILY_ONLY, "姓だけ一致"),
    (1, f"({GIVEN_ONLY} or {UNCOMPARABLE_NAME})", "比べられない"),
)
SAME_WRITTEN_NAME_LEVEL, SAME_NAME_LEVEL, SAME_SOUND_LEVEL, FORMER_NAME_LEVEL = 8, 7, 6, 5
NAME_SQL = (
    f"case when {NO_NAME} then -1 "
    + " ".join(f"when {condition} then {level}" for level, condition, _ in NAME_LEVELS)
    + " else 0 end"
)

_SAME_DIGITS = "(l.mail_digits = r.mail_digits)"
_LOCAL_DISTANCE = "damerau_levenshtein(l.mail_local, r.mail_local)"
_LOCAL_SLIP = (
    "(l.email_domain = r.email_domain and length(l.mail_local) > 2 and length(r.mail_local) > 2"
    f" and {_LOCAL_DISTANCE} = 1 and {_SAME_DIGITS})"
)
_DOMAIN_SLIP = (
    "(l.mail_local = r.mail_local and l.email_domain <> r.email_domain"
    " and damerau_levenshtein(l.email_domain, r.email_domain) = 1)"
)
_PERSONAL = "(not l.is_shared_mailbox and not r.is_shared_mailbox)"
SAME_MAILBOX = f"({_equal('email')} and {_PERSONAL})"
SHARED_MAILBOX = f"({_equal('email')} and not {_PERSONAL})"
# A card reader takes o for 0, l for 1 and m for rn.
_MISREAD = f"({_equal('email_domain')} and {_equal('mail_as_read')})"
MISTYPED_MAIL = f"({_PERSONAL} and ({_LOCAL_SLIP} or {_DOMAIN_SLIP} or {_MISREAD}))"
# Two addresses mistyped from a third; a letter more on one side (k-sato@, sato@) is no slip.
_TWO_SLIPS = (
    f"({_LOCAL_DISTANCE} <= 2 and length(l.mail_local) = length(r.mail_local)"
    f" and length(l.mail_local) > 3 and {_SAME_DIGITS})"
)
# The mailbox of one side is that of the other with the earlier surname in place of today's.
_RENAMED_MAILBOX = (
    "(coalesce(list_contains(l.former_mail_locals, r.mail_local), false)"
    " or coalesce(list_contains(r.former_mail_locals, l.mail_local), false))"
)
# One employer gives one person one personal mailbox, as a rule.
OTHER_MAILBOX_SAME_EMPLOYER = (
    f"({_PERSONAL} and l.work_domain = r.work_domain and not {_TWO_SLIPS}"
    f" and not {_RENAMED_MAILBOX})"
)
# The address of the same person after the employer changed its domain.
SAME_LOCAL_OTHER_DOMAIN = (
    f"({_PERSONAL} and {_equal('mail_local')} and length(l.mail_local) > 2"
    " and l.work_domain <> r.work_domain)"
)
MAIL_LEVELS: tuple[tuple[int, str, str], ...] = (
    (5, SAME_MAILBOX, "メール一致"),
    (4, MISTYPED_MAIL, "メールの打ち間違い"),
    (3, SHARED_MAILBOX, "共有メール一致"),
    (2, SAME_LOCAL_OTHER_DOMAIN, "別ドメインの同じメール名"),
    (1, OTHER_MAILBOX_SAME_EMPLOYER, "同じ勤め先の別メール"),
)
OTHER_MAILBOX = 1
MAIL_SQL = (
    f"case when not {_both('email')} then -1 "
    + " ".join(f"when {condition} then {level}" for level, condition, _ in MAIL_LEVELS)
    + " else 0 end"
)

# Two companies of one name that sit in two prefectures are two companies.
SAME_COMPANY_NAME = (
    f"({_equal('company_core')} and coalesce(l.employer_home = r.employer_home, true))"
)
EMPLOYER_LEVELS: tuple[tuple[int, str, str], ...] = (
    (2, _equal("employer"), "会社一致"),
    (1, SAME_COMPANY_NAME, "会社名だけ一致"),
)


def with_suffixes(sql: str) -> str:
    """The same condition in Splink's spelling, `column_l` and `column_r`."""
    return re.sub(r"\b([lr])\.(\w+)", r"\2_\1", sql)
