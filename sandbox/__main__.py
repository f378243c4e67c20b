"""``python -m sandbox``: serve the stand-ins of all vendors on one loopback port."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sqlite3
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sandbox.clock import DEFAULT_NOW, iso_milliseconds, parse_instant
from sandbox.opening import DEFAULT_PEOPLE, DEFAULT_SEED, Options, open_stand
from sandbox.server import PortTaken, RunningServer, listen
from sandbox.settings import environment_file
from sandbox.tls import ensure_jwt_key

BAD_SETTINGS = 2


def _instant(text: str) -> datetime:
    try:
        return parse_instant(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no ISO 8601 instant") from None


def _people(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number from 1 on")
    return int(text)


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError("must be a port number, or 0 for a free one")
    return int(text)


def parser() -> argparse.ArgumentParser:
    """Return the command line of the sandbox."""
    line = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    line.add_argument("--port", type=_port, required=True, help="0 takes a free port")
    line.add_argument("--people", type=_people, default=DEFAULT_PEOPLE)
    line.add_argument("--seed", type=int, default=DEFAULT_SEED)
    line.add_argument("--now", type=_instant, default=DEFAULT_NOW, help="first sandbox instant")
    line.add_argument("--tls", action="store_true", help="serve HTTPS with an own authority")
    line.add_argument("--state", type=Path, help="folder in which the vendors' data persist")
    line.add_argument("--inbox", type=Path, help="folder into which the world's files are dropped")
    return line


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; return the exit code."""
    given = parser().parse_args(arguments)
    options = Options(
        people=given.people,
        seed=given.seed,
        now=given.now,
        state=given.state,
        inbox=given.inbox,
        tls=given.tls,
    )
    try:
        listening = listen(given.port)
    except PortTaken as taken:
        print(f"The sandbox can not start: {taken}.", file=sys.stderr)
        return BAD_SETTINGS
    try:
        server = RunningServer(open_stand(options), listening, tls=options.tls)
    except (OSError, sqlite3.Error) as error:
        print(f"The sandbox can not start: {error}.", file=sys.stderr)
        return BAD_SETTINGS
    stand = server.stand
    ensure_jwt_key(stand.jwt_key_file)
    print(f"sandbox: {stand.base_url}  (its time: {iso_milliseconds(stand.clock.now())})")
    print(f"settings to reach it: {stand.folder / 'sandbox.env'}")
    print(environment_file(server.environment), end="")
    print("ready; Ctrl+C stops it", flush=True)
    # uvicorn stops in order and then raises the signal anew, so that this ends the process
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
