"""What every answer says to the browser, whatever kind of answer it is."""

from collections.abc import Callable

import httpx
import pytest

from tests.portal.counter import Counter, Visitor

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "x-robots-tag": "noindex",
}
NEVER_STORED, A_DAY = "no-store", "public, max-age=86400, immutable"
OVERSIZED = 200_001  # bytes: more than is read, less than would cut the line
URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}


def oversized(visitor: Visitor) -> httpx.Response:
    return visitor.client.post("/nb/skjema", content=b"x" * OVERSIZED, headers=URLENCODED)


def asset(visitor: Visitor) -> httpx.Response:
    return visitor.client.get(visitor.get("").text.partition('stylesheet" href="')[2].partition('"')[0])


def damaged(visitor: Visitor, counter: Counter) -> httpx.Response:
    """The answer to a fault of ours: the draft on disk is no draft."""
    visitor.get("skjema")
    visitor.post("skjema", {"B14": "12"})
    for draft in counter.project.drafts.rglob("draft.json"):
        draft.write_text("{ no draft", "utf-8")
    answer = visitor.get("skjema")
    for draft in counter.project.drafts.rglob("draft.json"):
        draft.unlink()
    return answer


ANSWERS: dict[str, tuple[int, Callable[[Visitor, Counter], httpx.Response]]] = {
    "a page": (200, lambda visitor, _: visitor.get("senter")),
    "a redirect": (303, lambda visitor, _: visitor.client.get("/", follow_redirects=False)),
    "a file": (200, lambda visitor, _: visitor.get("skjema.xlsx")),
    "a script to take away": (200, lambda visitor, _: visitor.get("verify_receipt.py")),
    "data": (200, lambda visitor, _: visitor.client.get("/openapi.json")),
    "a sign of life": (200, lambda visitor, _: visitor.client.get("/helse")),
    "no session": (403, lambda _, counter: counter.visitor().get("senter")),
    "a wrong code": (403, lambda _, counter: counter.visitor().enter("feil").page),
    "no such page": (404, lambda visitor, _: visitor.get("finnes-ikke")),
    "no such language": (404, lambda visitor, _: visitor.client.get("/xx/")),
    "no such asset": (404, lambda visitor, _: visitor.client.get("/assets/finnes-ikke.css")),
    "no such method": (405, lambda visitor, _: visitor.client.put("/nb/")),
    "overtaken": (409, lambda visitor, _: visitor.post("skjema", {"nummer": "99", "merke": token(visitor)})),
    "too large": (413, lambda visitor, _: oversized(visitor)),
    "another kind": (415, lambda visitor, _: visitor.client.post("/nb/skjema", json={})),
    "no file": (422, lambda visitor, _: visitor.post("fil", {"merke": token(visitor)}, file=b"no form")),
    "our fault": (500, damaged),
}


def token(visitor: Visitor) -> str:
    visitor.get("senter")
    return visitor.hidden()["merke"]


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_kind_of_answer_carries_every_header_once(counter: Counter, centre: str, kind: str) -> None:
    status, ask = ANSWERS[kind]

    answer = ask(counter.centre(centre), counter)

    assert answer.status_code == status
    expected = HEADERS | {"cache-control": NEVER_STORED}
    assert {name: answer.headers.get_list(name) for name in expected} == {
        name: [text] for name, text in expected.items()
    }
    assert "server" not in answer.headers


def test_a_style_sheet_may_be_stored_and_carries_the_rest(counter: Counter) -> None:
    answer = asset(counter.visitor())

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")
    expected = HEADERS | {"cache-control": A_DAY}
    assert {name: answer.headers.get_list(name) for name in expected} == {
        name: [text] for name, text in expected.items()
    }


@pytest.mark.parametrize(("scheme", "expected"), [("https", "max-age=31536000"), ("http", None)])
def test_browsers_are_held_to_tls_where_there_is_tls(
    counter: Counter, scheme: str, expected: str | None
) -> None:
    with Counter(counter.project, address=f"{scheme}://levering.example") as served:
        answer = served.visitor().get("")

    assert answer.headers.get("strict-transport-security") == expected
