"""Letters handed to a mail server: never without TLS, the server's certificate verified, one connection for all."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from typing import Annotated, Literal

from pydantic import AfterValidator, PositiveInt, ValidationError

from pipeline.collect.records.addresses import is_address
from pipeline.definitions.schema_models import Definition
from pipeline.definitions.yaml_text import parse_yaml
from pipeline.errors import DefinitionError
from pipeline.project import Project

_SECONDS = 20  # to wait for the server each time
_OTHERS = 0o077  # rights of others than the owner

HandOver = Callable[[str, str, str], bool]  # address, subject, text → whether the server took it


class MailFailure(Exception):
    """The mail server could not be reached, or stopped; what it took before it has taken."""


def _is_sender(text: str) -> str:
    if not is_address(parseaddr(text)[1]):
        raise ValueError(f"«{text}» holds no address")
    return text


class MailSettings(Definition):
    """mail/settings.yaml. `ca_file`: whose certificates are trusted, where it is not those of the system."""

    host: str
    port: PositiveInt = 587
    security: Literal["starttls", "tls"] = "starttls"
    user: str = ""
    password: str = ""
    sender: Annotated[str, AfterValidator(_is_sender)]
    ca_file: str = ""


def mail_settings(project: Project) -> MailSettings | None:
    """How letters are sent; None where nobody has said it.

    Raises: DefinitionError when others may read the file, or it says something else.
    """
    path = project.mail_settings
    if not path.exists():
        return None
    name = path.relative_to(project.root).as_posix()
    if path.stat().st_mode & _OTHERS:
        raise DefinitionError([f"{name}: others may read the password in it; use `chmod 600 {name}`."])
    try:
        return MailSettings.model_validate(parse_yaml(path.read_bytes(), name) or {})
    except ValidationError as error:
        raise DefinitionError(
            f"{name}: {'.'.join(map(str, wrong['loc']))}: {wrong['msg']}" for wrong in error.errors()
        ) from None


@contextmanager
def mail_server(settings: MailSettings, now: Callable[[], datetime]) -> Iterator[HandOver]:
    """A connection over TLS, and what hands a letter over on it; False when the server refuses the address.

    Raises: MailFailure, with nothing of what was sent.
    """
    try:
        with _connected(settings) as server:

            def hand_over(address: str, subject: str, text: str) -> bool:
                letter = _letter(settings.sender, address, subject, text, now())
                try:
                    server.send_message(letter)
                except smtplib.SMTPRecipientsRefused:
                    return False
                return True

            yield hand_over
    except (smtplib.SMTPException, OSError) as error:
        raise MailFailure(type(error).__name__) from None


def _connected(settings: MailSettings) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=settings.ca_file or None)
    if settings.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.host, settings.port, timeout=_SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(settings.host, settings.port, timeout=_SECONDS)
    try:
        if settings.security == "starttls":
            server.starttls(context=context)  # refuses a server that has none: nothing is sent in clear
        if settings.user:
            server.login(settings.user, settings.password)
    except (smtplib.SMTPException, OSError):
        server.close()
        raise
    return server


def _letter(sender: str, address: str, subject: str, text: str, at: datetime) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"], letter["Subject"] = sender, address, subject
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2])
    letter.set_content(text)
    return letter
