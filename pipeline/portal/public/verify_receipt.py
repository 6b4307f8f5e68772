"""Verifies a receipt from Samletall, with Python alone: python verify_receipt.py RECEIPT.json [FILE].

It ends with 0 when every hash follows from what the receipt says (and FILE is the file it was given for), else with 1.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any


def digest(content: dict[str, Any]) -> str:
    """The hash of what is said, whatever order it is said in."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def faults(told: dict[str, Any], file: bytes | None = None) -> list[str]:
    """What does not hold, in a sentence each."""
    receipt, signature = told["receipt"], told["signature"] or {}
    lines = [{key: text for key, text in line.items() if key != "line"} for line in (receipt, signature)]
    checks = {
        "The receipt has been changed.": digest(lines[0]) == receipt["line"],
        "The signature has been changed.": not signature or digest(lines[1]) == signature["line"],
        "The signature is of another receipt.": not signature or signature["receipt"] == receipt["line"],
        "The values have been changed.": not signature or digest(told["values"]) == signature["values"],
        "The file is another.": file is None or hashlib.sha256(file).hexdigest() == receipt["sha256"],
    }
    return [fault for fault, holds in checks.items() if not holds]


if __name__ == "__main__":
    contents = [Path(path).read_bytes() for path in sys.argv[1:]]
    found = faults(json.loads(contents[0]), *contents[1:])
    print("\n".join(found) or "The receipt holds.")
    sys.exit(1 if found else 0)
