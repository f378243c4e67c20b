"""The query language: tokens and syntax tree here, no records.

Belongs here: reading SOQL, checking it against the schema, running it over rows.
Must not: know HTTP.
"""
