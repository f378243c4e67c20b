"""The seeded made-up company world behind the stand-ins, with its answer key.

Belongs here: what the vendors' accounts contain and who is who in truth.
Must not: serve anything (that is `sandbox`'s server modules), nor be imported by the product.

Start at `build_world`; the shapes of what it returns are described on `World`.
"""

from sandbox.world.building import build_world
from sandbox.world.schema import FieldSpec, PropertySpec
from sandbox.world.world import World

__all__ = ["FieldSpec", "PropertySpec", "World", "build_world"]
