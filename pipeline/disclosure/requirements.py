"""What is sensitive, and to which protection level: the definitions of schemas/disclosure.yaml in arithmetic."""

from typing import overload

import pandas as pd

from pipeline.definitions.schema_models import Disclosure, codes_of


@overload
def is_small(count: float, threshold: int) -> bool: ...
@overload
def is_small(count: "pd.Series[float]", threshold: int) -> "pd.Series[bool]": ...
def is_small(count: "float | pd.Series[float]", threshold: int) -> "bool | pd.Series[bool]":
    """Whether so many persons are few. 0 is nobody: it is shown, and tells of nobody."""
    return (count > 0) & (count < threshold)


def is_sensitive(category: str, disclosure: Disclosure) -> bool:
    """Whether a category describes somebody: *unknown* and *not stated*, alone or crossed, describe nobody."""
    codes = codes_of(category)
    nobody = [code in disclosure.describes_nobody.get(breakdown, ()) for breakdown, code in codes.items()]
    return not codes or not all(nobody)


def protection_level(threshold: int) -> int:
    """The greatest small count: a small cell's feasibility interval reaches up to it, a larger one's is as wide."""
    return threshold - 1
