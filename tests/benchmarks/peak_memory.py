"""How much memory a process took at most."""

import resource


def gigabytes(usage: resource.struct_rusage) -> float:
    """The highest memory of what was measured, in thousand million bytes; Linux counts KiB."""
    return usage.ru_maxrss * 1024 / 1e9
