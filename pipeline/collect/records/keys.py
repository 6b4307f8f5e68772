"""The keys receipts are signed with: the private one of the service, and every public one there has been."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.collect.records import files
from pipeline.collect.records.record import Record
from pipeline.errors import StorageFailure
from pipeline.project import Project

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


@dataclass(frozen=True)
class ServiceKey:
    """One line of raw/receipt_keys.jsonl: a public key with which the service has signed receipts, in hexadecimal."""

    sequence: int
    public_key: str
    previous: str
    line: str


def key_record(project: Project) -> Record[ServiceKey]:
    """raw/receipt_keys.jsonl. Grain: one public key."""
    return Record(project.receipt_keys, ServiceKey)


def public_keys(project: Project) -> list[str]:
    """The public keys of the service in hexadecimal, the newest last.

    Raises: DamagedRecord: with a key missing, receipts would be called forged that are not.
    """
    return [line.public_key for line in key_record(project).lines()]


def service_key(project: Project) -> "Ed25519PrivateKey":
    """The private key of the service, made when it is first asked for.

    Raises: StorageFailure when the key cannot be read or kept.
    """
    # heavy, and who checks a return signs nothing
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415

    with files.locked(project.raw):
        if not project.receipt_key.exists():
            made = Ed25519PrivateKey.generate()
            pem = made.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            files.write(project.receipt_key, pem)
        try:
            key = serialization.load_pem_private_key(project.receipt_key.read_bytes(), password=None)
        except (OSError, ValueError) as error:
            raise StorageFailure(f"{project.receipt_key}: the key cannot be read ({error}).") from None
        if not isinstance(key, Ed25519PrivateKey):
            raise StorageFailure(f"{project.receipt_key}: is no Ed25519 key.")
        if public_key(key) not in {line.public_key for line in key_record(project).read().lines}:
            key_record(project).append({"public_key": public_key(key)})
    return key


def public_key(key: "Ed25519PrivateKey") -> str:
    """The public half of a key, in hexadecimal."""
    return key.public_key().public_bytes_raw().hex()
