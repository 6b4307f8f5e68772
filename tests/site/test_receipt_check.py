"""A receipt is verified on the site's own page, in the browser, with the network off."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from pipeline.collect.records import keys, receipts
from pipeline.collect.records.ledger import keep, ledger, opened_ledger
from pipeline.project import Project
from tests.collect.records.crash_table import AT, DEFINITIONS, received_file
from tests.site.conftest import Seen

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["kvittering/", "en/kvittering/"])
def test_a_receipt_is_verified_with_the_network_off_and_a_forged_one_refused(
    seen: Seen, tmp_path: Path, path: str
) -> None:
    project = Project.at(tmp_path / "root")
    for visits in range(1, 4):
        with opened_ledger(project) as given:
            keep(project, DEFINITIONS, given, received_file(visits), AT)
    content = receipts.signed_receipt(project, ledger(project)[1], {"visits": "to æ \u2028 \U0001f600"})
    forged = {**content, "values": {"visits": "900"}}
    files = {"receipt.json": content, "forged.json": forged, "other.json": {"no": "receipt"}}
    for name, text in files.items():
        (tmp_path / name).write_text(json.dumps(text, ensure_ascii=False), "utf-8")
    (tmp_path / "sent.csv").write_bytes(received_file(2).content)
    page = seen.open(path)
    page.locator("#kvittering").evaluate(
        "(box, [key, root]) => { box.dataset.keys = key; box.dataset.head = root; }",
        [keys.public_keys(project)[0], content["head"]["root"]],
    )
    page.context.set_offline(True)
    seen.forget()

    def chosen(receipt: str, file: str = "") -> set[str]:
        page.locator("#skjema-fil").set_input_files(tmp_path / file if file else [])
        page.locator("#kvittering-fil").set_input_files(tmp_path / receipt)
        shown = page.locator("[data-check]:visible")
        expect(shown.first).to_be_visible()
        page.wait_for_timeout(100)
        return {str(sentence.get_attribute("data-check")) for sentence in shown.all()}

    assert chosen("receipt.json", "sent.csv") == {"holds", "this_head"}
    assert chosen("receipt.json", "forged.json") == {"file"}
    assert chosen("forged.json") == {"service"}
    assert chosen("other.json") == {"unreadable"}
    page.locator("#kvittering").evaluate("(box) => { box.dataset.head = 'another'; }")
    assert chosen("receipt.json") == {"holds", "other_head"}
    page.locator("#kvittering").evaluate("(box) => { box.dataset.keys = 'another'; }")
    assert chosen("receipt.json") == {"key"}
    assert seen.fetched == []
    assert seen.complaints == []
