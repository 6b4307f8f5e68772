"""Who may do what: every address with every sort of visitor, forms that are not ours, and what is never told."""

import logging
import re
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import yaml

from pipeline.collect.records import invitations
from pipeline.collect.records.ledger import altered
from pipeline.portal.auth.rate_limit import DAY
from pipeline.portal.auth.sessions import ANYONE, CENTRE, COORDINATOR
from pipeline.portal.cells import cell_of
from pipeline.portal.request_body import LARGEST_FORM
from pipeline.portal.routes import ENDPOINTS, GET, POST, Endpoint
from pipeline.project import Project
from tests.examples import sample
from tests.portal.counter import XLSX, Counter, Visitor, old_centres
from tests.portal.test_acting import named_coordinator


def asked(visitor: Visitor, endpoint: Endpoint, counter: Counter, token: str = "") -> httpx.Response:
    """The address asked as its own form would, with this token."""
    path = filled(endpoint.path, counter)
    if endpoint.method == GET:
        return visitor.client.get(path, follow_redirects=False)
    fields = {**dict.fromkeys(endpoint.fields, "?"), "merke": token}
    files = {"fil": ("skjema.xlsx", b"PK", XLSX)} if endpoint.takes_file else None
    return visitor.client.post(path, data=fields, files=files, follow_redirects=False)


def filled(path: str, counter: Counter) -> str:
    """The address with something in each of its places."""
    centre = counter.definitions.centres_in(counter.year)[-1]
    return re.sub(":[a-z]+", "", path).format(
        lang="nb",
        version=1,
        centre=centre,
        cell="B14",
        rule="received_late",
        path="index.html",
        section=counter.definitions.form(counter.year).sections[0].id,
    )


def cell(counter: Counter, variable: str) -> str:
    return cell_of(counter.services.layout(counter.definitions.form(counter.year)), variable)


@pytest.fixture(scope="module")
def silent_centre(unused: Iterator[str]) -> str:
    """A centre of which nothing is ever kept."""
    return next(unused)


def test_every_address_opens_only_to_those_it_is_for(counter: Counter, centre: str) -> None:
    def sorts() -> dict[str, tuple[Visitor, set[str]]]:
        return {
            "a centre": (counter.centre(centre), {ANYONE, CENTRE}),
            "the coordinator": (counter.coordinator(), {ANYONE, COORDINATOR}),
            "a coordinator by name": (named_coordinator(counter, "Kari Li"), {ANYONE, COORDINATOR}),
            "nobody": (counter.visitor(), {ANYONE}),
        }

    refusals: set[str] = set()
    for name, (visitor, may) in sorts().items():
        token = visitor.get("senter" if name == "a centre" else "oversikt") and visitor.hidden().get(
            "merke", ""
        )
        for endpoint in ENDPOINTS:
            if endpoint.path.endswith(("/ut", "/slutt")) and endpoint.role in may:
                continue
            answer = asked(visitor, endpoint, counter, token)
            counter.seconds += 60
            assert (answer.status_code == 403) != (endpoint.role in may) or endpoint.path == "/{lang}/inn", (
                name,
                endpoint,
            )
            if endpoint.role not in may:
                refusals.add(re.search(r'<p class="lead">(.*?)</p>', answer.text)[1])  # type: ignore[index]
    assert len(ENDPOINTS) > 45
    assert len(refusals) == 1, "who is turned away is not told why"


def test_no_centre_sees_or_changes_anything_of_any_other(project: Project) -> None:
    with Counter(project) as counter:
        owners = old_centres(counter.definitions)
        marks = {owner: str(77_000 + position) for position, owner in enumerate(owners)}
        names = {owner: counter.definitions.centres[owner].name for owner in owners}
        visitors = {owner: counter.centre(owner) for owner in owners}
        for owner in owners:
            visitors[owner].get("skjema")
            visitors[owner].post("skjema", {cell(counter, "visits"): marks[owner]})
        visitors[owners[0]].deliver(counter.file(owners[0]))
        visitors[owners[0]].get("skjema")
        visitors[owners[0]].post("skjema", {cell(counter, "visits"): marks[owners[0]]})
        drafts = {owner: counter.services.drafts.find(counter.year, owner) for owner in owners}
        pages = [endpoint for endpoint in ENDPOINTS if endpoint.role == CENTRE and endpoint.method == GET]

        for owner in sample(owners, 5):
            counter.seconds += DAY
            shown = "".join(asked(visitors[owner], endpoint, counter).text for endpoint in pages)
            others = [other for other in owners if other != owner]
            assert [other for other in others if re.search(rf"{names[other]}\b", shown)] == []
            assert [other for other in others if marks[other] in shown.replace("\u00a0", "")] == []
            assert marks[owner] in shown
            assert ("Kvittering" in shown) == (owner == owners[0])
        assert drafts == {owner: counter.services.drafts.find(counter.year, owner) for owner in owners}


@pytest.mark.parametrize("tenth", range(1, 10))
def test_a_line_that_is_cut_half_way_leaves_nothing(counter: Counter, silent_centre: str, tenth: int) -> None:
    visitor = counter.centre(silent_centre)
    visitor.get("senter")
    request = visitor.client.build_request(
        "POST",
        "/nb/fil",
        data=visitor.hidden(),
        files={"fil": ("skjema.xlsx", counter.file(silent_centre), XLSX)},
    )
    body = request.read()
    head = "".join(f"{name}: {text}\r\n" for name, text in request.headers.items())
    host, port = counter.address.removeprefix("http://").split(":")

    with socket.create_connection((host, int(port))) as line:
        line.sendall(f"POST /nb/fil HTTP/1.1\r\n{head}\r\n".encode() + body[: len(body) * tenth // 10])

    assert visitor.get("senter").status_code == 200
    assert counter.services.drafts.find(counter.year, silent_centre) is None
    assert altered(counter.project) == []


@pytest.mark.parametrize("why", ["unknown", "withdrawn", "replaced", "too old", "of a centre that is gone"])
def test_every_code_that_opens_nothing_gets_the_same_answer(counter: Counter, centre: str, why: str) -> None:
    code = counter.code(centre, days=-1 if why == "too old" else 30)
    if why == "withdrawn":
        assert invitations.withdraw(counter.project, centre, counter.year, counter.now) == 1
    if why == "replaced":
        counter.code(centre)
    given = code if why in {"withdrawn", "replaced", "too old"} else "a" * len(code)

    answers = [counter.visitor().enter(code).page for code in (given, "feil")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].text == answers[1].text


def test_a_session_ends_with_its_link_with_idleness_and_with_the_day(
    counter: Counter, unused: Iterator[str]
) -> None:
    portal = counter.definitions.portal
    withdrawn, idle, busy = (counter.centre(next(unused)) for _ in range(3))
    steps = int(portal.session_hours * 60 / portal.idle_minutes * 2)

    invitations.withdraw(counter.project, _centre_of(counter, withdrawn), counter.year, counter.now)
    assert withdrawn.get("senter").status_code == 403
    for _ in range(steps):
        counter.now += timedelta(minutes=portal.idle_minutes / 2)
        assert busy.get("skjema.xlsx").status_code == 200
    assert idle.get("senter").status_code == 403
    counter.now += timedelta(minutes=1)
    assert busy.get("senter").status_code == 403


def _centre_of(counter: Counter, visitor: Visitor) -> str:
    visitor.get("senter")
    return next(id for id, entry in counter.definitions.centres.items() if f">{entry.name} ·" in visitor.text)


@pytest.mark.parametrize(("role", "n"), [(CENTRE, 9), (COORDINATOR, 14)])
def test_a_form_that_is_not_ours_changes_nothing(counter: Counter, centre: str, role: str, n: int) -> None:
    visitor = counter.centre(centre) if role == CENTRE else counter.coordinator()
    own_page = "senter" if role == CENTRE else "oversikt"
    visitor.get(own_page)
    token = visitor.hidden()["merke"]
    changing = [endpoint for endpoint in ENDPOINTS if endpoint.method == POST and endpoint.role == role]
    before = kept_bytes(counter.project)

    for endpoint in changing:
        path = filled(endpoint.path, counter)
        files = {"fil": ("skjema.xlsx", counter.file(centre), XLSX)} if endpoint.takes_file else None
        for fields, headers in (
            ({"merke": ""}, {}),
            ({"merke": "another"}, {}),
            ({"merke": token}, {"Origin": "https://elsewhere.example"}),
            ({"merke": token}, {"Origin": "null"}),
            ({"merke": token}, {"Sec-Fetch-Site": "cross-site"}),
        ):
            answer = visitor.client.post(path, data=fields, files=files, headers=headers)
            assert answer.status_code == 403, endpoint

    assert len(changing) == n
    assert kept_bytes(counter.project) == before
    assert visitor.get(own_page).status_code == 200


def kept_bytes(project: Project) -> dict[Path, bytes]:
    """Every file that somebody's form may change."""
    folders = (project.raw, project.drafts, project.mail, project.job_logs)
    return {path: path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


def test_the_cookie_is_for_this_site_alone_and_over_tls_where_there_is_tls(project: Project) -> None:
    with Counter(project) as plain:
        centre = plain.definitions.centres_in(plain.year)[0]
        insecure = plain.visitor().client.post(
            "/nb/inn", data={"kode": plain.code(centre)}, follow_redirects=False
        )
        plain.services.address = "https://levering.example"
        secure = httpx.post(
            f"{plain.address}/nb/inn",
            data={"kode": plain.code(centre)},
            headers={"Origin": "https://levering.example"},
        )

    assert "HttpOnly; Path=/; SameSite=strict" in insecure.headers["set-cookie"]
    assert "Secure" not in insecure.headers["set-cookie"]
    assert secure.headers["set-cookie"].startswith("__Host-samletall=")
    assert "; Secure" in secure.headers["set-cookie"]


def test_the_log_tells_of_requests_and_of_nothing_in_them(
    counter: Counter, centre: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    code = counter.code(centre)
    visitor = counter.visitor().enter(code)
    visitor.deliver(counter.file(centre))
    visitor.get("kvittering/1")

    log = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("samletall"))
    assert '"route": "/{lang}/kvittering/{version:int}", "status": 200' in log
    secrets = [code, visitor.hidden()["merke"], *visitor.client.cookies.values()]
    assert [secret for secret in (*secrets, centre, str(counter.listeners(centre))) if secret in log] == []


def test_what_is_too_large_is_stopped_while_it_comes(counter: Counter, centre: str) -> None:
    visitor = counter.centre(centre)
    largest = counter.definitions.limits.file
    counted = 0

    def endless() -> Iterator[bytes]:
        nonlocal counted
        for _ in range(100):
            counted += 1
            yield b"x" * largest

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    try:
        answer = visitor.client.post("/nb/fil", content=endless(), headers=headers)
        assert answer.status_code == 413
    except httpx.TransportError:
        pass  # the line was cut while it was still being sent
    assert counted < 100
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    form_answer = visitor.client.post("/nb/skjema", content=b"x" * (LARGEST_FORM + 1), headers=form)
    assert form_answer.status_code == 413
    assert visitor.get("senter").status_code == 200


def test_who_sends_slowly_is_not_waited_for(project: Project) -> None:
    changed_limits(project, request_seconds=1)
    with Counter(project) as counter:
        centre = counter.definitions.centres_in(counter.year)[0]
        visitor = counter.centre(centre)

        def dripping() -> Iterator[bytes]:
            yield b"merke="
            threading.Event().wait(1.5)  # what is tried is that time goes by
            yield b"x"

        answer = visitor.client.post(
            "/nb/skjema", content=dripping(), headers={"Content-Type": "application/x-www-form-urlencoded"}
        )

    assert answer.status_code == 408


def test_who_asks_too_often_waits_and_others_do_not(counter: Counter, unused: Iterator[str]) -> None:
    limits = counter.definitions.portal.limits
    eager, calm = next(unused), next(unused)
    visitor, other = counter.centre(eager), counter.centre(calm)
    visitor.get("senter")
    token = visitor.hidden()

    answers = [visitor.post("fil", token, file=b"no form") for _ in range(limits.uploads_a_minute + 1)]

    assert [answer.status_code for answer in answers] == [422] * limits.uploads_a_minute + [429]
    assert answers[-1].headers["retry-after"] == "60"
    other.get("senter")
    assert other.post("fil", file=b"no form").status_code == 422
    counter.seconds += 60
    assert visitor.post("fil", token, file=b"no form").status_code == 422

    codes = [counter.visitor().enter("feil").page.status_code for _ in range(limits.codes_a_minute + 1)]
    assert codes[-1] == 429


def test_nothing_is_taken_in_when_the_disk_is_nearly_full(project: Project) -> None:
    changed_limits(project, free_disk=0.9999)
    with Counter(project) as counter:
        centre = counter.definitions.centres_in(counter.year)[0]
        visitor = counter.centre(centre)
        visitor.get("senter")

        answer = visitor.post("fil", file=counter.file(centre))

    assert answer.status_code == 507
    assert "Utkastet er trygt" in answer.text


def test_a_fault_of_ours_is_told_of_without_repeating_anything(
    counter: Counter, centre: str, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = counter.centre(centre)
    visitor.get("skjema")
    visitor.post("skjema", {"B14": "12"})
    services = counter.services
    layout, services.layout = services.layout, lambda _: {}["4242"]  # type: ignore[method-assign, assignment]

    answer = visitor.get("skjema")
    services.layout = layout  # type: ignore[method-assign]

    assert answer.status_code == 500
    assert "Noe er feil hos oss" in answer.text
    assert "4242" not in answer.text + "".join(record.getMessage() for record in caplog.records)


def changed_limits(project: Project, **limits: float) -> None:
    path: Path = project.schemas / "portal.yaml"
    written = yaml.safe_load(path.read_text("utf-8"))
    written["limits"] |= limits
    path.write_text(yaml.safe_dump(written, allow_unicode=True), "utf-8")
