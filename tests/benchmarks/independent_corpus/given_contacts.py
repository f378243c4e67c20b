"""Which mail and which numbers a person gives in a record.

Belongs here: choosing among the true ones. Must not: write them wrong (that is `written_contacts`).
"""

from random import Random

from tests.benchmarks.independent_corpus.mail_directory import MailDirectory
from tests.benchmarks.independent_corpus.people import Job
from tests.benchmarks.independent_corpus.person_record import PersonRecord
from tests.benchmarks.independent_corpus.written_contacts import write_mail, write_phone

_NO_PHONE = (
    "000-0000-0000", "0000000000", "1234567890", "-", "なし", "0", "03-0000-0000", "９９９９",
    "不明",
)  # fmt: skip
_NO_MOBILE = ("090-0000-0000", "0", "なし", "000")


def give_mail(rng: Random, mails: MailDirectory, record: PersonRecord) -> str | None:
    """Write the mail, if any.

    Returns:
        The true mail that the person would give here, written or not.
    """
    mail = _mail_of_choice(rng, record)
    if not mail:
        return None
    if rng.random() < record.source.shares.mail or record.person.traits.always_mail:
        variant = _on_another_domain(rng, mails, record.job, mail)
        record.mail = write_mail(rng, variant, record.source.medium)
        record.row["email"] = record.mail.text
    return mail


def _mail_of_choice(rng: Random, record: PersonRecord) -> str | None:
    person, shares = record.person, record.source.shares
    traits, mail = person.traits, record.job.mail
    if traits.shared_mail and rng.random() < 0.7:
        mail = traits.shared_mail
    if traits.proxy_mail and rng.random() < 0.55:
        mail = traits.proxy_mail
    if not person.private_mail or traits.never_private_mail:
        return mail
    is_private = (
        not mail
        or rng.random() < shares.private_mail
        or (traits.often_private_mail and rng.random() < 0.55)
    )
    return person.private_mail if is_private else mail


def _on_another_domain(rng: Random, mails: MailDirectory, job: Job, mail: str) -> str:
    """The mail on the subdomain of a branch or on the company's second domain."""
    company = job.company
    if company is None or mail != job.mail or not mail.endswith(f"@{company.domain}"):
        return mail
    is_shared = mails.is_shared(mail)
    if company.mail_subdomain and rng.random() < 0.35 and not is_shared:
        return mail.replace("@", f"@{company.mail_subdomain}.")
    if company.second_domain and rng.random() < 0.3 and not is_shared:
        return f"{mail.split('@')[0]}@{company.second_domain}"
    return mail


def give_numbers(rng: Random, record: PersonRecord) -> None:
    """Write telephone and mobile, if any, or what people type who give none."""
    person, row, shares = record.person, record.row, record.source.shares
    line = _line_of_choice(rng, record)
    if rng.random() < shares.phone:
        _give_phone(rng, record, line)
    elif rng.random() < 0.012:
        row["phone"] = rng.choice(_NO_PHONE)
    if person.mobile and rng.random() < max(shares.mobile, person.traits.least_mobile_share):
        phone = write_phone(rng, person.mobile, record.source.medium)
        row["mobile"] = phone.text
        if phone.is_legible:
            record.mobile = person.mobile
    elif rng.random() < 0.004:
        row["mobile"] = rng.choice(_NO_MOBILE)


def _line_of_choice(rng: Random, record: PersonRecord) -> str:
    job, home_line = record.job, record.person.traits.home_line
    line = job.phone
    if job.direct_line and rng.random() < 0.7:
        line = job.direct_line
    if home_line and (job.company is None or rng.random() < 0.4):
        line = home_line
    return line


def _give_phone(rng: Random, record: PersonRecord, line: str) -> None:
    """The line, the mobile in its place, or both in one field."""
    mobile, medium = record.person.mobile, record.source.medium
    if mobile and rng.random() < record.source.shares.mobile_as_phone:
        phone = write_phone(rng, mobile, medium)
        record.row["phone"] = phone.text
        record.mobile = mobile if phone.is_legible else None
        return
    phone = write_phone(rng, line, medium)
    record.row["phone"] = phone.text
    shown = [(line, line == record.job.direct_line)]
    if phone.is_legible:
        record.lines = shown
    if mobile and rng.random() < 0.006:
        record.row["phone"] = f"{line} / {mobile}"
        record.mobile, record.lines = mobile, shown
