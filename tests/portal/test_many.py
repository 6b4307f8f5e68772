"""Many at once, and many after each other: nothing lost, numbers dense, others served, memory flat."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipeline.collect.records.ledger import altered, ledger, opened_ledger, receive, versions
from pipeline.collect.records.signatures import signatures
from tests.examples import is_thorough
from tests.portal.counter import Counter, old_centres, taught

UPLOADS = 50 if is_thorough() else 20
IN_A_ROW = 16 if is_thorough() else 8  # a thousand are sent by `python -m tests.portal.bench`
MEGABYTE = 1_000_000
MOST_GROWTH = 30 * MEGABYTE


def resident() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096


def test_many_uploads_at_once_all_find_a_draft_and_all_deliveries_a_line(counter: Counter) -> None:
    centres = old_centres(counter.definitions)[:10]
    visitors = [counter.centre(centre) for centre in centres]
    before = len(ledger(counter.project))

    def upload(number: int) -> int:
        whose = number % len(centres)
        visitor = counter.visitor()
        visitor.client.cookies = visitors[whose].client.cookies
        visitor.get("senter")
        content = counter.file(centres[whose], taught(counter.listeners(centres[whose]) + number // 10))
        return visitor.post("fil", file=content).status_code

    def deliver(number: int) -> str:
        visitors[number].get("send")
        visitors[number].post("send", {"navn": "Kari Li", "rolle": "leader", "godkjent": "x"})
        return visitors[number].page.url.path

    def from_the_command_line(number: int) -> int:
        with opened_ledger(counter.project) as receipts:
            content = counter.file(centres[number], taught(40 + number))
            at = counter.now.isoformat()
            return receive(counter.project, counter.definitions, receipts, content, at).sequence

    with ThreadPoolExecutor(UPLOADS) as pool:
        uploaded = list(pool.map(upload, range(UPLOADS)))
        drafts = [counter.services.drafts.find(counter.year, centre) for centre in centres]
        sent = [pool.submit(deliver, number) for number in range(len(centres))]
        typed = [pool.submit(from_the_command_line, number) for number in range(3)]
        addresses, sequences = [delivery.result() for delivery in sent], [line.result() for line in typed]

    assert set(uploaded) <= {200, 409}, "kept, or told that another window was faster"
    assert all(drafts)
    assert len(set(sequences)) == 3
    delivered = [address for address in addresses if "kvittering" in address]
    assert len(delivered) >= len(centres) - 3, "who was overtaken by the command line is told to look again"
    receipts = ledger(counter.project)
    assert len(receipts) - before == len(delivered) + 3
    for centre in centres:
        given = [receipt.version for receipt in versions(receipts, counter.year, centre)]
        assert given == list(range(1, len(given) + 1))
    assert altered(counter.project) == []


def test_many_deliveries_in_a_row_leave_memory_as_it_was(counter: Counter) -> None:
    centres = old_centres(counter.definitions)[:2]
    visitors = [counter.centre(centre) for centre in centres]
    before = len(ledger(counter.project)), len(signatures(counter.project))
    sizes = []
    for number in range(IN_A_ROW):
        counter.seconds += 60 * 60
        whose = number % 2
        content = counter.file(centres[whose], taught(counter.listeners(centres[whose]) + number % 7))
        visitors[whose].deliver(content)
        sizes.append(resident())

    after = len(ledger(counter.project)), len(signatures(counter.project))
    assert [now - then for now, then in zip(after, before, strict=True)] == [IN_A_ROW, IN_A_ROW]
    assert sizes[-1] - sizes[IN_A_ROW // 2] < MOST_GROWTH
