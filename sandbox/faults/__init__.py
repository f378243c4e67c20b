"""Faults that can be switched on: what goes wrong, when, and how often.

Belongs here: fault rules and their effect on an exchange. Must not: know vendors' records.
"""
