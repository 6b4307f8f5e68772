"""How often something may be asked, of each who asks."""

from collections import deque
from collections.abc import Callable

MINUTE, DAY = 60, 24 * 60 * 60
_MOST_COUNTED = 10_000  # who asks; beyond that those who have been silent are forgotten


class RateLimiter:
    """Counts what each has asked for in the last so many seconds; `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._times: dict[tuple[str, str], deque[float]] = {}

    def allows(self, what: str, who: str, most: int, seconds: int = MINUTE) -> bool:
        """Whether this may be done once more now; counts it when it may."""
        now = self._clock()
        if len(self._times) > _MOST_COUNTED:
            self._times = {key: times for key, times in self._times.items() if times[-1] > now - DAY}
        times = self._times.setdefault((f"{what} {seconds}", who), deque(maxlen=most))
        if len(times) == most and times[0] > now - seconds:
            return False
        times.append(now)
        return True
