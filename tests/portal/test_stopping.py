"""A stop finishes what is in flight, and a start goes on: in a process of its own, as the service runs."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx

from pipeline.collect.records import invitations
from pipeline.collect.records.ledger import altered, ledger, versions
from pipeline.definitions import load
from pipeline.project import Project
from tests.portal.counter import LISTENERS, Counter, Visitor, file_of, old_centres, taught

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serving(project: Project, port: int, log: Path) -> subprocess.Popen[bytes]:
    """`samletall portal`, when it answers."""
    with log.open("ab") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "pipeline", "portal", "--root", project.root, "--port", str(port)],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stderr=stream,
            stdout=subprocess.DEVNULL,
        )
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{port}/helse", timeout=60)
        except httpx.TransportError:
            assert process.poll() is None, log.read_text("utf-8")
            time.sleep(0.1)
        else:
            return process


def test_a_draft_outlives_a_restart_and_is_sent_by_who_comes_in_again_by_the_link(project: Project) -> None:
    with Counter(project) as before:
        centre = old_centres(before.definitions)[0]
        code = before.code(centre)
        visitor = before.visitor().enter(code)
        visitor.get("senter")
        visitor.post("fil", file=before.file(centre))
        cookies = visitor.client.cookies

    with Counter(project) as after:
        stranger = after.visitor()
        stranger.client.cookies = cookies
        assert stranger.get("send").status_code == 403
        visitor = after.visitor().enter(code)
        visitor.get("send")
        sent = visitor.post("send", {"navn": "Kari Li", "rolle": "leader", "godkjent": "x"})

    assert sent.url.path.endswith("kvittering/1")
    assert len(versions(ledger(project), after.year, centre)) == 1
    assert altered(project) == []


def test_a_stop_finishes_the_delivery_in_flight_and_the_log_is_lines_of_json(
    project: Project, tmp_path: Path
) -> None:
    definitions, port, log = load(project), free_port(), tmp_path / "log"
    centre, year, now = old_centres(definitions)[0], definitions.survey.last_year, datetime.now(UTC)
    code = invitations.invite(project, centre, year, now, now + timedelta(days=1))
    process = serving(project, port, log)
    address = f"http://127.0.0.1:{port}"
    with httpx.Client(base_url=address, timeout=120, follow_redirects=False) as client:
        visitor = Visitor(client).enter(code)
        visitor.get("senter")
        visitor.post("fil", file=file_of(definitions, year, centre, taught(LISTENERS)))
        visitor.get("send")
        fields = {**visitor.hidden(), "navn": "Kari Li", "rolle": "leader", "godkjent": "x"}
        content, begun, stopped = urlencode(fields).encode(), threading.Event(), threading.Event()

        def half_and_half() -> Iterator[bytes]:
            yield content[:40]
            begun.set()
            stopped.wait()
            yield content[40:]

        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "content-length": str(len(content)),
        }
        answers: list[int] = []
        sending = threading.Thread(
            target=lambda: answers.append(
                client.post("/nb/send", content=half_and_half(), headers=headers).status_code
            )
        )

        sending.start()
        begun.wait()
        time.sleep(1)  # what was sent has arrived
        process.send_signal(signal.SIGTERM)
        time.sleep(1)  # the service has been told to stop, and half of the request is missing
        stopped.set()
        sending.join()

    assert process.wait(timeout=120) in (0, -signal.SIGTERM)
    assert answers == [303]
    assert len(versions(ledger(project), year, centre)) == 1
    assert altered(project) == []
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert {"at", "level", "logger"} <= set.intersection(*(set(line) for line in lines))
    assert any(line.get("route") == "/{lang}/send" for line in lines)
