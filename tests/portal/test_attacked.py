"""The portal attacked from its own description: whatever is sent, it answers as it says it does, and keeps nothing."""

import os
import re
import signal
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from pipeline.collect.records.ledger import altered, ledger
from pipeline.portal import job_runner
from tests.examples import cases
from tests.portal.counter import Counter, Visitor, taught
from tests.portal.test_publication import runner
from tests.portal.test_stopping import free_port

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what the library says of its own parts
    import schemathesis
    from hypothesis import HealthCheck, given, settings
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

TRIES = 8
PATIENCE = 600  # seconds: nothing here is about speed
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def inside(counter: Counter) -> Iterator[dict[str, Visitor]]:
    centre = counter.definitions.centres_in(counter.year)[0]
    visitors = {
        "centre": counter.centre(centre),
        "coordinator": counter.coordinator(),
        "anyone": counter.visitor(),
    }
    visitors["centre"].post("fil", file=counter.file(centre, taught(counter.listeners(centre))))
    visitors["coordinator"].get("oversikt")
    # what is tried starts no report: another job is under way
    job_runner.start(counter.project, ("preview", "--port", str(free_port())), "nobody", counter.now)
    yield visitors
    os.killpg(runner(counter.project), signal.SIGKILL)


def test_whatever_is_sent_to_any_address_is_answered_as_described(
    counter: Counter, inside: dict[str, Visitor]
) -> None:
    schema = schemathesis.openapi.from_url(f"{counter.address}/openapi.json")
    tried: dict[str, set[int]] = {}
    before = len(ledger(counter.project))

    for result in schema.get_all_operations():
        operation = result.ok()
        if re.search("/(ut|slutt)$", operation.path):
            continue

        tried[operation.label] = _attacked(counter, inside.values(), operation)

    assert len(tried) > 25
    inside_of = [label for label, statuses in tried.items() if statuses & {200, 303, 404, 409, 422}]
    assert tried.keys() - inside_of == {"POST /{lang}/inn"}, "all others were reached behind their guard"
    assert altered(counter.project) == []
    assert len(ledger(counter.project)) == before


def _attacked(counter: Counter, visitors: Iterable[Visitor], operation: Any) -> set[int]:
    """The answers an address gave to each sort of visitor, each of which was as described."""
    statuses: set[int] = set()

    @settings(
        max_examples=cases(TRIES), deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(case=operation.as_strategy())
    def attack(case: Any) -> None:
        for visitor in visitors:
            counter.seconds += 60
            case.headers = {**(case.headers or {}), "Cookie": _cookie(visitor)}
            if isinstance(case.body, dict):
                case.body["merke"] = visitor.hidden().get("merke", "")
            answer = case.call(base_url=counter.address, timeout=PATIENCE)
            case.validate_response(answer, checks=CHECKS)
            statuses.add(answer.status_code)

    attack()
    return statuses


def _cookie(visitor: Visitor) -> str:
    return "; ".join(f"{name}={text}" for name, text in visitor.client.cookies.items())
