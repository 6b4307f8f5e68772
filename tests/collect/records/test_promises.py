"""Every promise names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PROMISES = (ROOT / "docs" / "promises.md").read_text("utf-8")


def test_each_promise_is_held_by_tests_that_exist() -> None:
    rows = re.findall(r"^\| (R\d+) \|(?:[^|]*\|){2} ([^|]+) \|[^|]+\|[^|]+\|$", PROMISES, re.MULTILINE)
    files: dict[str, str] = {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        files[path.name] = files.get(path.name, "") + path.read_text("utf-8")

    assert [name for name, _ in rows] == [f"R{number}" for number in range(1, 23)]
    for name, tests in rows:
        named = re.findall(r"`(test_\w+\.py)(?:::(test_\w+))?`", tests)
        assert named, name
        for file, test in named:
            assert f"def {test}" in files[file], f"{name}: {file}::{test}"
