"""The records each vendor holds of the truth, one module per kind of record."""
