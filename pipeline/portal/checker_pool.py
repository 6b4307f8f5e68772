"""The threads in which returns are read and checked, each with a checker of its own, and how many may wait for them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import local
from typing import TypeVar

from pipeline.definitions import Definitions
from pipeline.portal.request_body import Refusal
from pipeline.project import Project
from pipeline.return_checker import ReturnChecker

T = TypeVar("T")


class CheckerPool:
    """As many checkers as the definitions allow readers; made ready when the portal opens."""

    def __init__(self, project: Project, definitions: Definitions) -> None:
        self._project, self._definitions = project, definitions
        self._limits = definitions.portal.limits
        self._threads = ThreadPoolExecutor(self._limits.readers, thread_name_prefix="checker")
        self._of_thread = local()
        self._checkers: list[ReturnChecker] = []
        self._n_waiting = 0

    def open(self) -> None:
        """Starts every checker, so that the first centre does not wait for it."""
        for _ in range(self._limits.readers):
            self._threads.submit(self._checker)

    def close(self) -> None:
        """Ends the checkers when they have done what they are doing."""
        self._threads.shutdown()
        while self._checkers:
            self._checkers.pop().close()

    async def run(self, work: Callable[[ReturnChecker], T]) -> T:
        """What the work gives, done when a checker is free.

        Raises: Refusal when too many wait already.
        """
        if self._n_waiting >= self._limits.waiting:
            raise Refusal(503, "refused.busy")
        self._n_waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, lambda: work(self._checker())
            )
        finally:
            self._n_waiting -= 1

    def _checker(self) -> ReturnChecker:
        """The checker of this thread."""
        if not hasattr(self._of_thread, "checker"):
            self._of_thread.checker = ReturnChecker(self._project, self._definitions)
            self._checkers.append(self._of_thread.checker)
        checker: ReturnChecker = self._of_thread.checker
        return checker
