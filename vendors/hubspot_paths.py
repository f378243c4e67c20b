"""HubSpot's paths: which API version is asked for, and where none can be chosen.

Here belongs every path that we call. Numbered versions end in September 2027; a dated one lives
eighteen months. Not here: calling them (``vendors.hubspot``).
"""

from __future__ import annotations

DEFAULT_VERSION = "v3"
# areas whose numbered version is not the common one
_NUMBERED = {("crm", "associations"): "v4"}

# without a dated equivalent yet
SUBMISSIONS = "/form-integrations/v1/submissions/forms"
EVENTS = "/events/v3/events"
EMAIL_EVENTS = "/email/public/v1/events"
ACCOUNT = "/account-info/v3/details"
USAGE = "/account-info/v3/api-usage/daily/private-apps"


def versioned(version: str, area: str, kind: str) -> str:
    """Return the path of a part of the API in the version of the settings.

    >>> versioned("v3", "crm", "objects"), versioned("2026-03", "crm", "objects")
    ('/crm/v3/objects', '/crm/objects/2026-03')
    >>> versioned("v3", "crm", "associations"), versioned("2026-03", "crm", "associations")
    ('/crm/v4/associations', '/crm/associations/2026-03')
    """
    if version.startswith("v"):
        return f"/{area}/{_NUMBERED.get((area, kind), version)}/{kind}"
    return f"/{area}/{kind}/{version}"
