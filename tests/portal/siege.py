"""Deliveries many at once while the disk fills up and the portal is killed at random: every receipt printed is kept.

Run as `python -m tests.portal.siege [DELIVERIES] [AT_ONCE] [KILLS]`. The project lies on a small disk of its own
(root); half way it is filled to the last byte until deliveries have been refused. Ends with an error when anything
confirmed was lost.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import yaml

from pipeline.collect.records import invitations
from pipeline.collect.records.ledger import altered, is_on_disk, ledger
from pipeline.definitions import load
from pipeline.project import Project
from tests.portal.counter import LISTENERS, Visitor, collecting, file_of, old_centres, taught
from tests.portal.test_stopping import free_port, serving
from tests.processes import children

SMALL_DISK = 60_000_000  # bytes
FULL_REFUSALS, FULL_SECONDS = 10, 300  # so long the disk stays full
ATTEMPTS = 60  # of one delivery, before it is given up
SIGNED = {"navn": "Kari Li", "rolle": "leader", "godkjent": "x"}


@dataclass
class Siege:
    """What happened: receipts as (centre, version), refusals by status, connections broken."""

    receipts: list[tuple[str, int]] = field(default_factory=list)
    refusals: dict[int, int] = field(default_factory=dict)
    n_broken: int = 0
    n_given_up: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def refused(self, status: int) -> None:
        with self.lock:
            self.refusals[status] = self.refusals.get(status, 0) + 1


class Portal:
    """The portal as a service that is started again whenever it was killed."""

    def __init__(self, project: Project, log: Path) -> None:
        self.project, self.port, self.log = project, free_port(), log
        self.process = serving(project, self.port, log)
        self.cpu = 0.0
        self.most_memory = 0

    def measure(self) -> None:
        memory = sum(_resident(child) for child in (self.process.pid, *children(self.process.pid)))
        self.most_memory = max(self.most_memory, memory)

    def kill(self) -> None:
        self.end(signal.SIGKILL)
        while True:
            try:
                self.process = serving(self.project, self.port, self.log)
            except AssertionError:
                time.sleep(0.5)  # a full disk keeps it from starting: as a service manager would, try again
            else:
                return

    def end(self, number: int) -> None:
        self.process.send_signal(number)
        _, _, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = -number
        self.cpu += usage.ru_utime + usage.ru_stime


def besieged(n_deliveries: int, at_once: int, n_kills: int) -> None:
    """Prints what was delivered, refused, killed, and whether everything confirmed was kept.

    Raises: AssertionError.
    """
    folder = Path(tempfile.mkdtemp())
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["/usr/bin/mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", disk], check=True)
    try:
        _besieged(disk, folder / "log", n_deliveries, at_once, n_kills)
    finally:
        subprocess.run(["/usr/bin/umount", "--lazy", disk], check=True)
        shutil.rmtree(folder, ignore_errors=True)


def _besieged(disk: Path, log: Path, n_deliveries: int, at_once: int, n_kills: int) -> None:
    project = collecting(disk / "root")
    _unlimited(project)
    definitions, year, now = load(project), load(project).survey.last_year, datetime.now(UTC)
    centres = old_centres(definitions)[:at_once]
    codes = {
        centre: invitations.invite(project, centre, year, now, now + timedelta(days=1)) for centre in centres
    }
    before = len(ledger(project))
    siege, portal, began = Siege(), Portal(project, log), time.perf_counter()

    def deliver(number: int) -> None:
        centre = centres[number % len(centres)]
        with gates[centre]:  # one person at a centre delivers after the other
            content = file_of(
                definitions,
                year,
                centre,
                taught(LISTENERS * (1 + centres.index(centre)) + number // len(centres)),
            )
            _delivered(siege, portal, codes[centre], centre, content)

    gates = {centre: threading.Lock() for centre in centres}
    done = threading.Event()
    besieger = threading.Thread(target=_harm, args=(portal, siege, disk, n_deliveries, n_kills, done))
    besieger.start()
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(deliver, range(n_deliveries)))
    done.set()
    besieger.join()
    portal.end(signal.SIGTERM)
    seconds = time.perf_counter() - began
    receipts = ledger(project)
    kept = {(receipt.centre, receipt.version) for receipt in receipts if is_on_disk(project, receipt)}
    lost = [receipt for receipt in siege.receipts if receipt not in kept]
    numbers = [receipt.sequence for receipt in receipts]
    sys.stdout.write(
        f"{n_deliveries} deliveries, {at_once} at once, {n_kills} kills, disk full once, {seconds:.0f} s\n"
        f"receipts printed {len(siege.receipts)} ({len(set(siege.receipts))} different), new lines"
        f" {len(receipts) - before}, lost {len(lost)}, numbers given twice {len(numbers) - len(set(numbers))},"
        f" faults {altered(project)}, given up {siege.n_given_up}\n"
        f"refused {dict(sorted(siege.refusals.items()))}, connections broken {siege.n_broken}\n"
        f"CPU {portal.cpu / max(1, len(siege.receipts)):.2f} s for each receipt, memory at most"
        f" {portal.most_memory // 10**6} MB with readers\n"
    )
    assert not lost
    assert len(numbers) == len(set(numbers))
    assert altered(project) == []


def _delivered(siege: Siege, portal: Portal, code: str, centre: str, content: bytes) -> None:
    """Goes on until there is a receipt, as a person would who comes back later."""
    for _ in range(ATTEMPTS):
        try:
            with httpx.Client(
                base_url=f"http://127.0.0.1:{portal.port}", timeout=180, follow_redirects=True
            ) as client:
                visitor = Visitor(client).enter(code)
                if visitor.get("senter").status_code == 200:
                    if (status := visitor.post("fil", file=content).status_code) != 200:
                        siege.refused(status)
                        time.sleep(0.5)
                        continue
                    visitor.post(
                        "kontroll", dict.fromkeys(visitor.questions(), "Vi holdt flere kurs enn før.")
                    )
                    visitor.get("send")
                    answer = visitor.post("send", SIGNED)
                    if answer.status_code == 200 and "kvittering" in answer.url.path:
                        with siege.lock:
                            siege.receipts.append((centre, int(answer.url.path.rpartition("/")[2])))
                        return
                siege.refused(visitor.page.status_code)
        except httpx.TransportError:
            siege.n_broken += 1
        time.sleep(0.5)
    siege.n_given_up += 1


def _harm(
    portal: Portal, siege: Siege, disk: Path, n_deliveries: int, n_kills: int, done: threading.Event
) -> None:
    """Kills at random, spread over the deliveries, and fills the disk half way."""
    chance = random.Random(1)
    moments = sorted(chance.uniform(0.05, 0.95) * n_deliveries for _ in range(n_kills))
    is_filled = False
    while not done.wait(0.2):
        portal.measure()
        if moments and len(siege.receipts) >= moments[0]:
            moments.pop(0)
            time.sleep(chance.uniform(0, 2))
            portal.kill()
        if not is_filled and len(siege.receipts) >= n_deliveries // 2:
            is_filled = True
            filler = disk / "filler"
            _fill(filler)
            until = time.monotonic() + FULL_SECONDS
            while siege.refusals.get(507, 0) < FULL_REFUSALS and time.monotonic() < until:
                time.sleep(0.2)
            filler.unlink()


def _fill(filler: Path) -> None:
    """To the last byte: past the room that is looked for before anything is written."""
    with filler.open("wb", buffering=0) as stream:
        try:
            while stream.write(bytes(65536)):
                pass
        except OSError:
            return


def _unlimited(project: Project) -> None:
    path = project.schemas / "portal.yaml"
    portal = yaml.safe_load(path.read_text("utf-8"))
    often = ("uploads_a_minute", "uploads_a_day", "changes_a_minute", "codes_a_minute", "explanations")
    portal["limits"] |= dict.fromkeys(often, 10**6)
    path.write_text(yaml.safe_dump(portal, allow_unicode=True), "utf-8")


def _resident(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1]) * 4096
    except (FileNotFoundError, ProcessLookupError):
        return 0


if __name__ == "__main__":
    besieged(*(int(number) for number in (*sys.argv[1:], *("300", "20", "12")[len(sys.argv) - 1 :])))
