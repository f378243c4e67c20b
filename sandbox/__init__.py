"""Stand-ins of the vendors' APIs over real HTTP, and the made-up world behind them.

Belongs here: everything that plays a vendor. Must not: be imported by product code, or import it.
Start it with ``python -m sandbox --port 0``; the parts are put together in `sandbox.stand`.
"""
