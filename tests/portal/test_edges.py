"""What comes in at the edges: other names for the portal, heads that never end, signs nobody can read."""

import socket
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from pipeline.collect.records.ledger import ledger, versions
from pipeline.collect.records.threads import messages
from pipeline.portal.cells import cell_of
from pipeline.project import Project
from tests.portal.counter import Counter, taught
from tests.portal.test_auth import changed_limits

UNREADABLE = {
    "a control character": "12\x00",
    "an escape": "\x1b[2J4",
    "one that turns the direction": "\u202e21",
    "one nobody sees": "1\u200b2",
    "half a character": "\ufffe1",
}


def cell(counter: Counter, variable: str) -> str:
    return cell_of(counter.services.layout(counter.definitions.form(counter.year)), variable)


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "levering.example.elsewhere.example", "127.0.0.1.nip.io", "a:b:c"]
)
@pytest.mark.parametrize("path", ["/nb/", "/", "/nb/senter/", "/assets/x.css", "/openapi.json"])
def test_another_name_for_the_portal_is_not_answered_to_and_never_repeated(
    counter: Counter, host: str, path: str
) -> None:
    answer = httpx.get(f"{counter.address}{path}", headers={"Host": host, "X-Forwarded-Proto": "http"})

    assert answer.status_code == 421
    assert "location" not in answer.headers
    assert host not in answer.text


@pytest.fixture(scope="module")
def outside(begun: Project) -> Iterator[Counter]:
    """A portal behind a server that has the name it is asked by; what is asked here changes nothing."""
    with Counter(begun, address="https://levering.example") as served:
        yield served


@pytest.mark.parametrize(
    "path", ["/", "/nb", "/nb/senter/", "/nb/inn/", "//elsewhere.example/", "/nb//elsewhere.example/"]
)
@pytest.mark.parametrize("host", ["levering.example", "levering.example:443", "127.0.0.1:8400"])
def test_no_answer_leads_out_of_the_scheme_or_the_host_it_was_asked_at(
    outside: Counter, path: str, host: str
) -> None:
    address = f"http://127.0.0.1:{outside.port}{path}"
    answer = httpx.get(address, headers={"Host": host, "X-Forwarded-Proto": "https"})

    assert answer.status_code in {303, 404}
    assert answer.headers.get("location", "/nb/") == "/nb/"


def test_who_never_finishes_asking_is_cut_off_and_others_are_answered(project: Project) -> None:
    changed_limits(project, head_seconds=1, unfinished_an_address=3)
    with Counter(project) as counter:
        host, port = counter.address.removeprefix("http://").split(":")
        lines = [socket.create_connection((host, int(port))) for _ in range(3)]
        for line in lines:
            line.sendall(b"GET /nb/ HTTP/1.1\r\nX-Slow: ")
        _wait_until(lambda: _is_closed(host, port))  # a fourth finds no room
        began = time.monotonic()
        while time.monotonic() - began < 1:
            for line in lines:
                try:
                    line.sendall(b"a")  # a drip does not buy more time
                except OSError:
                    break
            time.sleep(0.05)
        _wait_until(lambda: httpx.get(f"{counter.address}/helse").status_code == 200)
        for line in lines:
            line.settimeout(5)
            assert _ended(line)
            line.close()


def _wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(100):
        try:
            if holds():
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError(holds)


def _is_closed(host: str, port: str) -> bool:
    with socket.create_connection((host, int(port))) as line:
        line.settimeout(0.2)
        try:
            line.sendall(b"GET /helse HTTP/1.1\r\nHost: localhost\r\n\r\n")
            return _ended(line)
        except TimeoutError:
            return False


def _ended(line: socket.socket) -> bool:
    try:
        return line.recv(100) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_sign_nobody_can_read_in_a_box_is_an_answer(counter: Counter, centre: str, kind: str) -> None:
    visitor = counter.centre(centre)
    visitor.get("skjema")
    box, other = cell(counter, "visits"), cell(counter, "employees")

    answer = visitor.post("skjema", {box: UNREADABLE[kind], other: "4"})

    assert answer.status_code == 422
    assert "inneholder tegn som ikke kan leses" in visitor.text
    draft = counter.services.drafts.find(counter.year, centre)
    assert draft
    assert (draft.answers.get("visits", ""), draft.answers["employees"]) == ("", "4")
    assert visitor.get("kontroll").status_code == 200


@pytest.mark.parametrize("kind", UNREADABLE)
def test_nor_is_one_kept_in_a_correction_a_reason_or_a_message(
    counter: Counter, centre: str, kind: str
) -> None:
    visitor = counter.centre(centre)
    odd = taught(3 * counter.listeners(centre)) | {"employees": "ca. 4"}
    visitor.post("fil", file=counter.file(centre, odd))
    reasons = dict.fromkeys(visitor.questions(), f"Flere kurs {UNREADABLE[kind]}")

    for fields in (reasons, {f"svar.{cell(counter, 'employees')}": UNREADABLE[kind]}):
        assert visitor.post("kontroll", fields).status_code == 422
        assert "tegn som ikke kan leses" in visitor.text
    visitor.get("trad/skjema")
    assert visitor.post("trad/skjema", {"tekst": f"Hei {UNREADABLE[kind]}"}).status_code == 422

    assert "ca. 4" in visitor.get("kontroll").text
    assert messages(counter.project, counter.year, centre) == []


@pytest.mark.parametrize(
    "name", ["Kari\u202eiL", "Kari\u2066Li", "Kari\x07 Li", "Kari\nLi", "Kari\u200bLi", "Ka\u2028ri"]
)
def test_a_name_that_reads_otherwise_than_it_is_written_does_not_sign(
    counter: Counter, centre: str, name: str
) -> None:
    visitor = counter.centre(centre)
    visitor.get("senter")
    visitor.post("fil", file=counter.file(centre))
    visitor.get("send")

    visitor.post("send", {"navn": name, "rolle": "leader", "godkjent": "x"})

    assert visitor.page.status_code == 422
    assert versions(ledger(counter.project), counter.year, centre) == []
