"""The head of the ledger follows from every line and its path, and from nothing else; keys are made once and kept."""

import hashlib
from pathlib import Path

import pytest

from pipeline.collect.records import keys, receipts
from pipeline.collect.records.ledger import altered, keep, ledger, opened_ledger
from pipeline.errors import DamagedRecord, StorageFailure
from pipeline.portal.public.verify_receipt import faults, is_signed, reckoned_root
from pipeline.project import Project
from tests.collect.records.crash_table import AT, DEFINITIONS, received_file

LINES = [hashlib.sha256(bytes([number])).hexdigest() for number in range(40)]
# RFC 8032, 7.1, tests 1 and 2: public key, message, signature.
KNOWN = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
]


@pytest.mark.parametrize("size", range(1, len(LINES) + 1))
def test_the_root_follows_from_each_line_and_its_path_and_from_no_other_line(size: int) -> None:
    lines = LINES[:size]
    root = receipts.root(lines)
    for index, line in enumerate(lines):
        path = receipts.path(lines, index)
        assert reckoned_root(line, index, size, path) == root
        assert reckoned_root(LINES[-1] if size < len(LINES) else "00" * 32, index, size, path) != root
        assert reckoned_root(line, index, size, [*path, LINES[0]]) != root
        if path:
            assert reckoned_root(line, index, size, path[:-1]) != root


@pytest.mark.parametrize(("key", "message", "signature"), KNOWN)
def test_signatures_are_reckoned_as_the_standard_says(key: str, message: str, signature: str) -> None:
    parts = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)

    assert is_signed(*parts)
    assert not is_signed(parts[0], parts[1] + b"x", parts[2])
    assert not is_signed(parts[0], parts[1], parts[2][:-1] + b"\x01")


def test_a_receipt_still_holds_when_the_ledger_has_grown_and_its_path_is_fetched_anew(tmp_path: Path) -> None:
    project = Project.at(tmp_path)
    heads = []
    for visits in range(1, 6):
        with opened_ledger(project) as given:
            keep(project, DEFINITIONS, given, received_file(visits), AT)
        content = receipts.signed_receipt(project, ledger(project)[0], {"visits": "1"})
        assert faults(content, tuple(keys.public_keys(project))) == []
        heads.append(content["head"]["root"])

    assert heads[-1] == receipts.ledger_head(project)["ledger_root"]
    assert len(set(heads)) == 5
    assert len(keys.public_keys(project)) == 1


def test_a_key_that_cannot_be_read_is_named_and_never_replaced(tmp_path: Path) -> None:
    project = Project.at(tmp_path)
    keys.service_key(project)
    project.receipt_key.chmod(0o600)
    project.receipt_key.write_bytes(b"torn")

    with pytest.raises(StorageFailure, match="the key cannot be read"):
        keys.service_key(project)

    assert project.receipt_key.read_bytes() == b"torn"
    assert project.receipt_key.parent.stat().st_mode & 0o777 == 0o700


def test_a_damaged_key_is_named_and_receipts_are_signed_all_the_same(tmp_path: Path) -> None:
    project = Project.at(tmp_path)
    with opened_ledger(project) as given:
        keep(project, DEFINITIONS, given, received_file(1), AT)
    keys.service_key(project)
    project.receipt_keys.write_bytes(project.receipt_keys.read_bytes().replace(b"public_key", b"public#key"))

    assert altered(project) == [
        "raw/receipt_keys.jsonl, line 1: the line has been changed, moved or removed."
    ]
    assert receipts.signed_receipt(project, ledger(project)[0], {})["service_signature"]
    with pytest.raises(DamagedRecord, match="receipt_keys"):
        keys.public_keys(project)
