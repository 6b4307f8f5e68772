"""The processes a process has started, whichever of its threads did."""

from pathlib import Path


def children(process: int | str = "self") -> set[int]:
    started: set[int] = set()
    for thread in Path(f"/proc/{process}/task").glob("*"):
        try:
            started.update(map(int, (thread / "children").read_text("ascii").split()))
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended
    return started
