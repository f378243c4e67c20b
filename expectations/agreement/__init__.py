"""The agreement tables, checked as a whole before every run; nothing here knows dbt or Dagster.

`check_agreement` is the one entry point. The tables are described once, in the properties of their
seeds (`dbt_project/models/**/_*__seeds.yml`).
"""

from expectations.agreement.check import AgreementFolders, AgreementReport, check_agreement
from expectations.agreement.description import Description, read_descriptions
from expectations.agreement.faults import Fault
from expectations.agreement.users import KnownUser

__all__ = [
    "AgreementFolders",
    "AgreementReport",
    "Description",
    "Fault",
    "KnownUser",
    "check_agreement",
    "read_descriptions",
]
