"""A thousand uploads after each other and at once on this machine: answers, memory, nothing lost.

Run as `python -m tests.portal.bench [N]`; it serves a portal of its own as `samletall portal` does, in its own process.
"""

import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import yaml

from pipeline.collect.records import invitations
from pipeline.collect.records.ledger import altered, ledger
from pipeline.definitions import load
from tests.portal.counter import LISTENERS, Visitor, collecting, file_of, old_centres, taught

PORT, AT_ONCE = 8499, 4
ADDRESS = f"http://127.0.0.1:{PORT}"


def main(uploads: int) -> None:
    """Prints what was measured."""
    root = Path(tempfile.mkdtemp()) / "root"
    root.mkdir()
    project = collecting(root)
    limits = project.schemas / "portal.yaml"
    written = yaml.safe_load(limits.read_text("utf-8"))
    written["limits"] |= {"uploads_a_minute": 10**6, "uploads_a_day": 10**6, "changes_a_minute": 10**6}
    written["limits"] |= {"codes_a_minute": 10**6}
    limits.write_text(yaml.safe_dump(written, allow_unicode=True), "utf-8")
    definitions = load(project)
    now, year = datetime.now(UTC), definitions.survey.last_year
    centres = old_centres(definitions)[:AT_ONCE]
    codes = [invitations.invite(project, centre, year, now, now + timedelta(days=1)) for centre in centres]
    start = "import sys; from pipeline.cli import main; sys.argv[0] = 'samletall'; main()"
    command = [
        sys.executable,
        "-X",
        "faulthandler",
        "-c",
        start,
        "portal",
        "--root",
        str(root),
        "--port",
        str(PORT),
    ]
    log = root.with_name("portal.log")
    with (
        log.open("w") as written_log,
        subprocess.Popen(command, stderr=written_log, stdout=written_log) as serving,
    ):
        try:
            _wait()
            seconds: list[float] = []
            sizes: list[int] = []

            def deliver(whose: int) -> int:
                client = httpx.Client(base_url=ADDRESS, timeout=120, follow_redirects=True)
                visitor, receipts = Visitor(client).enter(codes[whose]), 0
                for number in range(uploads // AT_ONCE):
                    answers = taught(LISTENERS * (1 + whose) + number % 9)
                    content = file_of(definitions, year, centres[whose], answers)
                    visitor.get("senter")
                    began = time.perf_counter()
                    visitor.post("fil", file=content)
                    seconds.append(time.perf_counter() - began)
                    visitor.get("send")
                    visitor.post("send", {"navn": "Kari Li", "rolle": "leader", "godkjent": "x"})
                    receipts += "kvittering" in visitor.page.url.path
                    if whose == 0:
                        sizes.append(_resident(serving.pid))
                return receipts

            before, began = len(ledger(project)), time.perf_counter()
            with ThreadPoolExecutor(AT_ONCE) as pool:
                receipts = sum(pool.map(deliver, range(AT_ONCE)))
            took = time.perf_counter() - began
        finally:
            sys.stdout.write(f"{log}, ended {serving.poll()}\n")
            serving.terminate()
    seconds.sort()
    median, last = seconds[len(seconds) // 2], seconds[len(seconds) * 99 // 100]
    sys.stdout.write(
        f"{len(seconds)} uploads checked and sent by {AT_ONCE} at once in {took:.0f} s; receipts {receipts},"
        f" new lines {len(ledger(project)) - before}, faults {len(altered(project))};"
        f" upload to findings: median {median:.2f} s, p99 {last:.2f} s;"
        f" memory {sizes[len(sizes) // 10] // 10**6} MB after a tenth, {sizes[-1] // 10**6} MB at the end\n"
    )


def _wait() -> None:
    while True:
        try:
            httpx.get(f"{ADDRESS}/helse")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return


def _resident(process: int) -> int:
    return int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1]) * 4096


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1000)
