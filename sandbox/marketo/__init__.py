"""Stand-in of an Adobe Marketo Engage instance: leads, activities, programs, bulk extract, usage.

Belongs here: Marketo's behaviour. Must not: know other vendors or the made-up people.
"""
