"""The e-mail address of each centre: in mail/, apart from everything that is received, for the service's user alone."""

import json
import re

from pipeline.collect.records import files
from pipeline.errors import DamagedRecord
from pipeline.project import Project

LONGEST = 254  # characters, as in RFC 5321
_ADDRESS = re.compile(
    r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}", re.ASCII | re.IGNORECASE
)


def is_address(text: str) -> bool:
    """Whether a letter can be sent there: one mailbox, no name beside it, nothing a header could be made longer by."""
    return len(text) <= LONGEST and bool(_ADDRESS.fullmatch(text))


def addresses(project: Project) -> dict[str, str]:
    """Centre → its address; none before the first is given.

    Raises: DamagedRecord when the file is not as it was written.
    """
    try:
        content = json.loads(project.addresses.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError:
        content = None
    if not isinstance(content, dict) or not all(is_address(str(address)) for address in content.values()):
        raise DamagedRecord("mail/addresses.json", ": is no list of addresses by centre.")
    return {str(centre): str(address) for centre, address in content.items()}


def set_address(project: Project, centre: str, address: str) -> None:
    """Gives a centre another address; blank takes it away.

    Raises: StorageFailure; DamagedRecord.
    """
    with files.locked(project.mail):
        changed = {**addresses(project), centre: address}
        known = {name: text for name, text in sorted(changed.items()) if text}
        files.write(project.addresses, json.dumps(known, indent=1).encode() + b"\n", changeable=True)
