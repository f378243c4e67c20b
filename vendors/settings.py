"""Reading a vendor's settings from the environment, at the moment they are needed.

Not here: which settings there are; each vendor's module says so for itself.
"""

from __future__ import annotations

import os


def setting(name: str, default: str = "") -> str:
    """Return an environment variable without surrounding blanks; empty counts as unset."""
    return os.environ.get(name, "").strip() or default


def with_scheme(address: str) -> str:
    """Return an address with ``https://`` in front unless it names its scheme; empty stays empty.

    >>> with_scheme("acme.my.salesforce.com"), with_scheme("http://127.0.0.1:80/")
    ('https://acme.my.salesforce.com', 'http://127.0.0.1:80')
    """
    if not address:
        return ""
    return (address if "://" in address else f"https://{address}").rstrip("/")
