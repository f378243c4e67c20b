"""One module per step of the flow: pull → unify → gate → publish → push → report → jobs."""
