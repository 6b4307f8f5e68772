from pathlib import Path

import pytest

from pipeline.disseminate.folder import Folder
from pipeline.errors import PipelineError


def _published(site: Path, text: str) -> Path:
    with Folder(site / "builds") as folder:
        folder.write("index.html", text)
        folder.write("data/tall.csv", "year\n")
        return folder.finish(site / "public")


def test_a_finished_folder_is_named_by_its_content_and_pointed_at(tmp_path: Path) -> None:
    first = _published(tmp_path, "en")
    assert (tmp_path / "public").resolve() == first
    assert (tmp_path / "public" / "index.html").read_text("utf-8") == "en"
    second = _published(tmp_path, "to")
    assert first != second
    assert (tmp_path / "public").resolve() == second


def test_the_same_content_keeps_its_folder(tmp_path: Path) -> None:
    first = _published(tmp_path, "en")
    made = first.stat().st_mtime_ns
    assert _published(tmp_path, "en") == first
    assert first.stat().st_mtime_ns == made
    assert [folder.name for folder in (tmp_path / "builds").iterdir()] == [first.name]


def test_the_folder_before_is_kept_and_older_ones_are_not(tmp_path: Path) -> None:
    folders = [_published(tmp_path, text) for text in ("en", "to", "tre")]
    assert [folder.exists() for folder in folders] == [False, True, True]


def test_an_unfinished_folder_leaves_nothing_and_changes_nothing(tmp_path: Path) -> None:
    first = _published(tmp_path, "en")
    with pytest.raises(ZeroDivisionError), Folder(tmp_path / "builds") as folder:
        folder.write("index.html", str(1 // 0))
    assert (tmp_path / "public").resolve() == first
    assert list((tmp_path / "builds").iterdir()) == [first]


def test_two_pages_never_share_an_address(tmp_path: Path) -> None:
    with Folder(tmp_path / "builds") as folder:
        folder.write("index.html", "en")
        with pytest.raises(PipelineError, match=r"/index\.html"):
            folder.write("index.html", "to")


def test_a_folder_somebody_made_by_hand_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    with pytest.raises(PipelineError, match="public"):
        _published(tmp_path, "en")
    assert not (tmp_path / "public").is_symlink()
