"""The shape of a finished world: what each vendor holds, the dropped files, the answer key.

Belongs here: the `World` container. Must not: generate anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.world.answer_key import PairSplit, split_pairs
from sandbox.world.schema import FieldSpec, PropertySpec

Record = dict[str, Any]


@dataclass
class World:
    """All that exists at `now`; every list is plain data a server may copy and change.

    salesforce: API object name → records with API field names and REST-typed values.
        Deleted records are in the lists with IsDeleted true (queryAll shows them).
    hubspot: ``contacts``, ``companies``, ``deals`` = ``{id, properties, createdAt, updatedAt,
        archived}`` (+ ``archivedAt`` when archived); ``associations`` = links between them, from
        ``start`` to ``end``; ``owners``; ``forms``; ``form_submissions`` =
        form-integrations v1 rows plus ``formId``; ``events`` = events v3 rows; ``email_events`` =
        email v1 rows; ``campaigns`` = marketing v3 ``{id, properties, createdAt, updatedAt}``.
    typeform: ``forms`` = full form definitions; ``responses`` = Responses API items plus
        ``form_id``.
    sansan: ``biz_cards`` = bizCards items; ``users``; ``tags``.
    marketo: ``leads``; ``activities``; ``programs`` as the asset API lists them; ``members`` =
        memberships of programs.
    files: path relative to the inbox (``cards/…``, ``forms/…``, ``spend/…``) → bytes.
    answer_key: one dict per person-like and company record, see `sandbox.world.answer_key`.
    intended_states: person key → the lifecycle state the generator steered for.
    register: the tax agency's file of the world's companies; an optional reference, in no inbox.
    """

    people: int
    seed: int
    now: datetime
    salesforce: dict[str, list[Record]]
    salesforce_fields: dict[str, list[FieldSpec]]
    hubspot: dict[str, list[Record]]
    hubspot_properties: dict[str, list[PropertySpec]]
    typeform: dict[str, list[Record]]
    sansan: dict[str, list[Record]]
    files: dict[str, bytes]
    answer_key: list[Record]
    marketo: dict[str, list[Record]] = field(default_factory=dict)
    intended_states: dict[str, str] = field(default_factory=dict)
    register: bytes = b""

    def reachable_pairs(self) -> PairSplit:
        """Return the pairs of records of one person: tied by evidence in the data, or not."""
        return split_pairs(self.answer_key)
