"""Opens a sandbox: a new one with its world, or a kept one that goes on where it stopped.

Belongs here: start-up and what is written into the state folder. Must not: serve.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sandbox.clock import DEFAULT_NOW, SandboxClock
from sandbox.inbox import drop_files
from sandbox.persistence import Journal
from sandbox.settings import environment, environment_file
from sandbox.stand import Stand
from sandbox.taking_over import WorldLike, take_over
from sandbox.world import build_world

DEFAULT_PEOPLE = 3000
DEFAULT_SEED = 1


@dataclass(frozen=True)
class Options:
    """What a sandbox is started with."""

    people: int = DEFAULT_PEOPLE
    seed: int = DEFAULT_SEED
    now: datetime = DEFAULT_NOW
    state: Path | None = None
    inbox: Path | None = None
    tls: bool = False


def open_stand(options: Options, world: WorldLike | None = None) -> Stand:
    """Return a filled stand. A state folder that holds data wins over people, seed and now."""
    if options.state is None:
        folder = Path(tempfile.mkdtemp(prefix="kakehashi-sandbox-"))
        stand = Stand(SandboxClock(options.now), folder)
        _fill(stand, options, world)
    else:
        stand = _open_kept(options, options.state, world)
    if options.inbox is not None:
        drop_files(stand.estate, options.inbox)
    stand.save()
    return stand


def _open_kept(options: Options, folder: Path, world: WorldLike | None) -> Stand:
    journal = Journal(folder)
    known = journal.settings()
    if "clock_offset" in known:
        stand = Stand(SandboxClock.from_offset(known["clock_offset"]), folder, journal)
        journal.load(stand.estate)
        return stand
    stand = Stand(SandboxClock(options.now), folder, journal)
    try:
        journal.begin_anew()
        _fill(stand, options, world)
        stand.save()
    except Exception:
        journal.close()
        raise
    # written last: a start that was cut off before this line begins anew
    journal.write_settings({"people": options.people, "seed": options.seed})
    stand.save_clock()
    return stand


def _fill(stand: Stand, options: Options, world: WorldLike | None) -> None:
    made = world or build_world(people=options.people, seed=options.seed, now=options.now)
    take_over(made, stand.estate, stand.org)
    stand.org.ensure_integration_user()


def write_environment(stand: Stand, ca_bundle: Path | None) -> dict[str, str]:
    """Write ``sandbox.env`` into the stand's folder and return the settings in it."""
    settings = environment(stand.base_url, stand.credentials, ca_bundle)
    target = stand.folder / "sandbox.env"
    partial = target.with_name(".sandbox.env.part")
    partial.write_text(environment_file(settings), encoding="utf-8")
    partial.replace(target)
    return settings
