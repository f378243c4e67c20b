"""One row per person record with its comparable columns; the work is done by `identity`."""

from identity.normalised_records import normalise_persons
from identity.reference_lists import ReferenceLists


def model(dbt, session):
    dbt.config(materialized="table")
    lists = ReferenceLists.of(
        free_mail_domains=_column(dbt.ref("free_mail_domains"), "domain"),
        placeholder_values=_column(dbt.ref("placeholder_values"), "value"),
        test_names=_column(dbt.ref("test_names"), "name"),
        test_domains=_column(dbt.ref("test_domains"), "domain"),
    )
    return normalise_persons(dbt.ref("int_person_records_unioned").to_arrow_table(), lists)


def _column(relation, name):
    return relation.to_arrow_table().column(name).to_pylist()
