"""The line against the sandbox: `make run`, `make ui`, `make why` and `make sandbox`.

Starts the stand-ins on a free loopback port as a process of their own, points a fresh set of
settings at them and calls the product the way a user would, from the outside. Data lies in
`data/sandbox` and never in a real `KAKEHASHI_DATA_DIR`.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA_DIR = ROOT / "data" / "sandbox"
NOW = "2026-10-02T05:30:00Z"
LOOKING_BACK = ("why", "what_if", "monthly_definition_review")
INTERRUPTED = 130
# Settings of a real installation that must not leak into the sandbox's run.
FOREIGN = ("KAKEHASHI_", "SALESFORCE_", "HUBSPOT_", "MARKETO_", "TYPEFORM_", "SANSAN_", "SLACK_")


def main(arguments: Sequence[str]) -> int:
    """`run` (the jobs `sync` and `friday_hygiene`), `ui`, `serve`, or what looks back at a run."""
    what = arguments[0] if arguments else "run"
    if what in LOOKING_BACK:
        return _call([sys.executable, "-m", "orchestration", what], _where_runs_lie())
    if what == "ui" and _is_configured():
        return _call(
            [sys.executable, "-m", "orchestration", "ui", *arguments[1:]], dict(os.environ)
        )
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    with _stand_ins() as settings:
        if what == "serve":
            return _serve(settings)
        jobs = ["ui", *arguments[1:]] if what == "ui" else ["sync", "friday_hygiene"]
        return _call([sys.executable, "-m", "orchestration", *jobs], settings)


def _is_configured() -> bool:
    """Whether `.env` or the environment names a real vendor, so that the UI shows that one."""
    if (ROOT / ".env").is_file():
        return True
    return any(os.environ.get(name) for name in os.environ if name.startswith(FOREIGN[1:]))


def _where_runs_lie() -> dict[str, str]:
    """The environment as it is; what was run against the sandbox if it names nothing real."""
    given = dict(os.environ)
    if _is_configured() or given.get("KAKEHASHI_DATA_DIR"):
        return given
    return {"AS_OF": NOW} | given | {"KAKEHASHI_DATA_DIR": str(DATA_DIR)}


@contextmanager
def _stand_ins() -> Iterator[dict[str, str]]:
    """Runs the stand-ins as a process of their own; yields the settings that point at them."""
    settings_file = DATA_DIR / "vendors" / "sandbox.env"
    settings_file.unlink(missing_ok=True)
    print("Starting the sandbox (made-up vendors on loopback) ...", flush=True)
    port = str(_port())
    command = [sys.executable, "-m", "sandbox", "--port", port, "--tls", "--now", NOW]
    folders = ["--state", str(DATA_DIR / "vendors"), "--inbox", str(DATA_DIR / "inbox")]
    log_path = DATA_DIR / "sandbox.log"
    with log_path.open("w", encoding="utf-8") as log:
        server = subprocess.Popen([*command, *folders], cwd=ROOT, stdout=log, stderr=log)
        try:
            yield _settings(server, settings_file, log_path)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)


def _port() -> int:
    """The port of last time if it is free, so that links in an older report work; else any."""
    memory = DATA_DIR / "port"
    wanted = int(memory.read_text(encoding="utf-8")) if memory.is_file() else 0
    for candidate in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            port = int(probe.getsockname()[1])
            memory.write_text(str(port), encoding="utf-8")
            return port
    raise OSError("no free port on loopback")


def _settings(server: subprocess.Popen[bytes], path: Path, log: Path) -> dict[str, str]:
    """The environment of the product's process: ours without real settings, plus the sandbox's."""
    deadline = time.monotonic() + 120
    while not path.is_file():
        if server.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(encoding="utf-8").strip().splitlines()[-1:]
            sys.exit(f"Kakehashi: the sandbox did not start: {' '.join(tail) or 'see ' + str(log)}")
        time.sleep(0.1)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    pairs = (line.split("=", 1) for line in path.read_text(encoding="utf-8").splitlines() if line)
    return {
        **kept,
        **{name: value for name, value in pairs if not name.startswith("#")},
        "KAKEHASHI_ENV_FILE": os.devnull,
        "KAKEHASHI_DATA_DIR": str(DATA_DIR),
        "KAKEHASHI_INBOX_DIR": str(DATA_DIR / "inbox"),
        "KAKEHASHI_PUSH": os.environ.get("KAKEHASHI_PUSH") or "apply",
        "AS_OF": NOW,
    }


def _serve(settings: dict[str, str]) -> int:
    print(f"The sandbox answers at {settings['SALESFORCE_INSTANCE_URL']} (Ctrl-C ends it).")
    print(f"Its settings: {DATA_DIR / 'vendors' / 'sandbox.env'}")
    try:
        signal.pause()
    except KeyboardInterrupt:
        print()
    return 0


def _call(command: list[str], environment: dict[str, str]) -> int:
    """Runs the product's process to its end, or ends it with us."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.wait(timeout=60)
        return INTERRUPTED
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=60)


def _end(*_: object) -> None:
    sys.exit(INTERRUPTED)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    sys.exit(main(sys.argv[1:]))
