"""A second corpus for the identity benchmark, written by somebody who had not seen the engine.

The sandbox's world and the engine grew up together, so a habit of one may have become a rule of the
other. This corpus was written without sight of the engine, of the sandbox or of their tests, from
what is known of Japanese business data alone. Afterwards only its style was changed, and free-mail
domains and toll-free numbers became reserved ones. Keep it that way: it imports nothing of the
product, and what it generates is never changed to suit what the engine does.

    python -m tests.benchmarks.independent_corpus PEOPLE SEED FOLDER

Everything is invented: domains end in `.test` or `.example`, telephone numbers stand in blocks that
are never given out.
"""
