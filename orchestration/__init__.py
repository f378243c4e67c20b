"""Wiring of the whole line in Dagster. Nobody imports this package.

Belongs here: assets, checks, jobs, schedules, and the settings they read. Does not belong here:
business logic (it lives in the package that does the work) and vendor connections (`vendors/`).
"""
