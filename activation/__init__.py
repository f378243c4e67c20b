"""Everything that leaves as data: the published mart, push plans, their application, the ledger.

Belongs here: plan, compare-and-set, ledger, writers per system, publication. Does not: what a
value should be (dbt models), sign-in and paging (vendors/), reports (reporting/).
"""
