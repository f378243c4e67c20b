"""A company's name as it is written down: legal forms, widths, kana, English, leftovers.

Belongs here: one name in one record. Must not: decide whether it is written at all.
"""

import re
from random import Random

from tests.benchmarks.independent_corpus.companies import Company
from tests.benchmarks.independent_corpus.company_names import CompanyName
from tests.benchmarks.independent_corpus.people import Job
from tests.benchmarks.independent_corpus.word_lists import MISREAD_KANJI
from tests.benchmarks.independent_corpus.writing_systems import full_width, half_width

_SHORT_FORMS = {
    "株式会社": ["㈱", "(株)", "（株）", "(株)"],
    "有限会社": ["㈲", "(有)", "（有）"],
    "合同会社": ["(同)", "（同）"],
    "医療法人": ["(医)", "（医）"],
    "一般社団法人": ["(一社)", "（一社）"],
    "学校法人": ["(学)"],
    "特定非営利活動法人": ["NPO法人", "(特非)"],
}
_ENGLISH_FORMS = [
    " Co., Ltd.",
    " Co.,Ltd.",
    ", Inc.",
    " K.K.",
    " Corporation",
    " CO.,LTD.",
    "",
]
_HOLDINGS = "ホールディングス"
_LARGE_KANA = str.maketrans("ィェォッャュョ", "イエオツヤユヨ")


def write_company(
    rng: Random,
    company: Company,
    job: Job | None = None,
    *,
    is_under_former_name: bool = False,
    may_be_short: bool = False,
    may_be_misread: bool = False,
) -> str:
    """The name of a company, as one record has it.

    Args:
        rng: The stream of the corpus.
        company: Whose name.
        job: Of the person whose record it is; its branch and department may be appended.
        is_under_former_name: Whether it is written by its former name.
        may_be_short: Whether the record also shows the company's domain, so that the short name
            in use among its people does not hide it.
        may_be_misread: Whether a scan may have misread it, under the same condition.
    """
    former = company.former_name if is_under_former_name else None
    name = former or company.name
    written = _spelling(rng, company, name)
    style = rng.random()
    if may_be_short and company.short_name and rng.random() < 0.25:
        return company.short_name
    text = _with_legal_form(rng, company, name, written, style)
    text = _in_other_signs(rng, text)
    if may_be_misread and rng.random() < 0.03:
        text = misread(rng, text)[0]
    if rng.random() < 0.006:
        text = _with_leftovers(rng, text)
    if job is not None:
        text += _appendix(rng, company, job, is_under_former_name)
    return text


def misread(rng: Random, text: str) -> tuple[str, int | None]:
    """A text with one kanji read as a similar one by a scanner, and the place of it."""
    places = [place for place, sign in enumerate(text) if sign in MISREAD_KANJI]
    if not places:
        return text, None
    place = rng.choice(places)
    wrong = rng.choice(MISREAD_KANJI[text[place]])
    return text[:place] + wrong + text[place + 1 :], place


def _spelling(rng: Random, company: Company, name: CompanyName) -> str:
    written = name.written
    if company.group is None and name.other_spelling and rng.random() < 0.13:
        written = name.other_spelling
    if written.endswith(_HOLDINGS) and rng.random() < 0.2:
        written = written.removesuffix(_HOLDINGS) + rng.choice(["HD", "ＨＤ", "HLDGS"])
    return written


def _with_legal_form(
    rng: Random, company: Company, name: CompanyName, written: str, style: float
) -> str:
    before, after = company.form.split("<")
    form = before or after

    def joined(form: str, blank: str = "") -> str:
        return form + blank + written if before else written + blank + form

    if not form:
        return written
    if style < 0.56:
        return joined(form)
    if style < 0.64:
        return joined(form, rng.choice([" ", "\u3000"]))
    if style < 0.80:
        return joined(rng.choice(_SHORT_FORMS.get(form, [form])), rng.choice(["", "", " "]))
    if style < 0.885:
        return written
    if style < 0.905:  # on the wrong side
        return written + form if before else form + written
    is_told_by_name = not company.shared_name  # another script would hide whose name it is
    if style < 0.913 and name.reading and form == "株式会社" and is_told_by_name:
        return _in_kana(rng, name.reading)
    if style < 0.955 and not company.is_institution and is_told_by_name:
        is_alone = company.group is None
        return name.english + (rng.choice(_ENGLISH_FORMS) if is_alone else " Co., Ltd.")
    return joined(form)


def _in_kana(rng: Random, reading: str) -> str:
    return rng.choice(
        [
            f"カブシキガイシャ{reading}",
            f"カブシキガイシャ　{reading}",
            half_width(f"カブシキガイシャ {reading}"),
            half_width(f"ｶ){reading}"),
        ]
    )


def _in_other_signs(rng: Random, text: str) -> str:
    """The same name in another width, case or size of kana."""
    if rng.random() < 0.02:
        text = re.sub("[A-Za-z0-9]+", lambda match: full_width(match.group()), text)
    elif rng.random() < 0.02 and re.search("[ァ-ヶ]{4}", text):
        text = half_width(text)
    if rng.random() < 0.01:
        text = text.upper()
    if "ー" in text and rng.random() < 0.02:
        text = text.replace("ー", rng.choice("－-―ｰ"))
    elif rng.random() < 0.02:
        text = text.translate(_LARGE_KANA)
    return text


def _with_leftovers(rng: Random, text: str) -> str:
    invisible = [f"\u200b{text}", f"{text}\t", f"{text}\u00a0", f"{text}\u3000"]
    return rng.choice([*invisible, f"{text}様", f"{text} 御中", f"\ufeff{text}", f"{text}\x1f"])


def _appendix(rng: Random, company: Company, job: Job, is_under_former_name: bool) -> str:
    """What people write behind the name: the former name, branch or department."""
    former = company.former_name
    if former and not is_under_former_name and rng.random() < 0.25:
        return rng.choice(["（旧：%s）", "（旧%s）", " (旧 %s)"]) % former.written
    if job.branch and rng.random() < 0.16:
        appendix = rng.choice([" ", "\u3000", ""]) + job.branch.name
        if job.department and rng.random() < 0.5:
            appendix += rng.choice([" ", "\u3000"]) + job.department
        return appendix
    if job.department and rng.random() < 0.02:
        return f" {job.department}"
    return ""
