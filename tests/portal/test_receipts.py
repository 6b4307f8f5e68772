"""A receipt worth keeping: signed, bound to the public head, with the bytes it was given for; a forgery fails."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pipeline.collect.records.ledger import ledger, versions
from tests.collect.reader.test_honest import UNSEEN
from tests.portal.counter import Counter, Visitor

Content = dict[str, Any]


@pytest.fixture
def visitor(counter: Counter, centre: str) -> Visitor:
    """A centre that has filled in its form in the browser, signed and sent it."""
    visitor = counter.centre(centre)
    visitor.get("ingen")
    visitor.post("ingen", {"grunn": "Vi holdt stengt i hele året."})
    visitor.get("send")
    visitor.post("send", {"navn": "Kari Åsen", "rolle": "leader", "godkjent": "x"})
    assert visitor.page.url.path.endswith("kvittering/1"), visitor.text
    return visitor


def verified(
    folder: Path, script: bytes, *contents: bytes, options: tuple[str, ...] = ()
) -> tuple[int, list[str]]:
    """What the script says of these files, in a folder with nothing else and a Python without packages."""
    (folder / "verify.py").write_bytes(script)
    names = [f"file{number}" for number in range(len(contents))]
    for name, content in zip(names, contents, strict=True):
        (folder / name).write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", *names, *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.splitlines()


def rehashed(content: Content) -> Content:
    """Every hash in the receipt reckoned again, as a forger would."""
    for name in ("receipt", "signature"):
        line = {key: value for key, value in content[name].items() if key != "line"}
        if name == "signature":
            line |= {"receipt": content["receipt"]["line"], "values": digest(content["values"])}
        content[name] = {**line, "line": digest(line)}
    content["head"] = {
        "size": 1,
        "root": hashlib.sha256(b"\0" + bytes.fromhex(content["receipt"]["line"])).hexdigest(),
    }
    content["path"] = []
    content["receipt"]["sequence"] = 1
    return content


def digest(content: Content) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _other_values(content: Content) -> Content:
    content["values"]["visits"] = "900"
    return rehashed(content)


def _other_date(content: Content) -> Content:
    content["receipt"]["received_at"] = "2024-01-01T00:00:00+00:00"
    return rehashed(content)


def _signed_by_another(content: Content) -> Content:
    """A forger with a key of their own signs what they have made up."""
    key = Ed25519PrivateKey.generate()
    forged = _other_values(content)
    forged["public_key"] = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    del forged["service_signature"]
    return {**forged, "service_signature": key.sign(json.dumps(forged, sort_keys=True).encode()).hex()}


def _unsigned(content: Content) -> Content:
    del content["service_signature"]
    return content


@pytest.mark.parametrize(
    ("forge", "sentence"),
    [
        (_other_values, "The service has not signed this."),
        (_other_date, "The service has not signed this."),
        (_signed_by_another, "The key is none of the service's."),
        (_unsigned, "The receipt is not signed by the service; fetch it anew."),
        (lambda _: {"receipt": 7, "service_signature": "zz"}, "This is no receipt, or it has been changed."),
    ],
)
def test_a_receipt_that_was_forged_with_every_hash_recomputed_is_refused(
    visitor: Visitor, tmp_path: Path, forge: Callable[[Content], Content], sentence: str
) -> None:
    script, receipt = visitor.get("verify_receipt.py").content, visitor.get("kvittering/1/fil").content
    assert verified(tmp_path, script, receipt) == (0, ["The receipt holds."])

    code, sentences = verified(tmp_path, script, json.dumps(forge(json.loads(receipt))).encode())

    assert code == 1
    assert sentence in sentences


def test_what_was_filled_in_by_browser_is_fetched_byte_for_byte_and_holds_against_the_receipt(
    counter: Counter, visitor: Visitor, centre: str, tmp_path: Path
) -> None:
    script, receipt = visitor.get("verify_receipt.py").content, visitor.get("kvittering/1/fil").content
    fetched = visitor.get("kvittering/1/skjema")

    (given,) = versions(ledger(counter.project), counter.year, centre)
    assert fetched.content == (counter.project.raw / given.file).read_bytes()
    assert fetched.headers["content-disposition"].startswith("attachment")
    assert verified(tmp_path, script, receipt, fetched.content) == (0, ["The receipt holds."])
    assert verified(tmp_path, script, receipt, fetched.content + b" ") == (1, ["The file is another."])


@pytest.mark.parametrize("lang", ["nb", "nn"])
def test_a_file_with_something_unseen_holds_as_it_was_sent_and_as_it_is_fetched(
    counter: Counter, centre: str, tmp_path: Path, lang: str
) -> None:
    sent = UNSEEN["thumbnail"][0](counter.file(centre))
    visitor = counter.centre(centre, lang)
    visitor.deliver(sent)
    assert visitor.page.url.path.endswith("kvittering/1"), visitor.text
    page = visitor.text

    script, receipt = visitor.get("verify_receipt.py").content, visitor.get("kvittering/1/fil").content
    fetched = visitor.get("kvittering/1/skjema").content

    assert fetched != sent
    for content in (sent, fetched):
        assert hashlib.sha256(content).hexdigest() in page
        assert verified(tmp_path, script, receipt, content) == (0, ["The receipt holds."])
    assert verified(tmp_path, script, receipt, sent + b" ") == (1, ["The file is another."])
    sentence = {"nb": "kvitteringen gjelder for begge filene", "nn": "kvitteringa gjeld for begge filene"}
    assert sentence[lang] in page
    assert visitor.get("kvittering/1/pdf").content.startswith(b"%PDF-")


def test_a_receipt_leads_to_the_head_that_is_printed_and_to_no_other(
    counter: Counter, visitor: Visitor, tmp_path: Path
) -> None:
    script, receipt = visitor.get("verify_receipt.py").content, visitor.get("kvittering/1/fil").content
    root = json.loads(receipt)["head"]["root"]

    assert verified(tmp_path, script, receipt, options=("--head", root))[0] == 0
    assert verified(tmp_path, script, receipt, options=("--head", "00" * 32))[0] == 1
    bare = script.replace(b"KEYS: tuple[str, ...] = (", b"KEYS: tuple[str, ...] = () and (")
    assert verified(tmp_path, bare, receipt)[0] == 1, "without a key nothing is verified"
    key = json.loads(receipt)["public_key"]
    assert verified(tmp_path, bare, receipt, options=("--key", key)) == (0, ["The receipt holds."])
    assert (counter.project.receipt_key.stat().st_mode & 0o777) in (0o400, 0o600)


def test_the_receipt_on_paper_is_the_same_each_time_and_names_what_proves_it(visitor: Visitor) -> None:
    first, second = (visitor.get("kvittering/1/pdf") for _ in range(2))

    assert first.headers["content-type"] == "application/pdf"
    assert first.content.startswith(b"%PDF-")
    assert first.content == second.content


def test_a_receipt_of_another_centre_is_not_shown(counter: Counter, visitor: Visitor, unused: Any) -> None:
    other = counter.centre(next(unused))

    assert visitor.get("kvittering/1").status_code == 200
    for address in ("kvittering/1", "kvittering/1/fil", "kvittering/1/pdf", "kvittering/1/skjema"):
        assert other.get(address).status_code == 404
