"""Bytes are judged before anything is kept: what they are, how large they are, how large they unpack to."""

import io
import zipfile

from pipeline.errors import UnreadableFile

LARGEST_FILE = 2_000_000
LARGEST_UNPACKED = 20_000_000
MOST_PARTS = 200


def admit(content: bytes) -> str:
    """The kind of file the bytes are: `.xlsx` or `.csv`.

    Raises: UnreadableFile saying why it is not taken and what to do.
    """
    if len(content) > LARGEST_FILE:
        raise UnreadableFile(
            "Filen er større enn 2 MB. Skjemaet er normalt under 0,1 MB. Lagre det på nytt uten bilder og ekstra ark."
        )
    if content.startswith(b"PK\x03\x04"):
        _weigh(content)
        return ".xlsx"
    if b"\x00" in content or content.startswith((b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise UnreadableFile(
            "Vi tar imot Excel-filer (.xlsx) og CSV-filer. Denne filen er av en annen type eller beskyttet "
            "med passord. Åpne den i Excel og velg «Lagre som» → «Excel-arbeidsbok (.xlsx)»."
        )
    return ".csv"


def _weigh(content: bytes) -> None:
    """Counts the bytes that really come out, whatever the archive says of itself, and checks every part."""
    damaged = UnreadableFile(
        "Vi klarte ikke å åpne filen. Åpne den i Excel, lagre den på nytt og send den igjen."
    )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if "xl/workbook.xml" not in archive.namelist() or len(archive.infolist()) > MOST_PARTS:
                raise damaged
            left = LARGEST_UNPACKED
            for part in archive.infolist():
                with archive.open(part) as stream:
                    while block := stream.read(65_536):
                        left -= len(block)
                        if left < 0:
                            raise damaged
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise damaged from error
