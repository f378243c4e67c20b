"""Starting the sandbox: command line, kept state, a generated world, many clients at once."""

from __future__ import annotations

import itertools
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.__main__ import main
from sandbox.testing import HandMadeWorld, RunningSandbox, running_sandbox

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
LEAD = "00Q000000000001EAA"


def world() -> HandMadeWorld:
    lead = {"Id": LEAD, "LastName": "山田", "Company": "A"}
    return HandMadeWorld(
        salesforce={"Lead": [lead]},
        files={"cards/名刺.csv": "氏名\n".encode("cp932")},
        answer_key=[{"source_id": LEAD, "person": "p1"}],
    )


def salesforce(sandbox: RunningSandbox, method: str, path: str, body: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {sandbox.credentials.salesforce_session_id}"}
    url = f"{sandbox.base_url}/services/data/v62.0{path}"
    return requests.request(method, url, json=body, headers=headers, timeout=30)


def test_a_later_start_goes_on_with_what_was_written(tmp_path: Path) -> None:
    state, inbox = tmp_path / "state", tmp_path / "inbox"
    with running_sandbox(world=world(), state=state, inbox=inbox) as first:
        assert salesforce(first, "PATCH", f"/sobjects/Lead/{LEAD}", {"Title": "部長"}).ok
        made = salesforce(first, "POST", "/sobjects/Lead", {"LastName": "新", "Company": "B"})
        first.admin.move_clock(advance_seconds=3600)
        moved = first.admin.now()
        key = first.admin.answer_key()
        (inbox / "cards" / "名刺.csv").unlink()
    with running_sandbox(world=HandMadeWorld(), state=state, inbox=inbox) as second:
        assert salesforce(second, "GET", f"/sobjects/Lead/{LEAD}").json()["Title"] == "部長"
        assert salesforce(second, "GET", f"/sobjects/Lead/{made.json()['id']}").ok
        another = salesforce(second, "POST", "/sobjects/Lead", {"LastName": "次", "Company": "C"})
        assert another.json()["id"] != made.json()["id"]
        assert timedelta(0) <= second.admin.now() - moved < timedelta(minutes=1)
        assert second.admin.answer_key() == key == [{"source_id": LEAD, "person": "p1"}]
        assert not (inbox / "cards" / "名刺.csv").exists()
        settings = (state / "sandbox.env").read_text(encoding="utf-8")
        assert f"SALESFORCE_INSTANCE_URL={second.base_url}\n" in settings
        assert f"SANSAN_BASE_URL={second.base_url}/v3.2\n" in settings


def test_a_start_that_was_cut_off_while_filling_begins_anew(tmp_path: Path) -> None:
    broken = HandMadeWorld(salesforce={"Lead": [{"Id": LEAD, "Nope__c": 1}]})
    with pytest.raises(ValueError, match="Nope__c"), running_sandbox(world=broken, state=tmp_path):
        pass
    with running_sandbox(world=world(), state=tmp_path) as sandbox:
        assert len(sandbox.admin.records("salesforce", "Lead")) == 1


def test_two_sandboxes_can_not_share_a_state_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running_sandbox(world=world(), state=tmp_path):
        assert main(["--port", "0", "--people", "5", "--state", str(tmp_path)]) == 2
    assert "another sandbox runs on" in capsys.readouterr().err


def test_edits_by_people_move_stamps_and_leave_history() -> None:
    with running_sandbox(world=world()) as sandbox:
        admin = sandbox.admin
        owner = admin.add_record(
            "salesforce", "User", {"LastName": "北見", "Username": "k@org.test"}
        )
        edit = {"Status": "Qualified", "Sales_Comment__c": "面談済み"}
        changed = admin.change_record("salesforce", "Lead", LEAD, edit, user=owner["Id"])
        assert changed["LastModifiedById"] == owner["Id"]
        (history,) = admin.records("salesforce", "LeadHistory", LeadId=LEAD)
        assert (history["Field"], history["NewValue"]) == ("Status", "Qualified")
        admin.delete_record("salesforce", "Lead", LEAD)
        assert admin.record("salesforce", "Lead", LEAD)["IsDeleted"] is True
        contact = admin.add_record("hubspot", "contacts", {"properties": {"email": "a@b.test"}})
        moved = {"properties": {"lifecyclestage": "lead"}}
        edited = admin.change_record("hubspot", "contacts", contact["id"], moved)
        assert edited["updatedAt"] >= contact["updatedAt"]
        admin.delete_record("hubspot", "contacts", contact["id"])
        assert admin.record("hubspot", "contacts", contact["id"])["archived"] is True


def test_half_a_surrogate_pair_is_kept_and_sent_as_json_can(tmp_path: Path) -> None:
    poison = {"properties": {"lastname": "毒\ud800"}}
    with running_sandbox(world=world(), state=tmp_path) as first:
        made = first.admin.add_record("hubspot", "contacts", poison)
    with running_sandbox(world=HandMadeWorld(), state=tmp_path) as second:
        [kept] = second.admin.records("hubspot", "contacts")
        assert kept == made
        assert kept["properties"]["lastname"] == "毒\ud800"


def test_a_generated_world_can_be_read_through_every_door() -> None:
    with running_sandbox(people=60, seed=5) as sandbox:
        counts = sandbox.admin.health()["tables"]
        for name in ("salesforce.Lead", "hubspot.contacts", "typeform.responses"):
            assert counts[name] > 0
        for name in [key.split(".")[1] for key in counts if key.startswith("salesforce.")]:
            answer = salesforce(sandbox, "GET", f"/queryAll?q=SELECT+COUNT()+FROM+{name}")
            assert answer.json()["totalSize"] == counts[f"salesforce.{name}"]
        key_ids = {row["source_id"] for row in sandbox.admin.answer_key()}
        leads = {row["Id"] for row in sandbox.admin.records("salesforce", "Lead")}
        assert leads <= key_ids


def test_twenty_clients_at_once_lose_nothing() -> None:
    with running_sandbox(world=world()) as sandbox:

        def work(number: int) -> str:
            body = {"LastName": f"並行{number}", "Company": "B"}
            record_id = salesforce(sandbox, "POST", "/sobjects/Lead", body).json()["id"]
            path = f"/sobjects/Lead/{record_id}"
            assert salesforce(sandbox, "PATCH", path, {"Lead_Score__c": number}).ok
            return str(record_id)

        with ThreadPoolExecutor(20) as pool:
            ids = list(pool.map(work, range(60)))
        assert len(set(ids)) == 60
        rows = {row["Id"]: row for row in sandbox.admin.records("salesforce", "Lead")}
        assert [rows[record_id]["Lead_Score__c"] for record_id in ids] == list(range(60))


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_the_command_serves_https_with_its_own_authority(tmp_path: Path) -> None:
    options = ["--port", "0", "--people", "30", "--tls", "--state", str(tmp_path)]
    now = ["--now", "2026-10-02T14:30:00+09:00"]
    with started(*options, *now) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert "2026-10-02T05:30:" in first
        lines = list(itertools.takewhile(lambda line: "ready" not in line, process.stdout))
        settings = dict(line.strip().split("=", 1) for line in lines if "=" in line)
        root, bundle = settings["HUBSPOT_BASE_URL"], settings["REQUESTS_CA_BUNDLE"]
        with requests.Session() as session:
            session.trust_env = False
            session.verify = bundle
            health = session.get(f"{root}/__sandbox/health", timeout=20).json()
        assert health["status"] == "ok"
        assert (tmp_path / "salesforce_jwt.key").exists()
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--port", "99999"], "must be a port number"),
        (["--port", "0", "--people", "0"], "must be a whole number"),
        (["--port", "0", "--now", "yesterday"], "ISO 8601"),
        ([], "--port"),
    ],
)
def test_wrong_settings_are_named_and_exit_with_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], part: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert part in capsys.readouterr().err


def test_a_busy_port_gives_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert f"port {port} is in use" in error
