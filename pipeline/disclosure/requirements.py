"""What is sensitive, and to which protection level: the definitions of schemas/disclosure.yaml in arithmetic."""

from typing import overload

import pandas as pd


@overload
def is_small(count: float, threshold: int) -> bool: ...
@overload
def is_small(count: "pd.Series[float]", threshold: int) -> "pd.Series[bool]": ...
def is_small(count: "float | pd.Series[float]", threshold: int) -> "bool | pd.Series[bool]":
    """Whether so many persons are few. 0 is nobody: it is shown, and tells of nobody."""
    return (count > 0) & (count < threshold)


def protection_level(threshold: int) -> int:
    """The greatest small count: a small cell's feasibility interval reaches up to it, a larger one's is as wide."""
    return threshold - 1
