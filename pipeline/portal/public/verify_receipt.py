"""Verifies a receipt from Samletall, with Python alone.

python verify_receipt.py RECEIPT.json [FILE] [--key PUBLIC_KEY] [--head ROOT]

FILE is what was received: as it was sent, or as it is kept and can be fetched beside the receipt. The key of the
service and the head of its ledger stand on its public site; the portal gives this script with the keys written in. It
ends with 0 when everything follows from what the receipt says and the service has signed it, else with 1.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

KEYS: tuple[str, ...] = ()

# Ed25519 (RFC 8032): the field, the curve, the order of the base point.
P = 2**255 - 19
D = -121665 * pow(121666, P - 2, P) % P
ORDER = 2**252 + 27742317777372353535851937790883648493
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]  # X, Y, Z, T: x = X / Z, y = Y / Z, x · y = T / Z
NEUTRAL: Point = (0, 1, 1, 0)


def added(point: Point, other: Point) -> Point:
    """The sum of two points of the curve."""
    a = (point[1] - point[0]) * (other[1] - other[0]) % P
    b = (point[1] + point[0]) * (other[1] + other[0]) % P
    c = 2 * point[3] * other[3] * D % P
    d = 2 * point[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiplied(point: Point, factor: int) -> Point:
    """A point added to itself so many times."""
    total = NEUTRAL
    while factor:
        if factor & 1:
            total = added(total, point)
        point, factor = added(point, point), factor >> 1
    return total


def decoded(content: bytes) -> Point | None:
    """The point that 32 bytes stand for; None when they stand for none."""
    y = int.from_bytes(content, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


BASE = decoded(bytes.fromhex("58" + "66" * 31)) or NEUTRAL


def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature of the message was made with the private half of the key."""
    point, nonce = decoded(public_key), decoded(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or point is None or nonce is None or scalar >= ORDER:  # noqa: PLR2004 (bytes of a signature)
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little")
    left, right = multiplied(BASE, scalar), added(nonce, multiplied(point, challenge % ORDER))
    return (
        not (left[0] * right[2] - right[0] * left[2]) % P
        and not (left[1] * right[2] - right[1] * left[2]) % P
    )


def written(content: Any) -> bytes:
    """The one way of writing down what is hashed and signed."""
    return json.dumps(content, sort_keys=True).encode()


def digest(content: dict[str, Any]) -> str:
    """The hash of what is written, whatever order it came in."""
    return hashlib.sha256(written(content)).hexdigest()


def without(content: dict[str, Any], name: str) -> dict[str, Any]:
    """The same without one of its parts."""
    return {key: value for key, value in content.items() if key != name}


def reckoned_root(line: str, index: int, size: int, path: list[str]) -> str:
    """The root of the tree of so many lines that follows from one of them and its neighbours (RFC 9162)."""
    value, number, last = hashlib.sha256(b"\x00" + bytes.fromhex(line)).digest(), index, size - 1
    for neighbour in map(bytes.fromhex, path):
        if not last:
            return ""
        if number & 1 or number == last:
            value = hashlib.sha256(b"\x01" + neighbour + value).digest()
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            value = hashlib.sha256(b"\x01" + value + neighbour).digest()
        number, last = number >> 1, last >> 1
    return "" if last else value.hex()


def faults(
    content: dict[str, Any], keys: tuple[str, ...], file: bytes | None = None, head: str = ""
) -> list[str]:
    """What does not hold, in a sentence each."""
    if "service_signature" not in content:
        return ["The receipt is not signed by the service; fetch it anew."]
    receipt, sign_off, tree = content["receipt"], content["signature"] or {}, content["head"]
    root = reckoned_root(receipt["line"], receipt["sequence"] - 1, tree["size"], content["path"])
    message, signature = written(without(content, "service_signature")), content["service_signature"]
    checks = {
        "The key is none of the service's.": content["public_key"] in keys,
        "The service has not signed this.": is_signed(
            bytes.fromhex(content["public_key"]), message, bytes.fromhex(signature)
        ),
        "The receipt has been changed.": digest(without(receipt, "line")) == receipt["line"],
        "The signature has been changed.": not sign_off
        or digest(without(sign_off, "line")) == sign_off["line"],
        "The signature is of another receipt.": not sign_off or sign_off["receipt"] == receipt["line"],
        "The values have been changed.": not sign_off or digest(content["values"]) == sign_off["values"],
        "The receipt is not in the ledger.": root == tree["root"],
        "The head is another; fetch the receipt anew.": not head or head == tree["root"],
        "The file is another.": file is None
        or hashlib.sha256(file).hexdigest() in (receipt["sha256"], receipt.get("sent_sha256")),
    }
    return [fault for fault, holds in checks.items() if not holds]


def main() -> int:
    """Reads what was named on the command line, and says what was found."""
    parser = argparse.ArgumentParser(description="Verifies a receipt from Samletall.")
    parser.add_argument("receipt", type=Path)
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--key", action="append", default=[], help="the public key, from the public site")
    parser.add_argument("--head", default="", help="the head of the ledger, from the public site")
    options = parser.parse_args()
    keys = (*KEYS, *options.key)
    if not keys:
        print("Which key? Give the one that stands on the public site: --key PUBLIC_KEY.")
        return 1
    try:
        content = json.loads(options.receipt.read_bytes())
        wrong = faults(content, keys, options.file.read_bytes() if options.file else None, options.head)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        wrong = ["This is no receipt, or it has been changed."]
    print("\n".join(wrong) or "The receipt holds.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
