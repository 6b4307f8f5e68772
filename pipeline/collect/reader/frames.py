"""How the client and its worker speak: lengths, then bytes."""

import struct

LENGTH = struct.Struct(">I")


def framed(*messages: bytes) -> bytes:
    """Messages as they are sent."""
    return b"".join(LENGTH.pack(len(message)) + message for message in messages)
