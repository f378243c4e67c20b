"""Who is the same: normalisation, evidence, matching, clustering and stable ids.

Knows Japanese names, companies, phones and mails; knows nothing of vendors, dbt or Dagster.
Called by the thin dbt Python models of `dbt_project/models/intermediate/identity`.
"""
