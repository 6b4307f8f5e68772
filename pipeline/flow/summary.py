"""What the phases share: how long each step took, and what is to be said when all are done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from pipeline.definitions import Definitions
from pipeline.project import Project

Progress = Callable[[str, int, int], None]  # step, done, total


@dataclass
class Summary:
    """How long each step of a run took, and the messages for its end."""

    seconds: dict[str, float] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Notes how long a step took."""
        started = perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0) + perf_counter() - started


Step = Callable[[Project, Definitions, Summary, Progress], Path]
