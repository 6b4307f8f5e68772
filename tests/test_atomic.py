import os
from pathlib import Path
from threading import get_ident

import pytest

from pipeline.atomic import write_file
from pipeline.errors import StorageFailure


def test_a_kept_result_a_full_disk_has_no_room_for_is_said_to_be_that_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    kept = tmp_path / "kept.json"
    write_file(kept, b"before")
    (tmp_path / f".{kept.name}-{os.getpid()}-{get_ident()}").symlink_to("/dev/full")

    with pytest.raises(StorageFailure, match=r"kept\.json: No space left on device\. Make room"):
        write_file(kept, b"after")

    assert kept.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [kept]
