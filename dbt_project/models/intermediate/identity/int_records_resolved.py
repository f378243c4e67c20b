"""One row per source record with the person or company it belongs to; done by `identity`."""

from identity.reference_lists import ReferenceLists
from identity.resolution import resolve_records


def model(dbt, session):
    dbt.config(materialized="table")
    lists = ReferenceLists.of(
        free_mail_domains=_column(dbt.ref("free_mail_domains"), "domain"),
        placeholder_values=_column(dbt.ref("placeholder_values"), "value"),
        test_names=_column(dbt.ref("test_names"), "name"),
        test_domains=_column(dbt.ref("test_domains"), "domain"),
    )
    return resolve_records(
        persons=dbt.ref("int_person_records_unioned").to_arrow_table(),
        normalised_persons=dbt.ref("int_person_records_normalised").to_arrow_table(),
        companies=dbt.ref("int_company_records_unioned").to_arrow_table(),
        lists=lists,
        registry=dbt.source("identity_state", "registry").to_arrow_table(),
        redirects=dbt.source("identity_state", "redirects").to_arrow_table(),
    )


def _column(relation, name):
    return relation.to_arrow_table().column(name).to_pylist()
