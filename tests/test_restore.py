"""A backup is a return kept: unpacked on an empty machine it is verified, built and published, the same to the byte."""

import shutil
import subprocess
from itertools import groupby
from pathlib import Path

from pipeline.collect.records.keys import service_key
from pipeline.collect.records.ledger import ledger
from pipeline.collect.records.receipts import signed_receipt
from pipeline.collect.records.verification import faults
from pipeline.definitions import load
from pipeline.portal.public.verify_receipt import faults as faults_of_receipt
from pipeline.project import Project
from tests.project import a_copy, reported
from tests.watching import watched

SAVED = ("raw", "schemas", "keys")  # as docs/running.md says
# The key was made after `built` was published: it stands on one page and so in the search, and with what the edition is
# made of, alone and in the archive of all files, each of which is compared beside it.
OF_THE_KEY = (
    *("kvittering/index.html", "sok/register.json", "data/structure.json", "data/samletall.zip"),
    "SHA256SUMS",
)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def different(*symlinks: Path) -> set[str]:
    """The files of two finished folders that are not the same in both."""
    before, after = (tree(symlink.resolve()) for symlink in symlinks)
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def names(folder: Path) -> list[str]:
    """Every file with its size, of what a link leads to; nothing when it leads nowhere."""
    whole = folder.resolve()
    return sorted(
        f"{path.relative_to(whole)} {path.stat().st_size}"
        for path in whole.rglob("*")
        if path.is_file() and "audit-" not in path.name  # joins the build when it is whole
    )


def test_a_restored_backup_is_verified_and_reported_as_it_was(built: Project, tmp_path: Path) -> None:
    """And at no moment would a reader, or who is killed there and begins again, find a thing half made."""
    origin = Project.at(tmp_path / "origin")
    for name in ("raw", "schemas"):
        shutil.copytree(built.root / name, origin.root / name)
    service_key(origin)
    receipt = signed_receipt(origin, ledger(origin)[0], {})
    backup = tmp_path / "backup.tar"
    subprocess.run(["/usr/bin/tar", "--create", "--file", backup, *SAVED], cwd=origin.root, check=True)

    root = tmp_path / "restored"
    root.mkdir()
    restored = a_copy(root)
    shutil.rmtree(restored.raw)
    shutil.rmtree(restored.schemas)
    subprocess.run(["/usr/bin/tar", "--extract", "--file", backup], cwd=root, check=True)

    assert faults(restored, load(restored)) == []
    assert signed_receipt(restored, ledger(restored)[0], {}) == receipt
    assert faults_of_receipt(receipt, (receipt["public_key"],)) == []
    states: list[tuple[list[str], list[str]]] = []
    with watched(root, lambda: states.append((names(restored.build), names(restored.public)))) as written:
        reported(restored)
    build, published = names(restored.build), names(restored.public)
    assert [state for state, _ in groupby(states)] == [([], []), (build, []), (build, published)]
    assert len(written) > len(published)
    assert [path for path in written if not any(part.startswith(".") for part in path.parts)] == []
    assert {
        name for name in different(built.public, restored.public) if not name.endswith(OF_THE_KEY)
    } == set()
    exports = {name for name in different(built.build, restored.build) if name.endswith("parquet")}
    assert exports == {"output.edition.parquet"}  # the key stands in it too
