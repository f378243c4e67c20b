"""What people read: the Friday report with its decision workbook, and the messages about it.

Here belongs how findings are shown, ordered and worded. What counts as a finding does not: that
is decided by the rules in `dbt_project/models/hygiene`. Nothing here writes to the warehouse.
"""
