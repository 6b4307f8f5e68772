"""What a request carries: read within limits of size and time, held in memory alone, never written to a disk."""

import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import anyio
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
LARGEST_FORM = 200_000  # bytes: every answer of a form many times over
_BESIDE_FILE = 20_000  # bytes of fields and borders sent with it
_MOST_FIELDS = 1_000
_READ_PAST_LIMIT = (
    5  # times the limit: a browser cut off while it sends shows its own error instead of our sentence
)


class Refusal(Exception):
    """A request that is answered with a sentence: a status, and the word of site/locale that says why."""

    def __init__(self, status: int, word: str) -> None:
        self.status, self.word = status, word
        super().__init__(word)


@dataclass(frozen=True)
class RequestBody:
    """The fields of a form, and the file sent with it: its name and its bytes."""

    fields: dict[str, str] = field(default_factory=dict)
    file: tuple[str, bytes] | None = None


async def read_body(request: Request, largest_file: int, seconds: float) -> RequestBody:
    """What was sent, a file of at most so many bytes (0: no file is asked for), arrived within so many seconds.

    Raises: Refusal.
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    expected = MULTIPART if largest_file else URLENCODED
    if content_type != expected:
        raise Refusal(415, "refused.content_type")
    body = await _body(request, largest_file + _BESIDE_FILE if largest_file else LARGEST_FORM, seconds)
    try:
        return await _parts(request, body, largest_file) if largest_file else RequestBody(_fields(body))
    except (MultiPartException, ValueError, KeyError):
        raise Refusal(400, "refused.form") from None


async def _body(request: Request, largest: int, seconds: float) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and float(declared) > _READ_PAST_LIMIT * largest:
        raise Refusal(413, "refused.large")
    n_bytes, body = 0, bytearray()
    try:
        with anyio.fail_after(seconds):
            async for block in request.stream():
                n_bytes += len(block)
                if n_bytes <= largest:
                    body += block
                elif n_bytes > _READ_PAST_LIMIT * largest:
                    break
    except TimeoutError:
        raise Refusal(408, "refused.slow") from None
    except ClientDisconnect:
        raise Refusal(400, "refused.form") from None
    if n_bytes > largest:
        raise Refusal(413, "refused.large")
    return bytes(body)


def _fields(body: bytes) -> dict[str, str]:
    pairs = parse_qsl(
        body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
    )
    return dict(pairs)


class _InMemory(MultiPartParser):
    """Keeps a file in memory however large; it is no larger than the body was allowed to be."""

    spool_max_size = sys.maxsize


async def _parts(request: Request, body: bytes, largest_file: int) -> RequestBody:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    parser = _InMemory(
        request.headers, stream(), max_files=1, max_fields=_MOST_FIELDS, max_part_size=LARGEST_FORM
    )
    fields: dict[str, str] = {}
    file = None
    form = await parser.parse()
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            file = (value.filename or "", await value.read())
        else:
            fields[name] = value
    await form.close()
    if file and len(file[1]) > largest_file:
        raise Refusal(413, "refused.large")
    return RequestBody(fields, file)
