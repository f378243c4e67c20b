"""One sub-package per source. A source knows its vendor's client and its contract, nothing else."""
