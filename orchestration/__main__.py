"""Runs jobs or the UI from the command line: `python -m orchestration sync friday_hygiene`.

`agreement` on its own checks the agreement tables, which every run does first, and runs nothing.
`connections` on its own asks every vendor whether a load would work, and loads nothing.
`what_if` on its own replays history under the tables in the folder AGREEMENT; it changes nothing.
`why` on its own explains the records in the variables A and B, or the person in RECORD.

Exit codes: 0 the line finished (a source that was off or down is reported, not fatal),
1 a step or the gate failed (`connections`: a configured vendor did), 2 the settings are wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from orchestration import readiness
from orchestration.settings import Settings, SettingsError

OK, FAILED, WRONG_SETTINGS, INTERRUPTED = 0, 1, 2, 130
JOBS = ("sync", "friday_hygiene", "monthly_definition_review")
ALONE = ("ui", "agreement", "connections", "what_if", "why")
FULL_DISK = ("no space left", "disk is full", "disk i/o error", "not enough disk space")
# Standard output and error as they were when the command began.
TERMINAL: dict[int, int] = {}


class Broken(Exception):
    """A run that broke off for a reason that nobody foresaw, in one plain sentence."""


def main(arguments: Sequence[str]) -> int:
    """Parses the command and turns every expected failure into one plain sentence."""
    parser = argparse.ArgumentParser(prog="python -m orchestration", description=__doc__)
    parser.add_argument("what", nargs="+", help=f"jobs in order, or one of {', '.join(ALONE)}")
    parser.add_argument("--port", type=int, default=3000, help="port of the UI")
    options = parser.parse_args(arguments)
    is_alone = len(options.what) == 1 and options.what[0] in ALONE
    unknown = [job for job in options.what if job not in JOBS and not is_alone]
    if unknown:
        known = f"known are {', '.join(JOBS)}, and {' or '.join(ALONE)} on its own"
        return _say(f"there is no job {', '.join(unknown)}; {known}.", WRONG_SETTINGS)
    try:
        settings = Settings.from_environment()
        if options.what == ["agreement"]:
            return show_agreement(settings)
        if options.what == ["why"]:
            with _plain_faults(settings):
                return show_why(settings)
        readiness.check_folder(settings)
        readiness.check_agreement(settings)
        if options.what == ["connections"]:
            with _plain_faults(settings):
                return show_connections(settings)
        if options.what == ["what_if"]:
            with _plain_faults(settings):
                return show_what_if(settings)
        if options.what == ["ui"]:
            return open_ui(settings, options.port)
        with readiness.only_run(settings), _plain_faults(settings):
            readiness.check_files(settings)
            return run(options.what, settings)
    except SettingsError as error:
        return _say(str(error), WRONG_SETTINGS)
    except (readiness.NotReady, Broken) as error:
        return _say(str(error), FAILED)
    except KeyboardInterrupt:
        return _say("stopped; the next run goes on from here.", INTERRUPTED)


def run(jobs: Sequence[str], settings: Settings) -> int:
    """Runs the jobs one after the other in this process; a failed one stops those behind it."""
    from orchestration import instance, runner, summary

    done = []
    with instance.open_instance(settings) as opened:
        instance.end_dead_runs(opened)
        for job in jobs:
            outcome = runner.run_job(job, opened, _print, settings.log)
            done.append(outcome)
            if not outcome.succeeded:
                break
        for line in summary.lines(done):
            _print(line)
    failed = [outcome for outcome in done if not outcome.succeeded]
    for outcome in failed:
        steps = ", ".join(outcome.failed_steps) or "a blocking check"
        _say(
            f"{outcome.job} did not finish: {steps} failed; nothing after it left the house. "
            f"The tools' own words are in {settings.log}.",
            FAILED,
        )
    return FAILED if failed else OK


def show_agreement(settings: Settings) -> int:
    """Says how large the agreement is and what to look at; faults come as a `SettingsError`."""
    from orchestration import agreement

    report = agreement.require_valid(settings)
    for note in agreement.notes(settings):
        _print(f"確かめてください: {note}")
    _print(f"業務ルールの表に誤りはありません({report.table_count} 表、{report.row_count} 行)。")
    return OK


def show_connections(settings: Settings) -> int:
    """Shows what each vendor answers now; one that is configured and fails gives exit code 1."""
    from orchestration import connections

    found = connections.ask(settings)
    for line in connections.lines(found):
        _print(line)
    return FAILED if connections.has_failed(found) else OK


def show_what_if(settings: Settings) -> int:
    """Compares history under the agreement in force and under the one in the folder AGREEMENT."""
    from orchestration import what_if
    from reporting.what_if_page import lines

    proposed = os.environ.get("AGREEMENT", "").strip()
    if not proposed:
        raise SettingsError("AGREEMENT is not set; name the folder with the changed tables.")
    found = what_if.replay(settings, Path(proposed).expanduser().absolute())
    for line in [*lines(found.comparison, settings.language), str(found.page)]:
        _print(line)
    return OK


def show_why(settings: Settings) -> int:
    """Explains why two records are one person or are not, or why a person is what it is."""
    from orchestration import why

    if named := os.environ.get("RECORD", "").strip():
        page, card = why.card_of(settings, named)
        for line in [*card, "", str(page)]:
            _print(line)
        return OK
    for line in why.answer(settings, why.Question.from_environment(os.environ)):
        _print(line)
    return OK


def open_ui(settings: Settings, port: int) -> int:
    """Replaces this process by `dagster dev` on a loopback port."""
    from orchestration import instance

    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            return _say(f"port {port} is in use; stop what uses it or give --port.", WRONG_SETTINGS)
    instance.prepare_home(settings)
    # A run from the command line may be going on, and is left alone.
    with contextlib.suppress(readiness.NotReady), readiness.only_run(settings):
        instance.end_dead_runs(instance.open_instance(settings))
    workspace = Path(__file__).resolve().parents[1] / "workspace.yaml"
    dagster = str(Path(sys.executable).with_name("dagster"))
    _print(f"Dagster UI: http://127.0.0.1:{port} (Ctrl-C ends it)")
    # A parent without a terminal leaves these ignored, and then nothing could end the UI.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.SIG_DFL)
    command = [dagster, "dev", "-w", str(workspace), "-h", "127.0.0.1", "-p", str(port)]
    return os.execv(dagster, command)


@contextmanager
def _plain_faults(settings: Settings) -> Iterator[None]:
    """Puts what nobody foresaw into the log, whose readers know stack traces, as one sentence."""
    try:
        yield
    except (SettingsError, readiness.NotReady):
        raise
    except Exception as error:
        if any(words in str(error).lower() for words in FULL_DISK):
            raise Broken(
                f"the disk of {settings.data_dir} is full; free some space and run again."
            ) from error
        with contextlib.suppress(OSError):
            settings.log.parent.mkdir(exist_ok=True)
            with settings.log.open("a", encoding="utf-8") as log:
                log.write(traceback.format_exc())
        raise Broken(
            f"the run broke off ({type(error).__name__}); the details are in {settings.log}."
        ) from error


def _print(line: str) -> None:
    _write(1, line)


def _say(sentence: str, code: int) -> int:
    _write(2, f"Kakehashi: {sentence}")
    return code


def _write(stream: int, line: str) -> None:
    # Neither print() nor the descriptor itself: Dagster redirects both into files during a step,
    # and a run that breaks off there leaves them so.
    with contextlib.suppress(BrokenPipeError):
        os.write(TERMINAL.get(stream, stream), (line + "\n").encode())


if __name__ == "__main__":
    TERMINAL.update({stream: os.dup(stream) for stream in (1, 2)})
    sys.exit(main(sys.argv[1:]))
