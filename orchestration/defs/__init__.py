"""One module per step of the flow: pull → unify → gate → publish → push → report → jobs.

Here belong assets, checks and their metadata. What a step does belongs to the package it calls.
"""
